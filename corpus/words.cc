// The word filter: finds words and phrases of a list, as whole words only.
// SPDX-License-Identifier: MIT
#include "corpus/words.h"

#include <algorithm>
#include <cctype>

#include "base/file.h"
#include "corpus/fold.h"

namespace quillet {
namespace {

// "f**k": an asterisk between letters, or after the first letter.
bool has_masked_word(std::string_view text) {
    for (size_t i = 1; i < text.size(); i++)
        if (text[i] == '*' && std::isalpha(static_cast<unsigned char>(text[i - 1]))) return true;
    return false;
}

std::vector<std::string_view> split_words(std::string_view bare) {
    std::vector<std::string_view> words;
    while (!bare.empty()) {
        size_t end = std::min(bare.find(' '), bare.size());
        if (end > 0) words.push_back(bare.substr(0, end));
        bare.remove_prefix(std::min(end + 1, bare.size()));
    }
    return words;
}

// The words of `text` that hyphens join, each run as one word: "mother-in-law" gives "motherinlaw".
std::string joined_words(std::string_view text) {
    if (text.find('-') == std::string_view::npos) return "";
    std::string joined, bare;
    for (size_t i = 0; i < text.size(); i++) {
        bool hyphen = text[i] == '-' && i > 0 && i + 1 < text.size() &&
                      std::isalnum(static_cast<unsigned char>(text[i - 1])) &&
                      std::isalnum(static_cast<unsigned char>(text[i + 1]));
        if (!hyphen) joined += text[i];
    }
    bare_form(joined, bare);
    return bare;
}

}  // namespace

void WordList::add_file(const std::filesystem::path& path) {
    std::string text = read_file(path);
    std::string_view rest = text;
    while (!rest.empty()) {
        size_t end = std::min(rest.find('\n'), rest.size());
        std::string_view line = rest.substr(0, end);
        if (!line.starts_with('#')) add(line);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
}

void WordList::add(std::string_view word_or_phrase) {
    std::string bare;
    bare_form(word_or_phrase, bare);
    if (bare.empty()) return;
    size_++;
    size_t space = bare.find(' ');
    if (space == std::string::npos)
        words_.insert(bare);
    else
        phrases_[bare.substr(0, space)].push_back(bare);
}

bool WordList::listed(std::string_view word, std::string& found) const {
    for (std::string_view form :
         {word, word.ends_with('s') ? word.substr(0, word.size() - 1) : word,
          word.ends_with("es") ? word.substr(0, word.size() - 2) : word}) {
        found = form;
        if (words_.contains(found)) return true;
    }
    return false;
}

std::string WordList::find(std::string_view text) const {
    if (size_ == 0) return "";
    if (has_masked_word(text)) return "*";
    std::string bare, found;
    bare_form(text, bare);
    std::string padded = bare + " ";
    for (std::string_view word : split_words(bare)) {
        if (listed(word, found)) return found;
        auto phrases = phrases_.find(found = word);
        if (phrases == phrases_.end()) continue;
        std::string_view from =
            std::string_view(padded).substr(static_cast<size_t>(word.data() - bare.data()));
        for (const std::string& phrase : phrases->second)
            if (from.starts_with(phrase) &&
                (from[phrase.size()] == ' ' || from.substr(phrase.size()).starts_with("s ")))
                return phrase;
    }
    std::string joined = joined_words(text);
    for (std::string_view word : split_words(joined))
        if (listed(word, found)) return found;
    return "";
}

}  // namespace quillet
