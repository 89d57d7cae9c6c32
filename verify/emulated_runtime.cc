// The plan as C for an RP2040, with the jobs as data, run by the emulator (emulator).
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/resources.h"
#include "compile/emit_c.h"
#include "compile/placement.h"
#include "compile/runtime_files.h"
#include "compile/stream_weights.h"
#include "verify/process.h"
#include "verify/runtime.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

// Prints a line of numbers for each line of text: its tokens and the generator's four words.
constexpr const char* kProgram = R"(
int main(void) {
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

std::string program_of(const Plan& plan, const std::vector<TextJob>& texts) {
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
    return "#include \"" + plan.name + ".h\"\n#include \"firmware/rp2040_bare/start.h\"\n" +
           "#define JOB_COUNT " + std::to_string(texts.size()) + "u\n#define MODEL " + plan.name +
           "_model\nstatic " + plan.name + "_state state;\nstatic int32_t logits[" +
           std::to_string(plan.alphabet.size()) + "];\nstatic uint8_t tokens[" +
           std::to_string(longest) + "];\n" + prompts +
           "static const struct job {\n    quillet_random random;\n    quillet_sampling sampling;\n"
           "    uint32_t count, max_length;\n    const uint8_t* prompt;\n    uint32_t "
           "prompt_length;\n"
           "} jobs[] = {\n" +
           jobs + "};\n" + kProgram;
}

Line line_of(const std::string& text) {
    Line line;
    std::vector<uint32_t> numbers;
    for (size_t at = 0; at < text.size(); at = text.find_first_not_of(' ', text.find(' ', at)))
        numbers.push_back(static_cast<uint32_t>(std::stoul(text.substr(at))));
    if (numbers.size() < 4) throw Error("emulated RP2040", "printed \"" + text + "\"");
    std::copy(numbers.end() - 4, numbers.end(), line.random.begin());
    line.tokens.assign(numbers.begin(), numbers.end() - 4);
    return line;
}

class EmulatedRuntime : public Runtime {
  public:
    EmulatedRuntime(const ModelUnderTest& subject, fs::path emulator)
        : target_(row_of(Target::rp2040)),
          folder_(subject.folder / "rp2040"),
          emulator_(std::move(emulator)),
          silence_(subject.silence),
          plan_(
              make_plan(subject.graph, subject.plan.name, subject.path.string(), target_.target)) {
        try {
            place_weights(plan_, target_, target_.ram_bytes - stream_bytes(plan_));
            stream_weights(plan_);
        } catch (const Error& error) {
            throw Unavailable(error.what());
        }
        EmitOptions options;
        options.command = "quillet verify";
        options.origin = subject.path.filename().string();
        options.version = version();
        options.sampling = "0, 0, 0, 0";
        options.target = target_;
        options.runtime = runtime_files(plan_);
        sources_ = emit_c(plan_, options);
    }

    Results run(const Jobs& jobs, const CountLines& count_line) override {
        sources_["main.c"] = program_of(plan_, jobs.texts);
        const fs::path image = build();
        std::string output;
        ProcessEnd end = run_process(
            {"node", emulator_.string(), image.string(), "--json"},
            [&](std::string_view line) { output += line; }, silence_);
        if (end.status != 0)
            throw Error(image.string(),
                        "ended with " + std::to_string(end.status) + ": " + end.message);
        return results_of(parse_json(output, image.string()), jobs, count_line);
    }

  private:
    // The image; the program's own sources and the bare start-up beside it.
    fs::path build() const {
        const fs::path home = find_resource("firmware/rp2040_bare/start.c"),
                       bare = home / "firmware" / "rp2040_bare", image = folder_ / "model.elf";
        std::vector<std::string> command = {"arm-none-eabi-gcc",
                                            "-mcpu=cortex-m0plus",
                                            "-mthumb",
                                            "-std=gnu99",
                                            "-O2",
                                            "-ffp-contract=off",
                                            "-ffunction-sections",
                                            "-fdata-sections",
                                            "-nostartfiles",
                                            "--specs=nano.specs",
                                            "--specs=nosys.specs",
                                            "-Wl,--gc-sections",
                                            "-Wl,--no-warn-rwx-segments",
                                            "-I" + home.string(),
                                            "-I" + folder_.string(),
                                            "-T",
                                            (bare / "rp2040.ld").string(),
                                            (bare / "start.c").string(),
                                            (bare / "stream.c").string(),
                                            "-o",
                                            image.string()};
        for (const auto& [name, text] : sources_) {
            write_file(folder_ / name, text);
            const std::string kind = fs::path(name).extension().string();
            if (kind == ".c" || kind == ".S") command.push_back((folder_ / name).string());
        }
        ProcessEnd end = run_process(command, [](std::string_view) {});
        if (end.status != 0)
            throw Error(folder_.string(), "arm-none-eabi-gcc does not build it: " + end.message);
        return image;
    }

    // Seconds are the chip's.
    Results results_of(const nlohmann::json& answer, const Jobs& jobs,
                       const CountLines& count_line) const {
        const std::string text = answer.at("text");
        const std::vector<double> cycles = answer.at("intervals");
        Results results;
        size_t at = 0, line_number = 0;
        for (const TextJob& job : jobs.texts) {
            TextResult& result = results.texts.emplace_back();
            for (uint32_t i = 0; i < job.count; i++, line_number++) {
                const size_t end = text.find('\n', at);
                if (end == std::string::npos || line_number >= cycles.size())
                    throw Error("emulated RP2040", "printed too few lines");
                result.lines.push_back(line_of(text.substr(at, end - at)));
                at = end + 1;
                const size_t length = job.prompt.size() + result.lines.back().tokens.size();
                result.steps += length + (length < job.max_length);
                result.seconds += cycles[line_number] / target_.hertz;
                count_line();
            }
        }
        return results;
    }

    const TargetRow& target_;
    fs::path folder_, emulator_;
    double silence_;
    Plan plan_;
    Sources sources_;
};

}  // namespace

std::unique_ptr<Runtime> emulated_runtime(const ModelUnderTest& subject, fs::path emulator) {
    return std::make_unique<EmulatedRuntime>(subject, std::move(emulator));
}

}  // namespace quillet
