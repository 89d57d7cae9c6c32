// Whole requests for lines: so many of a seed, the best of several, many seeds on all cores.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "run/generate.h"

namespace quillet {

struct LineRequest {
    SamplingSettings settings;
    uint32_t seed = 1;
    uint32_t count = 1;
    std::string prompt;  // how every line begins, UTF-8
    // Each line is the best of so many. Without a judge it is what `generate --best` writes: line n is the
    // best of the candidates n * best_of … of the seed, by the device's score (RankedWriter). With one,
    // it is the best of so many lines of the seed that follow one another.
    uint32_t best_of = 1;
    // Higher is better. Called from several threads by generate_batch.
    std::function<double(const std::string& line)> judge;
};

// The request's lines. With best_of 1 they are what LineWriter writes; the first of equally good
// candidates is taken. Throws Error("prompt", …) for a prompt that the alphabet lacks or that is
// longer than a line.
std::vector<std::string> generate_lines(const Plan& plan, const LineRequest& request);

// generate_lines for each of `seeds`, by `threads` threads; 0: the machine's. The result does not
// depend on their number.
std::vector<std::vector<std::string>> generate_batch(const Plan& plan, const LineRequest& request,
                                                     std::span<const uint32_t> seeds,
                                                     unsigned threads = 0);

}  // namespace quillet
