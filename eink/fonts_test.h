// Which fonts the tests have, for those whose hashes hold for one version of them alone.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "eink/font.h"

constexpr uint64_t kHashBegin = 14695981039346656037u;

// FNV-1a of bytes. This layer stands beside base/, which has it for a byte at a time.
inline uint64_t hash(uint64_t seed, const uint8_t* bytes, size_t count) {
    for (size_t i = 0; i < count; i++) seed = (seed ^ bytes[i]) * 1099511628211u;
    return seed;
}

// Debian 12's fonts-sil-charis with FreeType 2.12.
constexpr uint64_t kFontsOfHashes = 3130471401814142452u;

inline uint64_t fonts_hash() {
    uint64_t value = kHashBegin;
    for (const eink_family* family : {&eink_roman, &eink_italic}) {
        for (int i = 0; i < family->count; i++) {
            const eink_font& font = *family->fonts[i];
            const eink_glyph& last = font.glyphs[font.glyph_count - 1];
            value = hash(value, font.bits,
                         last.offset + static_cast<size_t>(last.width * last.height + 7) / 8);
            value = hash(value, reinterpret_cast<const uint8_t*>(&font.kern_count),
                         sizeof font.kern_count);
        }
    }
    return value;
}
