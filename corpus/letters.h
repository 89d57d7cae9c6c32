// Letters at the ends of a text, and lines put together into paragraphs.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace quillet {

// True where the last, or the first, character of `text` is a letter of any alphabet.
bool ends_with_letter(std::string_view text);
bool starts_with_letter(std::string_view text);

// Adds the next line of a paragraph: with a space, but none behind "--" nor behind the hyphen of a
// word that is divided. The hyphen stays: "self-love" and "cus-toms" look the same.
void append_line(std::string& text, std::string_view line);

}  // namespace quillet
