// What is found eight bytes at a time is what is found one by one.
// SPDX-License-Identifier: MIT
#include "corpus/eight_bytes.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "corpus/fold.h"

namespace quillet {
namespace {

bool is_marked(uint64_t marked, size_t place) {
    return (marked >> (8 * place) & 0x80) != 0;
}

TEST(EightBytes, every_byte_in_every_place) {
    std::mt19937_64 random(5);
    for (size_t place = 0; place < 8; place++)
        for (unsigned value = 0; value < 256; value++) {
            uint64_t shift = 8 * place;
            uint64_t bytes = (random() & ~(uint64_t{0xFF} << shift)) | uint64_t{value} << shift;
            unsigned small = value | 0x20;
            EXPECT_EQ(is_marked(letter_bytes(bytes), place), small >= 'a' && small <= 'z') << value;
            EXPECT_EQ(is_marked(below(bytes, ' '), place), value < ' ') << value;
            EXPECT_EQ(is_marked(equal_to(bytes, '\n'), place), value == '\n') << value;
            EXPECT_EQ(is_marked(equal_to(bytes, '|'), place), value == '|') << value;
        }
    EXPECT_EQ(leading_bytes(0), 8u);
    EXPECT_EQ(leading_bytes(0x80), 0u);
    EXPECT_EQ(leading_bytes(uint64_t{0x80} << 40), 5u);
}

// bare_form() by its contract.
std::string bare_one_by_one(const std::string& text) {
    std::string bare;
    bool space = false;
    for (size_t i = 0; i < text.size(); i++) {
        char c = text[i];
        if (c == '\xC3') {  // of é
            c = 'e';
            i++;
        }
        if (c == '\'') continue;
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter && space && !bare.empty()) bare += ' ';
        if (letter) bare += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
        space = !letter || (space && !letter);
    }
    return bare;
}

TEST(EightBytes, bare_form_of_words_of_all_lengths) {
    std::mt19937 random(7);
    static const char* kPieces[] = {"a", "Zebra", "Incomprehensible", "9", "'", " ", ", ",
                                    "é", "-"};
    std::string bare = "left from before";
    for (int round = 0; round < 3000; round++) {
        std::string text;
        for (size_t n = random() % 20; n > 0; n--) text += kPieces[random() % std::size(kPieces)];
        bare_form(text, bare);
        EXPECT_EQ(bare, bare_one_by_one(text)) << text;
    }
}

}  // namespace
}  // namespace quillet
