// Characters into a chosen alphabet, and text in the normal form that duplicates are found by.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <set>
#include <string>
#include <string_view>

namespace quillet {

// A set of characters that text is folded into.
class CharacterSet {
  public:
    // `characters`: every one of them is allowed. Throws Error where it is not UTF-8.
    explicit CharacterSet(std::string_view characters);

    bool has(char32_t c) const { return c < 128 ? ascii_[c] : others_.contains(c); }

    // `text` (UTF-8) with each character that the set lacks replaced by its ASCII form. False when
    // a character has no form the set allows; `text` is then as it was.
    bool fold(std::string& text) const;

  private:
    std::array<bool, 256> ascii_{};  // false from 128 on
    std::set<char32_t> others_;
};

// The set called `name`: "ascii" (printable ASCII), "prose" (letters and the punctuation of prose),
// "proverbs", "names", "latin" (ASCII and the accented letters of Latin-1 and Latin Extended-A);
// otherwise the characters of `name` themselves.
CharacterSet character_set(std::string_view name);

// `text` in lower case without accents: only letters, digits and single spaces. Characters beyond
// the folding table stay as they are.
std::string normalize(std::string_view text);

}  // namespace quillet
