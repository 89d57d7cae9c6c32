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
#include "corpus/sixteen_bytes.h"

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
            ascii_[c] = true;
        else
            others_.insert(c);
    }
    while (ascii_[size_t{' '} + in_row_]) in_row_++;
}

bool CharacterSet::has_all(std::string_view text) const {
    auto mark_others = [this](SixteenBytes bytes) -> SixteenBytes {
        return bytes - ' ' >= in_row_;
    };
    auto is_in = [this](char c) { return ascii_[static_cast<unsigned char>(c)]; };
    size_t at = find_marked(text, 0, mark_others);
    return std::all_of(text.begin() + static_cast<ptrdiff_t>(at), text.end(), is_in);
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
    // REQUIRES room for all that is written, and seventeen bytes more.
    explicit BareWriter(char* begin) : begin_(begin), end_(begin) {}

    void letter(char c) {
        *end_ = ' ';
        end_ += space_ && end_ != begin_;
        *end_++ = c;
        space_ = false;
    }
    void space() { space_ = true; }
    // Bytes of which the first `size` (> 0) are words with a space after each but the last, which
    // may have one.
    void words(SixteenBytes bytes, size_t size) {
        *end_ = ' ';
        end_ += space_ && end_ != begin_;
        std::memcpy(end_, &bytes, sizeof bytes);
        end_ += size;
        space_ = end_[-1] == ' ';
        end_ -= space_;
    }
    size_t size() const { return static_cast<size_t>(end_ - begin_); }

  private:
    char* begin_;
    char* end_;
    bool space_ = false;
};

// Letters and digits.
SixteenBytes mark_word(SixteenBytes bytes) {
    return (((bytes | 0x20) - 'a') < 26) | ((bytes - '0') < 10);
}

// Takes words, parted by single spaces, off the beginning of `text`, which REQUIRES one there.
void put_words(std::string_view& text, BareWriter& writer) {
    char few[17] = {};
    const char* begin = text.data();
    if (text.size() < sizeof few)
        begin = static_cast<const char*>(std::memcpy(few, begin, text.size()));
    SixteenBytes bytes = load_sixteen(begin), words = mark_word(bytes);
    SixteenBytes spaces = (bytes == ' ') & mark_word(load_sixteen(begin + 1));
    size_t size = leading_unmarked(~(words | spaces), 0);
    writer.words(bytes | 0x20, size);  // makes capitals small and leaves digits and spaces
    text.remove_prefix(size);
}

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
    bare.resize(3 * text.size() + 17);
    BareWriter writer(bare.data());
    while (!text.empty()) {
        unsigned char c = static_cast<unsigned char>(text[0]);
        if (c >= 128) {
            put_foreign(text, writer);
        } else if (kBareForms[c] > ' ') {
            put_words(text, writer);
        } else {
            if (kBareForms[c] == ' ') writer.space();
            text.remove_prefix(1);
        }
    }
    bare.resize(writer.size());
}

}  // namespace quillet
