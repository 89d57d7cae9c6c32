// Words of a language and their inflected forms.
// SPDX-License-Identifier: MIT
#include "study/lexicon.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "base/file.h"
#include "study/clauses.h"

namespace quillet::study {
namespace {

constexpr const char* kPartNames[] = {"noun", "verb", "adj", "adv"};

// What an ending of each part of speech stands for, as WordNet detaches them; -eth and -est of verbs are
// ours.
struct Ending {
    int part;
    std::string_view ending, base;
};
constexpr Ending kEndings[] = {
    {0, "s", ""},      {0, "ses", "s"},   {0, "xes", "x"}, {0, "zes", "z"}, {0, "ches", "ch"},
    {0, "shes", "sh"}, {0, "men", "man"}, {0, "ies", "y"}, {1, "s", ""},    {1, "ies", "y"},
    {1, "es", "e"},    {1, "es", ""},     {1, "ed", "e"},  {1, "ed", ""},   {1, "ing", "e"},
    {1, "ing", ""},    {1, "eth", "e"},   {1, "eth", ""},  {1, "est", "e"}, {1, "est", ""},
    {2, "er", ""},     {2, "est", ""},    {2, "er", "e"},  {2, "est", "e"}};

// WordNet has no pronouns, conjunctions and the like; is_function_word() knows most.
constexpr const char* kClosed[] = {
    "anybody",   "anyone",     "anything",  "everybody",  "everyone", "everything", "nobody",
    "nothing",   "somebody",   "someone",   "something",  "yourself", "ourselves",  "yourselves",
    "oneself",   "whichever",  "whosoever", "whatsoever", "whomever", "wherever",   "whenever",
    "wherefore", "cannot",     "hadst",     "shouldst",   "wouldst",  "couldst",    "mayst",
    "mightst",   "wert",       "wast",      "didst",      "canst",    "amid",       "amidst",
    "amongst",   "alongside",  "beyond",    "concerning", "despite",  "throughout", "toward",
    "towards",   "underneath", "unlike",    "via",        "whereas",  "whence",     "whither",
    "albeit"};

// Shorter bases are chance: "aned" is no form of "an".
constexpr size_t kShortest = 3;

// Each line of `text`.
template <class Visit>
void each_line(std::string_view text, const Visit& visit) {
    for (size_t begin = 0; begin < text.size();) {
        const size_t end = std::min(text.find('\n', begin), text.size());
        visit(text.substr(begin, end - begin));
        begin = end + 1;
    }
}

}  // namespace

size_t Lexicon::part_of(std::string_view name) {
    return static_cast<size_t>(std::find(std::begin(kPartNames), std::end(kPartNames), name) -
                               std::begin(kPartNames));
}

void Lexicon::add_index(std::string_view part, std::string_view text) {
    each_line(text, [&](std::string_view line) {
        if (!line.empty() && line[0] != ' ')  // the licence
            words_[part_of(part)].emplace(line.substr(0, line.find(' ')));
    });
}

void Lexicon::add_exceptions(std::string_view part, std::string_view text) {
    each_line(text, [&](std::string_view line) {
        std::istringstream fields{std::string(line)};
        std::string form;
        fields >> form;
        for (std::string base; fields >> base;) exceptions_[part_of(part)][form].push_back(base);
    });
}

void Lexicon::add_wordnet(const std::string& folder) {
    const auto text_of = [&](const std::string& name) {
        const std::string path = folder + "/" + name;
        return std::filesystem::exists(path) ? read_file(path) : std::string();
    };
    for (const std::string part : kPartNames) {
        add_index(part, text_of("index." + part));
        add_exceptions(part, text_of(part + ".exc"));
    }
    others_.insert(std::begin(kClosed), std::end(kClosed));
}

bool Lexicon::has(const std::string& word,
                  const std::function<bool(const std::string&)>& elsewhere) const {
    if (has_form(word, elsewhere)) return true;
    return word.ends_with("'s") && has_form(word.substr(0, word.size() - 2), elsewhere);
}

bool Lexicon::has_form(const std::string& word,
                       const std::function<bool(const std::string&)>& elsewhere) const {
    if (is_function_word(word)) return true;
    const auto known = [&](const std::string& base, size_t part) {
        if (words_[part].contains(base)) return true;
        return part <= verb && (others_.contains(base) || elsewhere(base));
    };
    for (size_t part = 0; part < kParts; part++) {
        if (known(word, part)) return true;
        const auto found = exceptions_[part].find(word);
        if (found == exceptions_[part].end()) continue;
        for (const std::string& base : found->second)
            if (known(base, part)) return true;
    }
    for (const Ending& of : kEndings) {
        if (!word.ends_with(of.ending) || word.size() < of.ending.size()) continue;
        std::string base = word.substr(0, word.size() - of.ending.size());
        base += of.base;
        if (base.size() >= kShortest && known(base, static_cast<size_t>(of.part))) return true;
    }
    return false;
}

}  // namespace quillet::study
