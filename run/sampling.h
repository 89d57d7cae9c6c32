// Sampling settings as people write them and as a model's metadata holds them.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include "runtime/quillet_sampler.h"

namespace quillet {

struct SamplingSettings {
    double temperature = 0.7;    // 0: always the most likely character
    double min_p = 0;            // 0: off
    uint32_t top_k = 0;          // 0: off
    double top_p = 0;            // 0 and 1: off
    uint32_t max_length = 1000;  // tokens a line, the prompt included

    // Throws Error, naming `where` and the setting, for a temperature that is not in 0 to 1000, a
    // min_p or top_p not in 0 to 1, a top_k above 65536, a max_length not in 1 to 1e9.
    void require_in_range(const std::string& where) const;
    // The contract's integers; what is outside its range becomes the nearest that they hold.
    quillet_sampling integers() const;
    // "temperature 0.7, min-p 0.05".
    std::string text() const;
};

// The settings of metadata "quillet.sampling", a JSON object with any of temperature, min_p, top_k,
// top_p and max_length; the defaults above for the others. Throws Error where it is not such an
// object.
SamplingSettings sampling_settings(const std::map<std::string, std::string>& metadata,
                                   const std::string& where);

}  // namespace quillet
