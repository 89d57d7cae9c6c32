// Characters into a chosen alphabet, and text into the bare form that duplicates are found by.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace quillet {

struct FoldRow {
    char32_t character;
    const char* ascii;
};
extern const FoldRow kFoldTable[];  // by ascending character
extern const size_t kFoldRows;

// The ASCII form of `character`: "e" for é, "" for a soft hyphen; nullptr when there is none.
const char* ascii_of(char32_t character);

// True for the combining accents, which fold to nothing after their letter.
bool is_combining(char32_t character);

bool is_ascii(std::string_view text);

// A set of characters that text is folded into.
class CharacterSet {
  public:
    // `characters`: every one of them is allowed. Throws Error where it is not UTF-8.
    explicit CharacterSet(std::string_view characters);

    bool has(char32_t c) const { return c < 128 ? ascii_[c] : others_.contains(c); }

    // True when `text` is ASCII and every character of it is in the set.
    bool has_all(std::string_view text) const;

    // `text` (UTF-8) with each character that the set lacks replaced by its ASCII form. False when
    // a character has no form the set allows, then left in `missing`.
    bool fold(std::string& text, char32_t& missing) const;

  private:
    std::array<bool, 256> ascii_{};  // false from 128 on
    unsigned char in_row_ = 0;       // so many from ' ' on, which is in it, are in the set
    std::set<char32_t> others_;
};

// The set called `name`: "ascii" (printable ASCII), "prose" (letters and the punctuation of prose),
// "proverbs", "names", "latin" (ASCII and the accented letters of Latin-1 and Latin Extended-A);
// otherwise the characters of `name` themselves.
CharacterSet character_set(std::string_view name);

// `text` in lower case without accents: only letters, digits and single spaces. Characters beyond
// the table stay as they are.
void bare_form(std::string_view text, std::string& bare);

}  // namespace quillet
