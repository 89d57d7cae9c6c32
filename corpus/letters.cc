// Letters at the ends of a text, and lines put together into paragraphs.
// SPDX-License-Identifier: MIT
#include "corpus/letters.h"

#include "corpus/strings.h"

namespace quillet {

bool ends_with_letter(std::string_view text) {
    if (text.empty()) return false;
    if (!is_high(text.back())) return is_alpha(text.back());
    // Punctuation beyond ASCII: U+2000 to U+207F, and that of Latin-1 below U+00C0.
    bool punctuation = (text.size() > 2 && text.substr(text.size() - 3).starts_with("\xE2\x80")) ||
                       (text.size() > 1 && text[text.size() - 2] == '\xC2');
    return !punctuation;
}

bool starts_with_letter(std::string_view text) {
    if (text.empty()) return false;
    if (!is_high(text[0])) return is_alpha(text[0]);
    return !text.starts_with("\xE2\x80") && text[0] != '\xC2';
}

void append_line(std::string& text, std::string_view line) {
    // "pre- and post-war": the second half of the word is no part of the next one.
    static const Words joining = split("and |or |to |nor ", '|');
    bool divided = text.ends_with('-') && text.size() > 1 &&
                   (is_digit(text[text.size() - 2]) ||
                    ends_with_letter(std::string_view(text).substr(0, text.size() - 1))) &&
                   !starts_with_any(line, joining);
    bool joined = text.empty() || text.ends_with("--") || divided;
    if (!joined) text += ' ';
    text += line;
}

}  // namespace quillet
