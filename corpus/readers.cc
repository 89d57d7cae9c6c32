// The table of formats, how one is recognized, and the reader of plain lines.
// SPDX-License-Identifier: MIT
#include "corpus/readers.h"

#include "base/error.h"
#include "base/utf8.h"
#include "corpus/gutenberg.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

constexpr char kOfTables[] = "--text or --columns,--author", kOfWikis[] = "--attributed,--sections";

constexpr Format kFormats[] = {
    {"plain", ".txt", "one item a line", "", read_plain},
    {"fortune", ".fortune", "items between lines of %, authors after --", "", read_fortune},
    {"gutenberg", ".gutenberg", "a book of Project Gutenberg; see --style", "--style",
     read_gutenberg},
    {"csv", ".csv", "comma-separated, the first line names the columns", kOfTables, read_csv},
    {"tsv", ".tsv .tab", "tab-separated, likewise", kOfTables, read_tsv},
    {"json", ".json", "an array of objects or strings", kOfTables, read_json},
    {"jsonl", ".jsonl .ndjson", "an object a line", kOfTables, read_json_lines},
    {"wikiquote", ".xml", "Wikiquote's XML dump", kOfWikis, read_wikiquote},
    {"wikitext", ".wikitext .wiki .mediawiki", "one page of Wikiquote, named by its title",
     kOfWikis, read_wikitext},
};

std::string ending_of(std::string name) {
    if (name.ends_with(".bz2")) name.erase(name.size() - 4);
    size_t dot = name.rfind('.');
    size_t slash = name.rfind('/');
    bool has = dot != npos && (slash == npos || dot > slash);
    return has ? name.substr(dot) : "";
}

// True for a book whose lines are wrapped: paragraphs between empty lines, in which lines begin with
// small letters.
bool looks_wrapped(std::string_view head) {
    size_t lines = 0, empty = 0, small = 0;
    bool after_text = false;
    for_each_line(head, [&](std::string_view line) {
        line = without_blanks(line);
        (line.empty() ? empty : lines)++;
        small += !line.empty() && after_text && is_lower(line[0]);
        after_text = !line.empty();
    });
    return lines >= 6 && 10 * empty > lines && 5 * small >= lines;
}

// What the first bytes tell: the name of a format, or empty.
std::string_view told_by(std::string_view head) {
    if (head.substr(0, 4096).find("<mediawiki") != npos) return "wikiquote";
    static const Words fortunes = {"\n%\n", "\n%\r\n", "\n% \n", "\n%%\n", "\n%%\r\n"};
    if (contains_any(head, fortunes)) return "fortune";
    if (is_of_gutenberg(head)) return "gutenberg";
    for (const char* sign : {"\nA' ae oo'", "\n~Ability.~--"})
        if (head.find(sign) != npos) return "gutenberg";
    size_t first = head.find_first_not_of(" \t\r\n");
    if (first != npos && head.substr(first).starts_with("[{")) return "json";
    if (first != npos && head.substr(first).starts_with("{\"")) return "jsonl";
    if (std::string_view table = table_format(head); !table.empty()) return table;
    return looks_wrapped(head) ? "gutenberg" : "";
}

}  // namespace

std::span<const Format> all_formats() {
    return kFormats;
}

std::vector<std::string> given_options(const ReadOptions& options) {
    const ReadOptions usual;
    std::vector<std::string> given;
    if (options.text_column != usual.text_column) given.push_back("--text or --columns");
    if (!options.author_column.empty()) given.push_back("--author");
    if (!options.style.empty()) given.push_back("--style");
    if (options.attributed) given.push_back("--attributed");
    if (!options.sections.empty()) given.push_back("--sections");
    return given;
}

const Format& find_format(const std::string& name, const Input& input) {
    if (std::string why = not_text(input.head()); !why.empty()) throw Error(input.name(), why);
    if (name != "auto") {
        if (const Format* format = row_called(kFormats, name)) return *format;
        throw Error("--format",
                    "there is no format '" + name + "'; quillet corpus --help lists them");
    }
    std::string ending = ending_of(input.name());
    for (const Format& format : kFormats)
        if (ending != ".txt" && word_set(format.endings).contains(ending)) return format;
    const Format* told = row_called(kFormats, told_by(input.head()));
    return told ? *told : kFormats[0];
}

void read_plain(Input& input, const ReadOptions& options, Consumer& consumer, InputFacts&) {
    LineReader lines(input);
    for (std::string_view line; lines.next(line);)
        if (!without_blanks(line).empty())
            consumer.add({std::string(line), std::string(options.names ? line : "")});
}

}  // namespace quillet
