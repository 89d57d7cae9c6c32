// Contrast by WCAG 2: relative luminance and the ratio of two colors, in tables for eight-bit sRGB.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

namespace quillet {

using Rgb = std::array<uint8_t, 3>;  // sRGB

// WCAG's minimum for text, and what is aimed at so that JPEG's rounding does not fall below it.
constexpr double kLeastContrast = 4.5, kAimedContrast = 5.2;

// Relative luminance, 0 to 1 (WCAG 2.2, "relative luminance").
double luminance_of(const uint8_t* rgb);

// (lighter + 0.05) / (darker + 0.05), 1 to 21.
double contrast_of(double luminance_a, double luminance_b);

}  // namespace quillet
