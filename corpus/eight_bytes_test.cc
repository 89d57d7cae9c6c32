// What is found eight bytes at a time is what is found one by one.
// SPDX-License-Identifier: MIT
#include "corpus/eight_bytes.h"

#include <gtest/gtest.h>

#include <random>

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
            EXPECT_EQ(is_marked(equal_to(bytes, '\n'), place), value == '\n') << value;
            EXPECT_EQ(is_marked(equal_to(bytes, '|'), place), value == '|') << value;
        }
    EXPECT_EQ(leading_bytes(0), 8u);
    EXPECT_EQ(leading_bytes(0x80), 0u);
    EXPECT_EQ(leading_bytes(uint64_t{0x80} << 40), 5u);
}

}  // namespace
}  // namespace quillet
