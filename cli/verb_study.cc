// quillet study: what sampling does to a model, as one page of HTML.
// SPDX-License-Identifier: MIT
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "cli/model_option.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "corpus/strings.h"
#include "graph/graph.h"
#include "run/word_filter.h"
#include "study/clauses.h"
#include "study/study.h"
#include "train/text.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

struct StudyArguments {
    ModelOption model;
    std::vector<std::string> train, lists, lexicons;
    std::string held_out = "5%", second, output, json, wordnet = "/usr/share/wordnet", guard;
    int guard_bytes = 64 << 10;
    study::StudySettings settings;
    bool quiet = false;
};

// The lines of `files`, whose bytes are `texts`.
train::Lines lines_of(const std::vector<std::string>& texts,
                      const std::vector<std::string>& files) {
    train::Lines lines;
    for (size_t f = 0; f < files.size(); f++) {
        const train::Lines more = train::read_lines(texts[f], files[f]);
        for (size_t i = 0; i < static_cast<size_t>(more.count()); i++) lines.add(more.line(i));
    }
    return lines;
}

std::vector<std::string> strings_of(const train::Lines& lines) {
    std::vector<std::string> result;
    for (size_t i = 0; i < static_cast<size_t>(lines.count()); i++) {
        std::string line = encode_utf8(lines.line(i));
        line.pop_back();  // its end
        result.push_back(std::move(line));
    }
    return result;
}

// The training lines and those held out: by a share of the text, or a file of their own.
void put_texts(const StudyArguments& options, const std::vector<std::string>& texts,
               study::Subject& subject) {
    train::Lines lines = lines_of(texts, options.train);
    train::Lines held_out;
    if (options.held_out == "none") {
    } else if (const auto split = train::split_from(options.held_out, "--held-out")) {
        held_out = train::split_off(lines, *split);
    } else {
        held_out = train::read_lines(read_file(options.held_out), options.held_out);
    }
    subject.train = strings_of(lines);
    subject.held_out = strings_of(held_out);
}

void add_words(const std::string& text, study::Lexicon& lexicon) {
    for_each_line(text, [&](std::string_view line) {
        for (const study::Word& word : study::clauses_of(line).words) lexicon.add(word.text);
    });
}

// NAME=FILE, or FILE.
std::pair<std::string, WordList> list_of(const std::string& text) {
    const size_t sign = text.find('=');
    const std::string file = sign == std::string::npos ? text : text.substr(sign + 1);
    std::pair<std::string, WordList> list{
        sign == std::string::npos ? fs::path(file).stem().string() : text.substr(0, sign), {}};
    list.second.add_file(file);
    return list;
}

std::vector<std::string> outputs_of(const StudyArguments& options) {
    std::vector<std::string> outputs;
    for (const std::string& output : {options.output, options.json, options.guard})
        if (!output.empty()) outputs.push_back(output);
    if (outputs.empty())
        throw Error("study",
                    "writes nothing; give -o report.html, --json FILE or --guard MODEL.onnx");
    return outputs;
}

// The model with a filter that tells the training lines, so that devices and bots never show one.
void write_guarded(const StudyArguments& options, Graph graph,
                   const std::vector<std::string>& texts) {
    const std::optional<WordFilter> old = word_filter_of(graph.metadata, options.model.file());
    if (old && old->holds & ~uint32_t{QUILLET_HOLDS_EDGES})
        throw Error(options.model.file(),
                    "has a filter of words already, which may tell its training lines too; make "
                    "another with quillet quantize --collection");
    const WordFilter filter =
        collect(texts, QUILLET_HOLDS_EDGES, static_cast<size_t>(options.guard_bytes));
    put_word_filter(graph.metadata, filter);
    write_file(options.guard, write_onnx(graph));
    const double rate = false_positive_rate(filter);
    const std::string told = options.guard + ": a filter of " + std::to_string(filter.bits.size()) +
                             " bytes; of the lines that it was not made of it takes " +
                             study::per_cent(rate * rate) + " for training lines\n";
    print(told, report_stream(outputs_of(options)));
}

