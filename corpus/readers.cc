// The table of formats, how one is recognised, and the reader of plain lines.
// SPDX-License-Identifier: MIT
#include "corpus/readers.h"

#include <algorithm>

#include "base/error.h"

namespace quillet {
namespace {

constexpr Format kFormats[] = {
    {"plain", ".txt", "one item a line", read_plain},
    {"fortune", ".fortune", "items between lines of %, authors after --", read_fortune},
    {"gutenberg", ".gutenberg", "a book of Project Gutenberg; see --style", read_gutenberg},
    {"csv", ".csv", "comma-separated, the first line names the columns", read_csv},
    {"tsv", ".tsv .tab", "tab-separated, likewise", read_tsv},
    {"json", ".json", "an array of objects or strings", read_json},
    {"jsonl", ".jsonl .ndjson", "an object a line", read_json_lines},
    {"wikiquote", ".xml", "Wikiquote's XML dump", read_wikiquote},
    {"wikitext", ".wikitext .wiki .mediawiki", "one page of Wikiquote, named by its title",
     read_wikitext},
};

std::string ending_of(std::string name) {
    if (name.ends_with(".bz2")) name.erase(name.size() - 4);
    size_t dot = name.rfind('.');
    size_t slash = name.rfind('/');
    bool has = dot != std::string::npos && (slash == std::string::npos || dot > slash);
    return has ? name.substr(dot) : "";
}

const Format* by_name(std::string_view name) {
    auto found = std::find_if(std::begin(kFormats), std::end(kFormats),
                              [&](const Format& f) { return name == f.name; });
    return found == std::end(kFormats) ? nullptr : found;
}

bool lists(std::string_view endings, std::string_view ending) {
    return !ending.empty() &&
           (" " + std::string(endings) + " ").find(" " + std::string(ending) + " ") !=
               std::string::npos;
}

// What the first bytes tell: the name of a format, or empty.
std::string_view told_by(std::string_view head) {
    if (head.substr(0, 4096).find("<mediawiki") != std::string_view::npos) return "wikiquote";
    if (head.find("\n%\n") != std::string_view::npos ||
        head.find("\n%\r\n") != std::string_view::npos)
        return "fortune";
    for (const char* sign : {"Project Gutenberg", "\nA' ae oo'", "\n~Ability.~--"})
        if (head.find(sign) != std::string_view::npos) return "gutenberg";
    size_t first = head.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && head.substr(first).starts_with("[{")) return "json";
    if (first != std::string_view::npos && head.substr(first).starts_with("{\"")) return "jsonl";
    return "";
}

}  // namespace

std::span<const Format> all_formats() {
    return kFormats;
}

const Format& find_format(const std::string& name, const Input& input) {
    if (name != "auto") {
        if (const Format* format = by_name(name)) return *format;
        throw Error("--format",
                    "there is no format '" + name + "'; quillet corpus --help lists them");
    }
    std::string ending = ending_of(input.name());
    for (const Format& format : kFormats)
        if (ending != ".txt" && lists(format.endings, ending)) return format;
    const Format* told = by_name(told_by(input.head()));
    return told ? *told : kFormats[0];
}

void read_plain(Input& input, const ReadOptions& options, Consumer& consumer, InputFacts&) {
    LineReader lines(input);
    Batcher batcher(consumer);
    for (std::string_view line; lines.next(line);) {
        if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
        std::string text(line);
        batcher.add({text, options.names ? text : ""});
    }
    batcher.finish();
}

}  // namespace quillet
