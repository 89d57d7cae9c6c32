// HTML's entities, "&quot;" and "&#39;", as the characters they stand for.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace quillet {

// Length of the entity at the beginning of `text` (which begins with '&'), its text added to
// `plain`; 0 if it is none: an unknown name, no semicolon, no character of Unicode. What does not
// print is left out or becomes a space.
size_t append_entity(std::string_view text, std::string& plain);

// Replaces the entities in `text`, once: "&amp;lt;" becomes "&lt;", as in a browser. With `is_wanted`
// only those for whose meaning it is true.
void decode_entities(std::string& text, bool (*is_wanted)(std::string_view));
void decode_entities(std::string& text);

// The character of a byte from 0x80 to 0x9F in Windows-1252, U+FFFD where there is none.
char32_t windows_1252(unsigned char byte);

}  // namespace quillet
