// The settings that verify runs: sampling as people write it, with or without a prompt.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "base/alphabet.h"
#include "verify/jobs.h"

namespace quillet {

struct Setting {
    double temperature = 1;
    double min_p = 0;
    uint32_t top_k = 0;
    double top_p = 0;
    bool prompted = false;    // lines begin with tokens drawn from the alphabet …
    std::string prompt = "";  // … or with this
};

// Six temperatures with each of min-p, top-k, top-p and prompts somewhere: twelve settings.
std::vector<Setting> default_settings();

// "temperature=0.7,min_p=0.05,top_k=5,top_p=0.9,prompt=Love", any of them; "prompt=?" draws
// prompts. Throws Error.
Setting setting_from(const std::string& text);

// As setting_from reads it, without what is off.
std::string text_of(const Setting& setting);

// `lines` lines over each setting. Seeds count up from `seed`. Without draws a line depends on its
// prompt alone, so that at temperature 0 every line but the first has a prompt of its own. Throws
// Error for a prompt that the alphabet lacks.
struct GridJob {
    size_t setting;
    TextJob job;
};
std::vector<GridJob> jobs_of(const std::vector<Setting>& settings, const Alphabet& alphabet,
                             uint32_t lines, uint32_t seed, uint32_t max_length);

}  // namespace quillet
