// UTF-8 to code points and back, strict: overlong forms, surrogates and stray bytes are refused.
// SPDX-License-Identifier: MIT
#include "base/utf8.h"

#include <cstdio>

#include "base/error.h"

namespace quillet {
namespace {

// How many bytes a sequence has that starts with `first`, and the least code point it may name; 0 for none.
struct Form {
    int length;
    char32_t least;
};

Form form_of(unsigned char first) {
    if (first < 0x80) return {1, 0};
    if (first < 0xC2) return {0, 0};
    if (first < 0xE0) return {2, 0x80};
    if (first < 0xF0) return {3, 0x800};
    if (first < 0xF5) return {4, 0x10000};
    return {0, 0};
}

}  // namespace

std::optional<char32_t> take_utf8(std::string_view& text) {
    auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    Form form = form_of(byte(0));
    char32_t character = form.length == 1 ? byte(0) : byte(0) & (0x7F >> form.length);
    bool good = form.length > 0 && text.size() >= static_cast<size_t>(form.length);
    for (int i = 1; good && i < form.length; i++) {
        good = (byte(i) & 0xC0) == 0x80;
        character = character << 6 | (byte(i) & 0x3F);
    }
    good = good && character >= form.least && character <= 0x10FFFF &&
           (character < 0xD800 || character > 0xDFFF);
    text.remove_prefix(good ? form.length : 1);
    return good ? std::optional(character) : std::nullopt;
}

void append_utf8(std::string& text, char32_t c) {
    auto put = [&](char32_t byte) { text += static_cast<char>(byte); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | c >> 6);
        put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(0xE0 | c >> 12);
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    } else {
        put(0xF0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3F));
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    }
}

std::u32string decode_utf8(std::string_view text, const std::string& where) {
    std::u32string characters;
    characters.reserve(text.size());
    size_t line = 1, column = 1;
    while (!text.empty()) {
        unsigned first = static_cast<unsigned char>(text[0]);
        std::optional<char32_t> character = take_utf8(text);
        if (!character) {
            char byte[8];
            std::snprintf(byte, sizeof byte, "0x%02X", first);
            throw Error(
                where + ":" + std::to_string(line) + ":" + std::to_string(column),
                std::string("byte ") + byte + " is not UTF-8; convert the text to UTF-8 first");
        }
        characters += *character;
        column = *character == U'\n' ? 1 : column + 1;
        line += *character == U'\n';
    }
    return characters;
}

std::string encode_utf8(std::u32string_view text) {
    std::string bytes;
    for (char32_t character : text) append_utf8(bytes, character);
    return bytes;
}

std::string describe_character(char32_t character) {
    if (character > 0x20 && character < 0x7F)
        return std::string("'") + static_cast<char>(character) + "'";
    if (character >= 0xA1 && character < 0xE000) return "'" + encode_utf8({&character, 1}) + "'";
    char code[16];
    std::snprintf(code, sizeof code, "U+%04X", static_cast<unsigned>(character));
    return code;
}

}  // namespace quillet
