// Opposites: pairs of words that WordNet calls antonyms.
// SPDX-License-Identifier: MIT
#include "study/antonyms.h"

#include <filesystem>
#include <sstream>
#include <vector>

#include "base/error.h"
#include "base/file.h"

namespace quillet::study {
namespace {

// A pointer "!" from a word of one synset to a word of another.
struct Pointer {
    std::string from;    // the word
    std::string synset;  // the other one's offset and kind
    size_t word;         // its number there, from 1
};

struct Synsets {
    std::unordered_map<std::string, std::vector<std::string>> words;  // by offset and kind
    std::vector<Pointer> pointers;
};

// "wet(p)" is wet.
std::string bare(std::string word) {
    return word.substr(0, word.find('('));
}

// An adjective's satellite counts as an adjective.
std::string kind_of(const std::string& letter) {
    return letter == "s" ? "a" : letter;
}

// A line: offset, file, kind, count of words (hex), each with an id; count of pointers, each of
// symbol, offset, kind, source and target (two hex digits each).
bool read_synset(const std::string& line, Synsets& synsets) {
    std::istringstream fields(line);
    std::string offset, file, kind, word, id;
    size_t count = 0, pointers = 0;
    if (!(fields >> offset >> file >> kind >> std::hex >> count)) return false;
    std::vector<std::string> words;
    for (size_t i = 0; i < count && fields >> word >> id; i++) words.push_back(bare(word));
    if (!(fields >> std::dec >> pointers)) return false;
    std::string symbol, other, other_kind, ends;
    for (size_t i = 0; i < pointers; i++) {
        if (!(fields >> symbol >> other >> other_kind >> ends) || ends.size() != 4) return false;
        if (symbol != "!") continue;
        const size_t from = std::stoul(ends.substr(0, 2), nullptr, 16),
                     to = std::stoul(ends.substr(2), nullptr, 16);
        if (from >= 1 && from <= words.size())
            synsets.pointers.push_back({words[from - 1], other + kind_of(other_kind), to});
    }
    synsets.words[offset + kind_of(kind)] = std::move(words);
    return true;
}

// What a word may be a form of, itself first.
std::vector<std::string> base_forms(const std::string& word) {
    static constexpr const char* kEndings[][2] = {
        {"ies", "y"}, {"es", ""},    {"es", "e"},  {"s", ""},   {"ied", "y"}, {"ed", ""},
        {"ed", "e"},  {"ing", ""},   {"ing", "e"}, {"est", ""}, {"est", "e"}, {"er", ""},
        {"er", "e"},  {"iest", "y"}, {"ier", "y"}, {"eth", ""}, {"eth", "e"}, {"'s", ""}};
    std::vector<std::string> forms{word};
    for (const auto& [end, base] : kEndings) {
        const std::string_view ending = end;
        if (word.size() < ending.size() + 2 || !word.ends_with(ending)) continue;
        const std::string stem = word.substr(0, word.size() - ending.size());
        forms.push_back(stem + base);
        const size_t n = stem.size();  // "bigger"
        if (n > 2 && *base == 0 && stem[n - 1] == stem[n - 2])
            forms.push_back(stem.substr(0, n - 1));
    }
    return forms;
}

}  // namespace

std::optional<Antonyms> Antonyms::read(const std::string& folder) {
    Antonyms result;
    for (const char* name : {"data.noun", "data.verb", "data.adj", "data.adv"}) {
        const std::string path = folder + "/" + name;
        if (!std::filesystem::exists(path)) return std::nullopt;
        result.add(read_file(path), path);
    }
    return result;
}

void Antonyms::add(const std::string& data, const std::string& where) {
    Synsets synsets;
    std::istringstream lines(data);
    size_t number = 0;
    for (std::string line; std::getline(lines, line);) {
        number++;
        if (line.empty() || line[0] == ' ') continue;  // the licence
        if (!read_synset(line, synsets))
            throw Error(where + ":" + std::to_string(number),
                        "is no line of WordNet's data; expected wndb(5)'s form");
    }
    for (const Pointer& pointer : synsets.pointers) {
        const auto found = synsets.words.find(pointer.synset);
        if (found == synsets.words.end() || pointer.word < 1 || pointer.word > found->second.size())
            continue;
        join(pointer.from, found->second[pointer.word - 1]);
    }
}

void Antonyms::join(const std::string& a, const std::string& b) {
    if (others_[a].insert(b).second) pairs_++;
    others_[b].insert(a);
}

bool Antonyms::has(const std::string& word) const {
    for (const std::string& form : base_forms(word))
        if (others_.contains(form)) return true;
    return false;
}

bool Antonyms::opposite(const std::string& a, const std::string& b) const {
    for (const std::string& one : base_forms(a)) {
        const auto found = others_.find(one);
        if (found == others_.end()) continue;
        for (const std::string& other : base_forms(b))
            if (found->second.contains(other)) return true;
    }
    return false;
}

}  // namespace quillet::study