int run(const StudyArguments& options) {
    std::vector<std::string> inputs = options.train;
    inputs.push_back(options.model.file());
    if (!options.second.empty()) inputs.push_back(options.second);
    require_outputs(outputs_of(options), inputs);
    const Graph graph = options.model.graph();
    std::vector<std::string> texts;
    for (const std::string& file : options.train) texts.push_back(read_file(file));
    if (!options.guard.empty()) write_guarded(options, graph, texts);
    if (options.output.empty() && options.json.empty()) return 0;
    const Plan plan = options.model.plan_of(graph);
    study::Subject subject{.plan = plan,
                           .name = fs::path(options.model.file()).filename().string()};
    put_texts(options, texts, subject);
    std::optional<Plan> second;
    if (!options.second.empty()) {
        ModelOption other;
        other.path = options.second;
        second = other.plan();
        subject.second = &*second;
        subject.second_name = fs::path(options.second).filename().string();
    }
    const auto antonyms = study::Antonyms::read(options.wordnet);
    if (antonyms) subject.antonyms = &*antonyms;
    if (!antonyms && !options.quiet)
        std::fprintf(stderr, "%s has no WordNet: antithesis is found by patterns alone\n",
                     options.wordnet.c_str());
    subject.lexicon.add_wordnet(options.wordnet);
    for (const std::string& file : options.lexicons) add_words(read_file(file), subject.lexicon);
    for (const std::string& list : options.lists) subject.lists.push_back(list_of(list));
    const study::Report report =
        study::study(subject, options.settings, [&](const std::string& what) {
            if (!options.quiet) std::fprintf(stderr, "%s\n", what.c_str());
        });
    if (!options.output.empty()) write_file(options.output, study::to_html(report));
    if (!options.json.empty())
        write_file(options.json, json_text(study::to_json(report), 1) + "\n");
    for (const std::string& finding : report.findings)
        print(finding + "\n", report_stream(outputs_of(options)));
    return 0;
}

}  // namespace

Run set_up_study(Command& command) {
    auto options = std::make_shared<StudyArguments>();
    study::StudySettings& settings = options->settings;
    options->model.add_to(command);
    command.add_option("--train", options->train, "The text that the model was trained on, files")
        ->required();
    command.add_option("-o,--output", options->output, "The page to write, HTML");
    command.add_option("--json", options->json, "The figures, as JSON, to this file");
    command
        .add_option("--held-out", options->held_out,
                    "Human lines that the model never saw: what train --valid held out (5%, "
                    "tail:5%), a file, or none")
        ->shows_default();
    command
        .add_option("--second", options->second,
                    "A model that judges the lines; else a character n-gram does")
        ->check(existing_file());
    command.add_option("-n,--lines", settings.lines, "Lines of each setting")
        ->check(whole_between(10, 10000000))
        ->shows_default();
    command
        .add_option("--detail", settings.detail,
                    "Of them, lines for what takes long: novelty, diversity, rhetoric")
        ->check(whole_between(10, 1000000))
        ->shows_default();
    command.add_option("--seed", settings.seed, "Of the first line; the next line has the next")
        ->shows_default();
    command.add_option("--threads", settings.threads, "0: one a core")
        ->check(whole_between(0, 256))
        ->shows_default();
    const auto add_values = [&](const char* name, std::vector<double>& values, const char* about,
                                double least, double most) {
        command.add_option(name, values, about)->separated_by(',')->check(between(least, most));
    };
    add_values("--temperatures", settings.temperatures, "The temperatures to try", 0, 1000);
    add_values("--top-p", settings.top_ps, "The values of top-p; 1: off", 0, 1);
    add_values("--top-k", settings.top_ks, "The values of top-k; 0: off", 0, 256);
    add_values("--min-p", settings.min_ps, "The values of min-p; 0: off", 0, 1);
    command
        .add_option("--watch", settings.watch,
                    "Words whose share of lines is followed (else the commonest of the text)")
        ->separated_by(',');
    command.add_option(
        "--list", options->lists,
        "NAME=FILE: a list of words; the share of lines with one of them is followed");
    command.add_option("--lexicon", options->lexicons,
                       "Files of words that are no inventions, beside WordNet's");
    command.add_option("--wordnet", options->wordnet, "The folder of WordNet's files")
        ->shows_default();
    Option* guard = command.add_option(
        "--guard", options->guard,
        "Also write the model with a Bloom filter of the lines of --train, by which devices and "
        "bots show none of them");
    command.add_option("--guard-bytes", options->guard_bytes, "Of that filter, at most")
        ->needs(guard)
        ->check(whole_between(64, 4194304))
        ->shows_default();
    command.add_flag("-q,--quiet", options->quiet, "Do not say what is being done");
    return [options] { return run(*options); };
}

}  // namespace quillet
