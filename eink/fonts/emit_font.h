// Prints a font as C: for the build, and for firmware with only the letters its models write.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "eink/font.h"

namespace quillet {

// A font that owns what eink_font points to. The pointers of `font` are set by finish().
struct OwnedFont {
    eink_font font{};
    std::string name;
    std::vector<eink_glyph> glyphs;
    std::vector<eink_kern> kerns;
    std::vector<uint8_t> bits;

    void finish();
};

// The glyphs of `font` whose code `keep` says yes to, and the kerning among them.
OwnedFont subset(const eink_font& font, const std::function<bool(uint16_t)>& keep);

// C99 that defines `const eink_family SYMBOL` (eink/font.h) with `fonts`, smallest first. The same
// fonts give the same text.
std::string emit_family(const std::string& symbol, const std::string& name,
                        const std::vector<OwnedFont>& fonts);

// The same of the subsets of a family's fonts: its smallest, and all others up to `largest` pixels.
std::string emit_subset(const std::string& symbol, const eink_family& family, int largest,
                        const std::function<bool(uint16_t)>& keep);

}  // namespace quillet
