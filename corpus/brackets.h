// What stands in brackets at a word: its own letters, the mark of a note, or neither; and where notes
// stand.
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace quillet {

// True behind the end of a sentence or a part of one, where a note's number stands; not behind an
// opening quotation mark, where a word begins.
bool ends_with_stop(std::string_view before);

// True for a Roman numeral in small letters below 400: "iv", "xcii", not "ill".
bool is_roman(std::string_view text);

enum class Bracketed {
    kLetters,  // of a word: "[t]he", "cat[a]strophe", "m[y] house"; also an accent, "P[=a]li"
    kMark,     // of a note: "rowed.[a]", "the sea[A]"
    kIndex,    // "a[0]", "x[1]": no mark, the brackets are text
    kOther
};

// What "[inside]" is between `before` and `after`, by its neighbors; looks at a few characters of
// each. Numbers but those of kIndex are kOther.
Bracketed bracketed(std::string_view before, std::string_view inside, std::string_view after);

// The letters of what is kLetters, without the sign of an accent.
std::string_view letters_in(std::string_view inside);

// Finds where brackets close, in time proportional to the text, however many of them do not.
class Closings {
  public:
    explicit Closings(std::string_view text) : text_(text) {}
    // Where the first `closing` from `at` on stands; `at` never goes back.
    size_t find(char closing, size_t at) {
        size_t& next = closing == ']' ? square_ : curly_;
        if (next != std::string_view::npos && next < at) next = text_.find(closing, at);
        return next;
    }

  private:
    std::string_view text_;
    size_t square_ = text_.find(']'), curly_ = text_.find('}');
};

}  // namespace quillet
