// Checks of what options are given.
// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace quillet {

// Numbers from `least` to `most`. CLI::Range would let nan through, and without a check CLI11 takes
// -1 for the largest 64-bit number.
inline CLI::Validator between(double least, double most) {
    char range[80];
    std::snprintf(range, sizeof range, "%.10g to %.10g", least, most);
    auto check = [=, expected = std::string(range)](std::string& text) {
        char* end = nullptr;
        double value = std::strtod(text.c_str(), &end);
        bool good =
            end != text.c_str() && *end == '\0' && value >= least && value <= most;  // not nan
        return good ? "" : "is '" + text + "'; expected a number from " + expected;
    };
    return CLI::Validator(check, "[" + std::string(range) + "]");
}

}  // namespace quillet
