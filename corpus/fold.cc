// Characters into a chosen alphabet, and text into the bare form that duplicates are found by.
// SPDX-License-Identifier: MIT
#include "corpus/fold.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstring>

#include "base/error.h"
#include "base/utf8.h"
#include "corpus/eight_bytes.h"

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

bool CharacterSet::has_all(std::string_view text) const {
    return std::all_of(text.begin(), text.end(), [this](char c) {
        return static_cast<signed char>(c) >= 0 && ascii_[static_cast<size_t>(c)];
    });
}

bool CharacterSet::fold(std::string& text, char32_t& missing) const {
    if (has_all(text)) return true;
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

namespace {

// What bare_form() makes of an ASCII character: a letter or digit of itself, '\0' for nothing, ' '
// for a space between words.
constexpr auto kBareForms = [] {
    std::array<char, 128> forms{};
    for (size_t c = 0; c < 128; c++) {
        bool small = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        bool capital = c >= 'A' && c <= 'Z';
        forms[c] = static_cast<char>(small ? c : capital ? c + 32 : c == '\'' ? 0 : ' ');
    }
    return forms;
}();

// Adds to a bare form; words are parted by one space, and none stands at the ends.
class BareWriter {
  public:
    // REQUIRES room for all that is written, and eight bytes more.
    explicit BareWriter(char* begin) : begin_(begin), end_(begin) {}

    void letter(char c) {
        *end_ = ' ';
        end_ += space_ && end_ != begin_;
        *end_++ = c;
        space_ = false;
    }
    void space() { space_ = true; }
    void put(char form) {
        if (form > ' ')
            letter(form);
        else
            space_ = space_ || form == ' ';
    }
    // Eight bytes of which the first `letters` are a word's.
    void word_part(uint64_t bytes, unsigned letters) {
        *end_ = ' ';
        end_ += space_ && end_ != begin_;
        space_ = false;
        std::memcpy(end_, &bytes, 8);
        end_ += letters;
    }
    size_t size() const { return static_cast<size_t>(end_ - begin_); }

  private:
    char* begin_;
    char* end_;
    bool space_ = false;
};

// The bare form of the character at the beginning of `text`, which is not ASCII.
void put_foreign(std::string_view& text, BareWriter& writer) {
    std::string_view before = text;
    char32_t character = take_utf8(text).value_or(0xFFFD);
    if (is_combining(character)) return;
    const char* ascii = ascii_of(character);
    if (ascii == nullptr) {
        for (char byte : before.substr(0, before.size() - text.size())) writer.letter(byte);
    } else if (!std::isalnum(static_cast<unsigned char>(*ascii))) {
        if (*ascii != '\'' && *ascii != '\0') writer.space();
    } else {
        for (; *ascii; ascii++)
            writer.letter(static_cast<char>(std::tolower(static_cast<unsigned char>(*ascii))));
    }
}

}  // namespace

void bare_form(std::string_view text, std::string& bare) {
    // No character's form, a space before it too, is longer than three times its bytes.
    bare.resize(3 * text.size() + 16);
    BareWriter writer(bare.data());
    while (!text.empty()) {
        if (text.size() >= 8) {
            uint64_t bytes = load_bytes(text.data());
            uint64_t others = ~letter_bytes(bytes) & kHighBits;
            unsigned letters = leading_bytes(others);
            if (letters > 0) {
                writer.word_part(small_letters(bytes), letters);
                text.remove_prefix(letters);
                continue;
            }
        }
        unsigned char c = static_cast<unsigned char>(text[0]);
        if (c < 128) {
            writer.put(kBareForms[c]);
            text.remove_prefix(1);
        } else {
            put_foreign(text, writer);
        }
    }
    bare.resize(writer.size());
}

}  // namespace quillet
