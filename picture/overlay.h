// What goes between photograph and text, so that the text can be read: a soft veil, as strong as the pixels need, or a card.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "picture/calm.h"
#include "picture/contrast.h"

namespace quillet {

// Ems of a card beside its text, and of the photograph beside the card.
constexpr double kCardAround = 1.1;

struct Theme {
    const char* name;
    const char* description;
    Rgb ink;
    double veil_lightness;  // of the veil, 0 black to 1 white; its hue is the ground's
    bool card;              // a card with edges instead of a veil without
};

// "dark", "light" and "card".
const std::vector<Theme>& themes();

// Throws Error(where, …) listing the names where `name` is neither a theme's nor "auto".
void check_theme(const std::string& name, const std::string& where);

// The theme of that name; "auto": dark or light, whichever the ground beneath `place` is nearer to.
// Throws Error("--theme", …) listing the names.
const Theme& theme_named(const std::string& name, const Place& place);

// The pixels whose contrast with the letters counts: every letter's own and those around it, as
// far as a tenth of the font's size, at least two pixels. One byte a pixel, 1 where it counts.
std::vector<uint8_t> neighborhood_of(const TextMask& mask, double size);

// Lays the theme's veil or card over `photograph`, with the least strength that gives every pixel
// of `neighborhood` kAimedContrast with the ink. Returns the least contrast that was reached.
double lay_overlay(Photograph& photograph, const Theme& theme, const Place& place,
                   const std::vector<uint8_t>& neighborhood);

// Puts the letters in.
void lay_ink(Photograph& photograph, const TextMask& mask, Rgb ink);

}  // namespace quillet
