// Finds the calm part of a photograph: where a text can stand with the least beneath it.
// SPDX-License-Identifier: MIT
#pragma once

#include "picture/photograph.h"
#include "picture/setting.h"

namespace quillet {

struct Place {
    SetText text;
    double x = 0, y = 0;   // of its block, pixels
    double lightness = 0;  // mean of the pixels beneath it, 0 to 1
    Alignment alignment = Alignment::left;
};

// Where `setter`'s text stands best on `photograph`, and how it is set there: a larger size against
// calmer ground, and at least `around` ems further from the picture's edges than its margin (a card
// has room for that around the text). Throws Error where it fits nowhere at the smallest legible size.
Place calmest_place(const Photograph& photograph, const Setter& setter, double around = 0);

}  // namespace quillet
