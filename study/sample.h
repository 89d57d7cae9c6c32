// Many lines of many settings at once: what begins alike is computed once.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compile/plan.h"
#include "run/sampling.h"

namespace quillet::study {

// The lines of one setting, in the order of their seeds.
struct Sample {
    std::vector<std::string> lines;  // UTF-8
    std::vector<float> bits;         // -log2 of each line's probability at temperature 1, its end
                                     // included unless the length limit cut it off
};

struct Sampled {
    std::vector<Sample> samples;  // one a setting
    uint64_t steps = 0;           // of the model, for all of them
    uint64_t tokens = 0;          // drawn
};

// `count` lines of each of `settings`: line i is the first line of `quillet generate --seed S`, S =
// `seed` + i modulo 2^32, with that setting. Settings share their random numbers, so that differences between
// them are not noise of the draws. Lines with the same beginning share the steps for it, whatever
// their setting: a model's logits do not depend on it. `threads` 0: the machine's; the result does
// not depend on their number.
Sampled sample_lines(const Plan& plan, const std::vector<SamplingSettings>& settings,
                     uint32_t count, uint32_t seed, unsigned threads = 0);

}  // namespace quillet::study
