// The word filter: finds words and phrases of a list, as whole words only.
// SPDX-License-Identifier: MIT
#include "corpus/words.h"

#include <algorithm>

#include "corpus/character_set.h"
#include "corpus/input.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

// "f**k": an asterisk after a letter.
bool has_masked_word(std::string_view text) {
    for (size_t at = text.find('*', 1); at < text.size(); at = text.find('*', at + 1))
        if (is_alpha(text[at - 1])) return true;
    return false;
}

// `text` in normal form with the words that hyphens join run together: "mother-in-law" gives
// "motherinlaw". Empty when there is none.
std::string joined_words(std::string_view text) {
    std::string joined;
    for (size_t i = 0; i < text.size(); i++) {
        bool joins = text[i] == '-' && i > 0 && i + 1 < text.size() && is_alnum(text[i - 1]) &&
                     is_alnum(text[i + 1]);
        if (!joins) joined += text[i];
    }
    return joined.size() == text.size() ? "" : normalize(joined);
}

}  // namespace

void WordList::add_file(const std::string& path) {
    for (const std::string& line : read_text_lines(path))
        if (!line.starts_with('#')) add(line);
}

void WordList::add(std::string_view word_or_phrase) {
    std::string normal = normalize(word_or_phrase);
    if (normal.empty()) return;
    size_++;
    size_t space = normal.find(' ');
    if (space == npos)
        words_.insert(normal);
    else
        phrases_[normal.substr(0, space)].push_back(normal);
}

std::string WordList::find_normal(std::string_view normal, bool phrases) const {
    std::string word;
    while (!normal.empty()) {
        size_t end = find_or_end(normal, ' ');
        for (std::string_view ending : {"", "s", "es"}) {
            word = normal.substr(0, end);
            if (!word.ends_with(ending)) continue;
            word.resize(word.size() - ending.size());
            if (words_.contains(word)) return word;
        }
        auto listed = phrases ? phrases_.find(std::string(normal.substr(0, end))) : phrases_.end();
        if (listed != phrases_.end())
            for (const std::string& phrase : listed->second) {
                std::string_view after = normal.substr(std::min(phrase.size(), normal.size()));
                if (normal.starts_with(phrase) &&
                    (after.empty() || after[0] == ' ' || after == "s" || after.starts_with("s ")))
                    return phrase;
            }
        normal.remove_prefix(std::min(end + 1, normal.size()));
    }
    return "";
}

std::string WordList::find(std::string_view text) const {
    if (size_ == 0) return "";
    if (has_masked_word(text)) return "*";
    std::string found = find_normal(normalize(text), true);
    return found.empty() ? find_normal(joined_words(text), false) : found;
}

}  // namespace quillet
