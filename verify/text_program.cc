// A program in C that answers text jobs with lines of numbers, for machines that read no files.
// SPDX-License-Identifier: MIT
#include "verify/text_program.h"

#include <algorithm>
#include <cstdlib>

#include "base/error.h"

namespace quillet {
namespace {

// Prints a line of numbers for each line of text: its tokens and the generator's four words.
constexpr const char* kProgram = R"(
#ifndef QUILLET_PROGRAM_BEGIN
#define QUILLET_PROGRAM_BEGIN() (void)0
#define QUILLET_PROGRAM_END() (void)0
#endif

int main(void) {
    QUILLET_PROGRAM_BEGIN();
    for (uint32_t j = 0; j < JOB_COUNT; j++) {
        const struct job* job = &jobs[j];
        quillet_writer writer = {&MODEL, &state, logits, job->sampling, job->random,
                                 job->max_length, 0, 0};
        for (uint32_t line = 0; line < job->count; line++) {
            uint32_t count = 0;
            int32_t token;
            QUILLET_MEASURE_BEGIN();
            quillet_line_begin(&writer, job->prompt, job->prompt_length);
            while ((token = quillet_line_next(&writer)) != QUILLET_END_OF_LINE)
                tokens[count++] = (uint8_t)token;
            QUILLET_MEASURE_END();
            for (uint32_t i = 0; i < count + 4; i++) {
                quillet_put_number(i < count ? tokens[i] : writer.random.s[i - count]);
                quillet_put(i < count + 3 ? " " : "\n");
            }
        }
    }
    QUILLET_PROGRAM_END();
    return 0;
}
)";

template <class Numbers>
std::string listed(const Numbers& numbers) {
    std::string text;
    for (uint32_t number : numbers)
        text += (text.empty() ? "" : ", ") + std::to_string(number) + "u";
    return text;
}

}  // namespace

std::string text_program(const Plan& plan, const std::vector<TextJob>& texts,
                         const std::string& board) {
    std::string prompts, jobs;
    uint32_t longest = 1;
    for (size_t i = 0; i < texts.size(); i++) {
        const TextJob& job = texts[i];
        const quillet_sampling& s = job.sampling;
        const std::string prompt = "prompt" + std::to_string(i);
        longest = std::max(longest, job.max_length);
        prompts += "static const uint8_t " + prompt + "[] = {" +
                   (job.prompt.empty() ? "0" : listed(job.prompt)) + "};\n";
        jobs +=
            "    {{{" + listed(words_of(generator_at(job.start))) + "}}, {" +
            listed(std::vector<uint32_t>{s.inverse_temperature, s.min_p_gap, s.top_k, s.top_p}) +
            "}, " + listed(std::vector<uint32_t>{job.count, job.max_length}) + ", " + prompt +
            ", " + std::to_string(job.prompt.size()) + "},\n";
    }
    return "#include \"" + plan.name + ".h\"\n" + board + "#define JOB_COUNT " +
           std::to_string(texts.size()) + "u\n#define MODEL " + plan.name + "_model\nstatic " +
           plan.name + "_state state;\nstatic int32_t logits[" +
           std::to_string(plan.alphabet.size()) + "];\nstatic uint8_t tokens[" +
           std::to_string(longest) + "];\n" + prompts +
           "static const struct job {\n    quillet_random random;\n    quillet_sampling sampling;\n"
           "    uint32_t count, max_length;\n    const uint8_t* prompt;\n    uint32_t "
           "prompt_length;\n"
           "} jobs[] = {\n" +
           jobs + "};\n" + kProgram;
}

Line printed_line(const std::string& text, const std::string& where) {
    Line line;
    std::vector<uint32_t> numbers;
    for (size_t at = 0; at < text.size(); at = text.find_first_not_of(' ', text.find(' ', at))) {
        if (text[at] < '0' || text[at] > '9') throw Error(where, "printed \"" + text + "\"");
        numbers.push_back(static_cast<uint32_t>(std::strtoul(text.c_str() + at, nullptr, 10)));
    }
    if (numbers.size() < 4) throw Error(where, "printed \"" + text + "\"");
    std::copy(numbers.end() - 4, numbers.end(), line.random.begin());
    line.tokens.assign(numbers.begin(), numbers.end() - 4);
    return line;
}

}  // namespace quillet
