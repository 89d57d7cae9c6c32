// Sixteen characters at a time: where the first is that a scan stops at.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace quillet {

// A register of any machine's vector unit, or several narrower ones (GCC's and clang's extension).
// Comparisons give 0xFF in each byte where they hold, 0 elsewhere.
using SixteenBytes = unsigned char __attribute__((vector_size(16)));

inline SixteenBytes sixteen_of(unsigned char byte) {
    return SixteenBytes{} + byte;
}

inline SixteenBytes load_sixteen(const char* text) {
    SixteenBytes bytes;
    std::memcpy(&bytes, text, 16);
    return bytes;
}

// How many bytes stand before the first of those from `from` (< 16) on that is marked: 0xFF in
// `marked`, where all others are 0; 16 or more when there is none.
inline size_t leading_unmarked(SixteenBytes marked, size_t from) {
    std::array<uint64_t, 2> halves;
    std::memcpy(&halves, &marked, 16);
    if ((halves[0] | halves[1]) == 0) return 16;
    if (from >= 8)
        halves[0] = 0;
    else
        halves[0] &= ~uint64_t{0} << (8 * from);
    if (halves[0] != 0) return static_cast<size_t>(std::countr_zero(halves[0])) / 8;
    if (from >= 8) halves[1] &= ~uint64_t{0} << (8 * (from - 8));
    return 8 + static_cast<size_t>(std::countr_zero(halves[1])) / 8;
}

// The position of the first byte of `text` from `at` (<= text.size()) on that `mark` marks in a
// SixteenBytes; text.size() when there is none.
template <typename Mark>
size_t find_marked(std::string_view text, size_t at, const Mark& mark) {
    for (; at + 16 <= text.size(); at += 16) {
        size_t n = leading_unmarked(mark(load_sixteen(text.data() + at)), 0);
        if (n < 16) return at + n;
    }
    if (at == text.size()) return at;
    // Fewer than sixteen are left: the last sixteen, of which some have been seen.
    size_t begin = text.size() >= 16 ? text.size() - 16 : 0;
    char few[16] = {};
    const char* last = text.data() + begin;
    if (text.size() < 16) last = static_cast<const char*>(std::memcpy(few, last, text.size()));
    return std::min(begin + leading_unmarked(mark(load_sixteen(last)), at - begin), text.size());
}

// How many bytes of `text` are so marked.
template <typename Mark>
size_t count_marked(std::string_view text, const Mark& mark) {
    constexpr uint64_t kEvenBytes = 0x00FF00FF00FF00FFu;
    size_t count = 0;
    while (!text.empty()) {
        // A byte counts to 255.
        std::string_view part = text.substr(0, 16 * 255);
        text.remove_prefix(part.size());
        SixteenBytes counts{};
        for (; part.size() >= 16; part.remove_prefix(16))
            counts -= SixteenBytes(mark(load_sixteen(part.data())));
        std::array<uint64_t, 2> halves;
        std::memcpy(&halves, &counts, 16);
        for (uint64_t half : halves)
            count += ((half & kEvenBytes) + (half >> 8 & kEvenBytes)) * 0x0001000100010001u >> 48;
        for (char c : part)
            count += SixteenBytes(mark(sixteen_of(static_cast<unsigned char>(c))))[0] & 1;
    }
    return count;
}

// How many characters UTF-8 has: all bytes but those that go on with one.
inline size_t count_characters(std::string_view text) {
    return count_marked(text,
                        [](SixteenBytes bytes) -> SixteenBytes { return (bytes & 0xC0) != 0x80; });
}

}  // namespace quillet
