// Eight characters at a time: which of them are letters, in one register.
// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace quillet {

static_assert(std::endian::native == std::endian::little, "the first character is the lowest byte");

constexpr uint64_t kHighBits = 0x8080808080808080u;

constexpr uint64_t eight_of(unsigned char byte) {
    return byte * uint64_t{0x0101010101010101u};
}

// The eight bytes at `text`.
inline uint64_t load_bytes(const char* text) {
    uint64_t bytes;
    std::memcpy(&bytes, text, 8);
    return bytes;
}

// Capital letters made small; of use for letters only.
constexpr uint64_t small_letters(uint64_t bytes) {
    return bytes | eight_of(0x20);
}

// The high bit of each byte that is an ASCII letter.
constexpr uint64_t letter_bytes(uint64_t bytes) {
    uint64_t low = small_letters(bytes) & ~kHighBits;
    uint64_t from_a = low + eight_of(0x80 - 'a'), after_z = low + eight_of(0x80 - 'z' - 1);
    return from_a & ~after_z & ~bytes & kHighBits;
}

// The high bit of each byte that is `character` (ASCII).
constexpr uint64_t equal_to(uint64_t bytes, char character) {
    uint64_t other = bytes ^ eight_of(static_cast<unsigned char>(character));
    return ~(((other & ~kHighBits) + eight_of(0x7F)) | other) & kHighBits;
}

// How many bytes stand before the first whose high bit is set in `marked`; 8 when there is none.
constexpr unsigned leading_bytes(uint64_t marked) {
    return static_cast<unsigned>(std::countr_zero(marked)) / 8;
}

}  // namespace quillet
