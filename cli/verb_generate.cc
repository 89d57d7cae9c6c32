// quillet generate: writes lines of text from a model.
// SPDX-License-Identifier: MIT
#include <filesystem>
#include <memory>
#include <optional>
#include <random>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/model_option.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "corpus/duplicates.h"
#include "run/generate.h"
#include "train/text.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

constexpr size_t kExamplesShown = 5;

struct GenerateArguments {
    ModelOption model;
    uint32_t count = 1, best = 0;
    std::optional<uint32_t> seed;
    std::optional<double> temperature, min_p, top_p;
    std::optional<uint32_t> top_k, max_length;
    std::string prompt;
    std::string against;
    bool json = false;
};

SamplingSettings settings_of(const GenerateArguments& options, const Plan& plan) {
    SamplingSettings settings = sampling_settings(plan.metadata, options.model.file());
    settings.temperature = options.temperature.value_or(settings.temperature);
    settings.min_p = options.min_p.value_or(settings.min_p);
    settings.top_k = options.top_k.value_or(settings.top_k);
    settings.top_p = options.top_p.value_or(settings.top_p);
    settings.max_length = options.max_length.value_or(settings.max_length);
    return settings;
}

nlohmann::ordered_json header(const SamplingSettings& settings, uint32_t seed) {
    return {{"seed", seed},
            {"temperature", settings.temperature},
            {"min_p", settings.min_p},
            {"top_k", settings.top_k},
            {"top_p", settings.top_p},
            {"max_length", settings.max_length},
            {"lines", nlohmann::ordered_json::array()}};
}

// Says how many of `lines` are in `text`, that of --against, already.
void tell_copies(const GenerateArguments& options, const std::vector<std::string>& lines,
                 const std::string& text, nlohmann::ordered_json& json) {
    Copies copies = find_copies(lines, text);
    json["copies"] = {{"against", options.against},
                      {"verbatim", copies.verbatim},
                      {"near", copies.near},
                      {"examples", copies.examples}};
    if (options.json) return;
    std::fprintf(stderr,
                 "of %llu lines %llu are lines of %s, and %llu more are near duplicates of one\n",
                 static_cast<unsigned long long>(lines.size()),
                 static_cast<unsigned long long>(copies.verbatim), options.against.c_str(),
                 static_cast<unsigned long long>(copies.near));
    for (size_t i = 0; i < copies.examples.size() && i < kExamplesShown; i++)
        std::fprintf(stderr, "  %s\n", copies.examples[i].c_str());
}

nlohmann::ordered_json marks_json(const RankedLine& line) {
    const quillet_marks& m = line.marks;
    return {{"score", line.score},
            {"total", m.total},
            {"bits", m.bits},
            {"worst", m.worst},
            {"unknown_words", m.unknown_words},
            {"repeats", m.repeats},
            {"echoes", m.echoes},
            {"open", m.open},
            {"unbalanced", m.unbalanced},
            {"small", m.small},
            {"missing", m.missing},
            {"leaning", m.leaning},
            {"trailing", m.trailing},
            {"bare", m.bare},
            {"copied", m.copied}};
}

int run(const GenerateArguments& options) {
    Plan plan = options.model.plan();
    // A text that cannot be read is told before the lines are written; a pipe is read but once.
    std::string against;
    if (!options.against.empty()) {
        against = read_file(options.against);
        train::read_lines(against, options.against);
    }
    SamplingSettings settings = settings_of(options, plan);
    std::vector<uint8_t> prompt = tokens_of(plan.alphabet, options.prompt, "--prompt");
    if (prompt.size() > settings.max_length)
        throw Error("--prompt", "has " + std::to_string(prompt.size()) + " tokens; a line has " +
                                    std::to_string(settings.max_length) +
                                    " at most (--max-length)");
    uint32_t seed = options.seed ? *options.seed : std::random_device{}();
    // Without it nobody could ask for the same lines again.
    if (!options.seed && !options.json) std::fprintf(stderr, "seed %u\n", seed);
    LineWriter writer(plan, settings, seed);
    std::optional<RankedWriter> ranked;
    if (options.best > 0)
        ranked.emplace(plan, settings, word_filter_of(plan.metadata, options.model.file()));
    nlohmann::ordered_json result = header(settings, seed);
    std::vector<std::string> lines;
    for (uint32_t n = 0; n < options.count; n++) {
        std::string line;
        if (ranked) {
            RankedLine chosen = ranked->best(options.best, seed, n * options.best, prompt);
            result["marks"].push_back(marks_json(chosen));
            line = std::move(chosen.text);
        } else {
            line = writer.next(prompt);
        }
        if (!options.against.empty()) lines.push_back(line);
        if (options.json)
            result["lines"].push_back(line);
        else
            print(line + "\n");
    }
    if (!options.against.empty()) tell_copies(options, lines, against, result);
    if (options.json) print(json_text(result) + "\n");
    return 0;
}

}  // namespace

Run set_up_generate(Command& command) {
    auto options = std::make_shared<GenerateArguments>();
    options->model.add_to(command);
    command.add_option("-n,--count", options->count, "Lines to write")->shows_default();
    command.add_option("--seed", options->seed,
                       "Seed of the random numbers: the same seed gives the same lines; without "
                       "it, a random one that "
                       "is printed");
    command
        .add_option("--temperature", options->temperature,
                    "0: always the most likely token; the model's default or 0.7")
        ->check(between(0, 1000));
    command
        .add_option("--min-p", options->min_p,
                    "Drop characters less likely than this times the likeliest")
        ->check(between(0, 1));
    command.add_option("--top-k", options->top_k, "Keep the k likeliest characters; 0: all");
    command
        .add_option("--top-p", options->top_p,
                    "Keep the likeliest characters up to this probability")
        ->check(between(0, 1));
    command
        .add_option("--best", options->best,
                    "Write the best of so many lines each time, those of as many seeds, by the "
                    "device's score; with --json also what is known of it")
        ->check(whole_between(1, 1000000));
    command.add_option("--prompt", options->prompt, "How every line begins");
    command
        .add_option(
            "--max-length", options->max_length,
            "Tokens a line at most, the prompt included; in most models a token is a character")
        ->check(whole_between(1, 1000000000));
    command
        .add_option("--against", options->against,
                    "Tell how many of the lines are lines of this text, or nearly")
        ->check(existing_file());
    command.add_flag("--json", options->json, "One JSON object: settings and lines");
    return [options] { return run(*options); };
}

}  // namespace quillet
