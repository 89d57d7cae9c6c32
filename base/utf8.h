// UTF-8 to code points and back, strict: overlong forms, surrogates and stray bytes are refused.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quillet {

// The first code point of `text` (not empty), which it then drops from it; nullopt, dropping one byte, where the bytes
// are not UTF-8 (RFC 3629).
std::optional<char32_t> take_utf8(std::string_view& text);

// Adds the UTF-8 form of `character` (a Unicode scalar value) to `text`.
void append_utf8(std::string& text, char32_t character);

// What keeps `head`, a file's first bytes, from being text; empty when nothing does.
std::string not_text(std::string_view head);

// All code points of `text`. Throws Error with `where` and what not_text() says of it, or else the line and column
// of the first bad byte.
std::u32string decode_utf8(std::string_view text, const std::string& where);

std::string encode_utf8(std::u32string_view text);

// `character` as a person would read it in a message: itself in quotes, or "U+0007" where it does not print.
std::string describe_character(char32_t character);

}  // namespace quillet
