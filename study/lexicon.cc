// Words of a language and their inflected forms.
// SPDX-License-Identifier: MIT
#include "study/lexicon.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "base/file.h"
#include "corpus/strings.h"
#include "study/clauses.h"

namespace quillet::study {
namespace {

constexpr const char* kPartNames[] = {"noun", "verb", "adj", "adv"};  // in the order of Part

// What an ending of each part of speech stands for, as WordNet detaches them; -eth and -est of verbs are
// ours.
struct Ending {
    Lexicon::Part part;
    std::string_view ending, base;
};
constexpr Ending kEndings[] = {{Lexicon::noun, "s", ""},        {Lexicon::noun, "ses", "s"},
                               {Lexicon::noun, "xes", "x"},     {Lexicon::noun, "zes", "z"},
                               {Lexicon::noun, "ches", "ch"},   {Lexicon::noun, "shes", "sh"},
                               {Lexicon::noun, "men", "man"},   {Lexicon::noun, "ies", "y"},
                               {Lexicon::verb, "s", ""},        {Lexicon::verb, "ies", "y"},
                               {Lexicon::verb, "es", "e"},      {Lexicon::verb, "es", ""},
                               {Lexicon::verb, "ed", "e"},      {Lexicon::verb, "ed", ""},
                               {Lexicon::verb, "ing", "e"},     {Lexicon::verb, "ing", ""},
                               {Lexicon::verb, "eth", "e"},     {Lexicon::verb, "eth", ""},
                               {Lexicon::verb, "est", "e"},     {Lexicon::verb, "est", ""},
                               {Lexicon::adjective, "er", ""},  {Lexicon::adjective, "est", ""},
                               {Lexicon::adjective, "er", "e"}, {Lexicon::adjective, "est", "e"}};

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

}  // namespace

void Lexicon::add_index(Part part, std::string_view text) {
    for_each_line(text, [&](std::string_view line) {
        if (!line.empty() && line[0] != ' ')  // the licence
            words_[part].emplace(line.substr(0, line.find(' ')));
    });
}

void Lexicon::add_exceptions(Part part, std::string_view text) {
    for_each_line(text, [&](std::string_view line) {
        std::istringstream fields{std::string(line)};
        std::string form;
        fields >> form;
        for (std::string base; fields >> base;) exceptions_[part][form].push_back(base);
    });
}

void Lexicon::add_wordnet(const std::string& folder) {
    const auto text_of = [&](const std::string& name) {
        const std::string path = folder + "/" + name;
        return std::filesystem::exists(path) ? read_file(path) : std::string();
    };
    for (const Part part : {noun, verb, adjective, adverb}) {
        const std::string name = kPartNames[part];
        add_index(part, text_of("index." + name));
        add_exceptions(part, text_of(name + ".exc"));
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
        if (!word.ends_with(of.ending)) continue;
        std::string base = word.substr(0, word.size() - of.ending.size());
        base += of.base;
        if (base.size() >= kShortest && known(base, of.part)) return true;
    }
    return false;
}

}  // namespace quillet::study
