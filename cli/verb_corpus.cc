// quillet corpus: makes a text of one item a line from books, dumps, fortune files and tables, and
// tells what it did.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdio>
#include <memory>

#include "base/error.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "corpus/build.h"
#include "corpus/gutenberg.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

struct Settings {
    CorpusOptions corpus;
    std::string rules, with, without, split, sections, columns, alphabet, language = "en";
    std::vector<std::string> word_files;
    bool list_rules = false, explain = false, quiet = false;
    int shortest = -1, longest = -1, threads = 0;
};

std::vector<std::string> split_list(const std::string& list, char mark = ',') {
    const Words parts = split(list, mark);
    return {parts.begin(), parts.end()};
}

std::vector<std::string> chosen_rules(const Settings& s) {
    std::vector<std::string> rules = s.rules.empty() ? s.corpus.clean.rules : split_list(s.rules);
    std::vector<std::string> without = split_list(s.without), with = split_list(s.with);
    for (const std::string& name : without)
        if (std::erase(rules, name) == 0)
            throw Error("--without", "'" + name + "' is not among the rules in use");
    for (const std::string& name : with) rule_called(name, "--with");
    if (with.empty()) return rules;
    // Added rules take their place in the table's order.
    rules.insert(rules.end(), with.begin(), with.end());
    std::vector<std::string> ordered;
    for (const Rule& rule : all_rules())
        if (std::erase(rules, rule.name) > 0) ordered.push_back(rule.name);
    ordered.insert(ordered.end(), rules.begin(), rules.end());
    return ordered;
}

void parse_split(const std::string& split, std::array<double, 3>& shares) {
    std::vector<std::string> parts = split_list(split, '/');
    if (split.find("//") != std::string::npos) parts.clear();
    bool good = parts.size() == 3;
    for (size_t i = 0; good && i < 3; i++) {
        char* end = nullptr;
        shares[i] = std::strtod(parts[i].c_str(), &end);
        good = *end == '\0' && shares[i] >= 0 && shares[i] < 1e6;
    }
    if (!good || shares[0] <= 0)
        throw Error("--split", "'" + split + "' is not three shares such as 90/5/5");
}

void finish_settings(Settings& s) {
    CorpusOptions& c = s.corpus;
    if (c.output.empty() || c.output == "-") c.output = "/dev/stdout";
    c.clean = default_cleaning(c.read.names);
    c.clean.rules = chosen_rules(s);
    c.clean.language = s.language;
    if (!s.alphabet.empty()) c.clean.alphabet = s.alphabet;
    if (s.shortest >= 0) c.clean.shortest = static_cast<size_t>(s.shortest);
    if (s.longest >= 0) c.clean.longest = static_cast<size_t>(s.longest);
    if (c.clean.shortest > c.clean.longest)
        throw Error("--min-length", "is " + std::to_string(c.clean.shortest) +
                                        ", more than the --max-length of " +
                                        std::to_string(c.clean.longest));
    if (!s.word_files.empty()) c.clean.words.emplace();
    for (const std::string& file : s.word_files)
        if (file != "none") c.clean.words->add_file(file);
    if (!s.split.empty()) parse_split(s.split, c.split);
    c.read.sections = split_list(s.sections);
    if (!s.columns.empty()) {
        std::vector<std::string> columns = split_list(s.columns);
        if (columns.empty() || columns.size() > 2)
            throw Error("--columns", "'" + s.columns + "' is not TEXT or TEXT,AUTHOR, as 1,2");
        c.read.text_column = columns[0];
        if (columns.size() == 2) c.read.author_column = columns[1];
    }
    if (!s.split.empty() && is_standard_output(c.output))
        throw Error("--split", "needs -o FILE to name the three parts by");
    if (is_standard_output(c.output)) return;
    std::vector<std::string> inputs = c.inputs;
    inputs.insert(inputs.end(), c.against.begin(), c.against.end());
    inputs.insert(inputs.end(), s.word_files.begin(), s.word_files.end());
    for (const std::string& path : output_paths(c)) {
        require_output(path, inputs);
        if (const std::string beside = provenance_path(path); !beside.empty())
            require_output(beside, inputs);
    }
}

void print_examples(FILE* out, const std::vector<std::string>& examples) {
    for (const std::string& example : examples) std::fprintf(out, "        %s\n", example.c_str());
}

void print_report(FILE* out, const CorpusReport& report, bool explain) {
    for (const InputReport& input : report.inputs) {
        std::fprintf(out, "%s: %s, %llu items, %llu left after the rules for each\n",
                     input.name.c_str(), input.format.c_str(),
                     static_cast<unsigned long long>(input.items),
                     static_cast<unsigned long long>(input.kept));
        if (!input.facts.warning.empty())
            std::fprintf(out, "    note: %s\n", input.facts.warning.c_str());
        if (!input.damage.empty())
            std::fprintf(out, "    damaged, the rest is lost: %s\n", input.damage.c_str());
    }
    if (!report.notes.all().empty()) std::fprintf(out, "told or left out by the readers\n");
    for (const auto& [what, note] : report.notes.all()) {
        std::fprintf(out, "    %-40s %9llu\n", what.c_str(),
                     static_cast<unsigned long long>(note.count));
        if (explain) print_examples(out, note.examples);
    }
    std::fprintf(out, "%-44s %9s %9s\n", "rule", "changed", "rejected");
    for (size_t i = 0; i < report.rules.size(); i++) {
        const RuleCount& count = report.counts[i];
        std::fprintf(out, "    %-40s %9llu %9llu\n", report.rules[i]->name,
                     static_cast<unsigned long long>(count.changed),
                     static_cast<unsigned long long>(count.rejected));
        if (explain) print_examples(out, count.examples);
    }
    if (report.against > 0)
        std::fprintf(out, "    %-40s %9s %9llu\n", "against", "",
                     static_cast<unsigned long long>(report.against));
    for (const OutputReport& output : report.outputs)
        std::fprintf(out, "%s: %llu items, %llu characters\n", output.path.c_str(),
                     static_cast<unsigned long long>(output.items),
                     static_cast<unsigned long long>(output.characters));
}

