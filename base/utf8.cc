// UTF-8 to code points and back, strict: overlong forms, surrogates and stray bytes are refused.
// SPDX-License-Identifier: MIT
#include "base/utf8.h"

#include <cstdio>
#include <utility>

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

std::string not_text(std::string_view head) {
    if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF"))
        return "is UTF-16; convert it to UTF-8 first";
    static constexpr std::pair<std::string_view, const char*> kPacked[] = {
        {"\x1F\x8B", "gzip"}, {"\xFD\x37zXZ", "xz"},        {"PK\x03\x04", "zip"},
        {"7z\xBC\xAF", "7z"}, {"\x28\xB5\x2F\xFD", "zstd"}, {"BZh91AY&SY", "bzip2"}};
    for (const auto& [sign, name] : kPacked)
        if (head.starts_with(sign))
            return std::string("is packed with ") + name + "; unpack it first";
    const size_t zero = head.find('\0');
    if (zero == std::string_view::npos) return "";
    return "is not text: byte " + std::to_string(zero) + " is zero; expected UTF-8";
}

std::u32string decode_utf8(std::string_view text, const std::string& where) {
    std::u32string characters;
    characters.reserve(text.size());
    const std::string_view all = text;
    size_t line = 1, column = 1;
    while (!text.empty()) {
        unsigned first = static_cast<unsigned char>(text[0]);
        std::optional<char32_t> character = take_utf8(text);
        if (!character) {
            if (const std::string why = not_text(all); !why.empty()) throw Error(where, why);
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
