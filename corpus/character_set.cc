// Characters into a chosen alphabet, and text in the normal form that duplicates are found by.
// SPDX-License-Identifier: MIT
#include "corpus/character_set.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/fold.h"
#include "base/utf8.h"
#include "corpus/strings.h"

namespace quillet {

CharacterSet::CharacterSet(std::string_view characters) {
    for (char32_t c : decode_utf8(characters, "alphabet")) {
        if (c < 128)
            ascii_[c] = true;
        else
            others_.insert(c);
    }
}

bool CharacterSet::fold(std::string& text) const {
    auto in_set = [this](char c) { return ascii_[static_cast<unsigned char>(c)]; };
    if (std::all_of(text.begin(), text.end(), in_set)) return true;
    std::string folded;
    for (std::string_view rest = text; !rest.empty();) {
        char32_t c = take_utf8(rest).value_or(0xFFFD);
        // A letter with its accent behind it may be one character of the set.
        for (std::string_view next = rest; !next.empty(); rest = next) {
            char32_t accent = take_utf8(next).value_or(0xFFFD);
            char32_t both = is_combining(accent) ? accented(c, accent) : 0;
            if (both == 0 || !has(both)) break;
            c = both;
        }
        if (has(c)) {
            append_utf8(folded, c);
        } else if (!is_combining(c)) {
            const char* ascii = c < 128 ? nullptr : ascii_of(c);
            if (ascii == nullptr) return false;
            std::string_view form = ascii;
            if (!std::all_of(form.begin(), form.end(), in_set)) return false;
            folded += form;
        }
    }
    text = std::move(folded);
    return true;
}

CharacterSet character_set(std::string_view name) {
    constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    static constexpr std::pair<std::string_view, std::string_view> kBesidesLetters[] = {
        {"ascii", " !\"#$%&'()*+,-./0123456789:;<=>?@[\\]^_`{|}~"},
        {"prose", " !\"'(),-.:;?"},
        {"proverbs", " !\"',-.:;?"},
        {"names", " '-."}};
    for (const auto& [set, besides] : kBesidesLetters)
        if (set == name) return CharacterSet(std::string(kLetters) + std::string(besides));
    if (name == "latin") {
        std::u32string all;
        for (char32_t c = ' '; c <= '~'; c++) all += c;
        for (char32_t c = 0xC0; c <= 0x17F; c++)
            if (c != 0xD7 && c != 0xF7) all += c;
        return CharacterSet(encode_utf8(all));
    }
    if (name.empty())
        throw Error("--alphabet", "is empty; expected a name or the characters themselves");
    return CharacterSet(name);
}

std::string normalize(std::string_view text) {
    std::string normal;
    normal.reserve(text.size() + 8);
    bool space = false;
    auto put = [&](char c) {
        if (space && !normal.empty()) normal += ' ';
        space = false;
        normal += c;
    };
    while (!text.empty()) {
        char c = text[0];
        if (!is_high(c)) {
            if (is_alnum(c))
                put(static_cast<char>(is_upper(c) ? c + 32 : c));
            else if (c != '\'')
                space = true;
            text.remove_prefix(1);
            continue;
        }
        std::string_view before = text;
        char32_t character = take_utf8(text).value_or(0xFFFD);
        if (is_combining(character)) continue;
        const char* ascii = ascii_of(character);
        if (ascii == nullptr) {
            for (char byte : before.substr(0, before.size() - text.size())) put(byte);
        } else if (is_alnum(*ascii)) {
            for (char letter : lower(ascii)) put(letter);
        } else if (*ascii != '\'' && *ascii != '\0') {
            space = true;
        }
    }
    return normal;
}

}  // namespace quillet
