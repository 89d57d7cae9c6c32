// The word filter: finds words and phrases of a list, as whole words only.
// SPDX-License-Identifier: MIT
#include "corpus/words.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstring>

#include "base/file.h"
#include "corpus/eight_bytes.h"
#include "corpus/fold.h"

namespace quillet {
namespace {

// "f**k": an asterisk between letters, or after the first letter.
bool has_masked_word(std::string_view text) {
    for (size_t at = text.find('*', 1); at != std::string_view::npos; at = text.find('*', at + 1))
        if (std::isalpha(static_cast<unsigned char>(text[at - 1]))) return true;
    return false;
}

// The first eight bytes of `text`; zeros after its end.
uint64_t first_bytes(std::string_view text) {
    if (text.size() >= 8) return load_bytes(text.data());
    uint64_t bytes = 0;
    std::memcpy(&bytes, text.data(), text.size());
    return bytes;
}

// The length of the word that a bare form, whose first bytes are `first`, begins with.
size_t word_length(std::string_view bare, uint64_t first) {
    size_t length = leading_bytes(equal_to(first, ' '));
    return length < 8 ? length : std::min(bare.find(' ', 8), bare.size());
}

// True for a hyphen between letters or digits.
bool is_joining(std::string_view text, size_t at) {
    return text[at] == '-' && at > 0 && at + 1 < text.size() &&
           std::isalnum(static_cast<unsigned char>(text[at - 1])) &&
           std::isalnum(static_cast<unsigned char>(text[at + 1]));
}

// The words of `text` that hyphens join, each run as one word: "mother-in-law" gives "motherinlaw".
// Empty when there is none.
std::string joined_words(std::string_view text) {
    size_t first = text.find('-');
    while (first != std::string_view::npos && !is_joining(text, first))
        first = text.find('-', first + 1);
    if (first == std::string_view::npos) return "";
    std::string joined(text.substr(0, first)), bare;
    for (size_t i = first; i < text.size(); i++)
        if (!is_joining(text, i)) joined += text[i];
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
    for (const char* ending : {"", "s", "es"}) {
        std::string word = bare.substr(0, space) + ending;
        beginnings_.set(beginning_of(first_bytes(word), word.size()));
    }
    if (space == std::string::npos)
        words_.insert(bare);
    else
        phrases_[bare.substr(0, space)].push_back(bare);
}

size_t WordList::beginning_of(uint64_t first_bytes, size_t length) {
    uint64_t four = first_bytes & ((uint64_t{1} << (8 * std::min<size_t>(length, 4))) - 1);
    return static_cast<uint32_t>(four) * 0x9E3779B1u >> 17;
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

// The listed phrase that begins with `word`, which `from` begins with; else empty.
std::string WordList::phrase_at(std::string_view from, std::string_view word) const {
    auto phrases = phrases_.find(std::string(word));
    if (phrases == phrases_.end()) return "";
    for (const std::string& phrase : phrases->second) {
        if (!from.starts_with(phrase)) continue;
        std::string_view after = from.substr(phrase.size());
        if (after.empty() || after[0] == ' ' || after == "s" || after.starts_with("s "))
            return phrase;
    }
    return "";
}

std::string WordList::find_bare(std::string_view bare, bool phrases) const {
    std::string found;
    while (!bare.empty()) {
        uint64_t first = first_bytes(bare);
        size_t end = word_length(bare, first);
        if (beginnings_[beginning_of(first, end)]) {
            std::string_view word = bare.substr(0, end);
            if (listed(word, found)) return found;
            if (phrases && !(found = phrase_at(bare, word)).empty()) return found;
        }
        bare.remove_prefix(std::min(end + 1, bare.size()));
    }
    return "";
}

std::string WordList::find(std::string_view text) const {
    if (size_ == 0) return "";
    if (has_masked_word(text)) return "*";
    std::string bare;
    bare_form(text, bare);
    std::string found = find_bare(bare, true);
    return found.empty() ? find_bare(joined_words(text), false) : found;
}

}  // namespace quillet
