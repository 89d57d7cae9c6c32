// The hash of Fowler, Noll and Vo (FNV-1a, 64 bits): the same on every machine, and no protection against an adversary.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace quillet {

inline constexpr uint64_t kFnvBegin = 0xCBF29CE484222325u;

// `hash` after one more byte, or after a word where words are hashed whole.
constexpr uint64_t fnv1a(uint64_t hash, uint64_t byte) {
    return (hash ^ byte) * 0x100000001B3u;
}

}  // namespace quillet
