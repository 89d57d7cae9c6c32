// Contrast by WCAG 2.
// SPDX-License-Identifier: MIT
#include "picture/contrast.h"

#include <algorithm>
#include <cmath>

namespace quillet {
namespace {

std::array<double, 256> linear_table() {
    std::array<double, 256> table{};
    for (size_t i = 0; i < table.size(); i++) {
        double value = static_cast<double>(i) / 255;
        table[i] = value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    }
    return table;
}

}  // namespace

double luminance_of(const uint8_t* rgb) {
    static const std::array<double, 256> linear = linear_table();
    return 0.2126 * linear[rgb[0]] + 0.7152 * linear[rgb[1]] + 0.0722 * linear[rgb[2]];
}

double contrast_of(double a, double b) {
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

}  // namespace quillet