// A text of nothing is of no use: build_corpus() writes none.
void require_items(const CorpusReport& report, bool names) {
    uint64_t items = 0, read = 0;
    for (const OutputReport& output : report.outputs) items += output.items;
    for (const InputReport& input : report.inputs) read += input.items;
    if (items > 0) return;
    throw Error(report.outputs.front().path,
                read == 0 ? names ? "would be empty: no item of the inputs has an author"
                                  : "would be empty: the inputs have no items"
                          : "would be empty: none of " + std::to_string(read) +
                                " items is left; --explain shows what the rules reject");
}

int list_rules() {
    for (const Rule& rule : all_rules())
        std::printf("%-16s %-6s %-6s %s\n", rule.name, rule.for_text ? "text" : "-",
                    rule.for_names ? "names" : "-", rule.description);
    return 0;
}

int run_corpus(Settings& s) {
    if (s.list_rules) return list_rules();
    if (s.corpus.inputs.empty())
        throw Error("corpus", "no input; name files, or - for standard input");
    finish_settings(s);
    CorpusReport report = build_corpus(s.corpus);
    FILE* out = report_stream({s.corpus.output});
    if (!s.quiet) print_report(out, report, s.explain);
    require_items(report, s.corpus.read.names);
    return 0;
}

std::string format_help() {
    std::string help = "auto, or one of";
    for (const Format& format : all_formats())
        help += std::string("\n") + format.name + ": " + format.description;
    return help;
}

void add_reading_options(Command& command, Settings& s) {
    ReadOptions& read = s.corpus.read;
    command.add_option("input", s.corpus.inputs, "Files, .bz2 or not; - is standard input");
    command.add_option(
        "-o,--output", s.corpus.output,
        "Text, one item a line; FILE.provenance.json goes beside it (default: standard output)");
    command.add_option("-f,--format", s.corpus.format, format_help());
    command.add_flag("--names", read.names, "The authors' names instead of what they said");
    command
        .add_option("--text", read.text_column,
                    "CSV, TSV, JSON: the column of the text, by name, number or path (quote.text)")
        ->shows_default();
    command.add_option("--author", read.author_column,
                       "CSV, TSV, JSON: the column of the author, by name or number");
    command.add_option("--columns", s.columns,
                       "CSV, TSV: text and author of a table without a line of names, as 1,2");
    std::vector<std::string> styles;
    for (const BookStyle& style : book_styles()) styles.push_back(style.name);
    command.add_option("--style", read.style, "gutenberg: the book's layout (default: found out)")
        ->check(one_of(styles));
    command.add_flag("--attributed", read.attributed,
                     "wikiquote: the sections called Attributed too");
    command.add_option(
        "--sections", s.sections,
        "wikiquote: further sections to keep, separated by commas; all: any not left out by name");
    command.add_option("--source", s.corpus.source, "Where the text is from, for the provenance");
    command.add_option("--licence,--license", s.corpus.licence,
                       "What may be done with it, for the provenance");
    command.add_flag("--keep-damaged", s.corpus.keep_damaged,
                     "Keep what could be read of a damaged input instead of nothing");
    // Old command lines have it: one thread does it all.
    command.add_option("--threads", s.threads, "Without effect")
        ->check(whole_between(1, 256))
        ->hidden();
}

void add_cleaning_options(Command& command, Settings& s) {
    command.add_option("--rules", s.rules,
                       "Exactly these rules, in this order, separated by commas");
    command.add_option("--with", s.with, "These rules besides the default ones");
    command.add_option("--without", s.without, "The default rules but these");
    command.add_flag(
        "--list-rules", s.list_rules,
        "Show all rules: name, whether default for text and for names, what each does");
    command.add_flag("--explain", s.explain, "Examples of what each rule did");
    command.add_flag("-q,--quiet", s.quiet, "No report");
    command.add_option("--alphabet", s.alphabet,
                       "ascii, prose, proverbs, names, latin or the characters themselves "
                       "(default: ascii; with --names: names)");
    command.add_option("--min-length", s.shortest, "Characters (default 16; names 3)")
        ->check(whole_between(0, 1000000000));
    command.add_option("--max-length", s.longest, "Characters (default 200; names 32)")
        ->check(whole_between(1, 1000000000));
    command.add_option("--language", s.language, "en, or any")->check(one_of({"en", "any"}));
    command.add_option("--words", s.word_files,
                       "Lists of words to reject (default: a small one of our own; none: no list)");
    command.add_option("--against", s.corpus.against,
                       "Files of lines; items the same or nearly the same as one are rejected");
    command.add_option("--split", s.split,
                       "Shares of train, valid and test, as 90/5/5; near duplicates stay together");
    command.add_option("--seed", s.corpus.seed, "Another seed splits otherwise")->shows_default();
}

}  // namespace

Run set_up_corpus(Command& command) {
    auto settings = std::make_shared<Settings>();
    add_reading_options(command, *settings);
    add_cleaning_options(command, *settings);
    return [settings] { return run_corpus(*settings); };
}

}  // namespace quillet
