// Kerning measured on the shapes of the letters.
// SPDX-License-Identifier: MIT
#pragma once

#include <ft2build.h>
#include FT_FREETYPE_H

#include <cstdint>
#include <map>
#include <vector>

#include "eink/font.h"

namespace quillet {

// A pair such as "To" or "AV" is moved together by most of the white that is between its shapes and
// not between two n's: the white is the smallest distance from the left letter's right edge to the
// right letter's left edge over the rows, where a row sees its neighbors within an eighth of an
// em. Pairs of lower-case letters stand as the type designer spaced them.
class Kerning {
  public:
    // Measures `face` (unhinted, 256 pixels an em) for the pairs among `codes` that kerning is for.
    Kerning(FT_Face face, const std::vector<uint16_t>& codes);

    // The pairs that move by a pixel or more at the size of `font`, by ascending codes; never so
    // far that ink touches. Pairs of letters that touch in small italics go apart
    // by a pixel.
    std::vector<eink_kern> at(const eink_font& font) const;

  private:
    struct Profile {
        std::vector<int> left, right;  // a row: white left of the ink and right of it, in units
    };
    struct Pair {
        uint16_t left, right;
        double move;  // ems, negative
    };

    Profile measure(FT_Face face, uint16_t code) const;
    static int white_between(const Profile& left, const Profile& right);

    bool is_italic_;
    std::vector<Pair> pairs_;
};

}  // namespace quillet
