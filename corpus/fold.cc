// Characters into a chosen alphabet, and text into the bare form that duplicates are found by.
// SPDX-License-Identifier: MIT
#include "corpus/fold.h"

#include <algorithm>

#include "base/error.h"
#include "base/utf8.h"

namespace quillet {
namespace {

constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

struct NamedSet {
    std::string_view name;
    std::string_view besides_letters;
};
constexpr NamedSet kSets[] = {
    {"ascii", " !\"#$%&'()*+,-./0123456789:;<=>?@[\\]^_`{|}~"},
    {"prose", " !\"'(),-.:;?"},
    {"proverbs", " !\"',-.:;?"},
    {"names", " '-."},
};

}  // namespace

const char* ascii_of(char32_t character) {
    const FoldRow* end = kFoldTable + kFoldRows;
    const FoldRow* row = std::lower_bound(
        kFoldTable, end, character, [](const FoldRow& r, char32_t c) { return r.character < c; });
    return row != end && row->character == character ? row->ascii : nullptr;
}

bool is_combining(char32_t c) {
    return c >= 0x300 && c <= 0x36F;
}

bool is_ascii(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<signed char>(c) < 0; });
}

CharacterSet::CharacterSet(std::string_view characters) {
    for (char32_t c : decode_utf8(characters, "alphabet")) {
        if (c < 128)
            ascii_.set(c);
        else
            others_.insert(c);
    }
}

bool CharacterSet::fold(std::string& text, char32_t& missing) const {
    bool whole = std::all_of(text.begin(), text.end(), [this](char c) {
        return static_cast<signed char>(c) >= 0 && ascii_[static_cast<size_t>(c)];
    });
    if (whole) return true;
    std::string folded;
    std::string_view rest = text;
    while (!rest.empty()) {
        char32_t c = take_utf8(rest).value_or(0xFFFD);
        if (has(c)) {
            append_utf8(folded, c);
            continue;
        }
        if (is_combining(c)) continue;
        const char* ascii = c < 128 ? nullptr : ascii_of(c);
        missing = c;
        if (ascii == nullptr) return false;
        for (const char* p = ascii; *p; p++)
            if (!has(static_cast<unsigned char>(*p))) return false;
        folded += ascii;
    }
    text = std::move(folded);
    return true;
}

CharacterSet character_set(std::string_view name) {
    for (const NamedSet& set : kSets)
        if (set.name == name)
            return CharacterSet(std::string(kLetters) + std::string(set.besides_letters));
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

void bare_form(std::string_view text, std::string& bare) {
    bare.clear();
    bool space = false;
    auto letter = [&](char c) {
        if (space && !bare.empty()) bare += ' ';
        space = false;
        bare += c;
    };
    while (!text.empty()) {
        unsigned char c = static_cast<unsigned char>(text[0]);
        if (c < 128) {
            text.remove_prefix(1);
            if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
                letter(static_cast<char>(c));
            else if (c >= 'A' && c <= 'Z')
                letter(static_cast<char>(c + 32));
            else if (c != '\'')
                space = true;
            continue;
        }
        std::string_view before = text;
        char32_t character = take_utf8(text).value_or(0xFFFD);
        if (is_combining(character)) continue;
        const char* ascii = ascii_of(character);
        if (ascii == nullptr) {
            for (char byte : before.substr(0, before.size() - text.size())) letter(byte);
        } else if (!std::isalnum(static_cast<unsigned char>(*ascii))) {
            if (*ascii != '\'' && *ascii != '\0') space = true;
        } else {
            for (; *ascii; ascii++)
                letter(static_cast<char>(std::tolower(static_cast<unsigned char>(*ascii))));
        }
    }
}

}  // namespace quillet
