// A model's plan as a voice of the device's program.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "firmware/quote.h"
#include "run/execute.h"
#include "run/sampling.h"
#include "run/word_filter.h"

namespace quillet {

// The Unicode of each character. Throws Error(where, …) for one beyond U+FFFF, which the device has
// no fonts for.
std::vector<uint16_t> codes_of(const Alphabet& alphabet, const std::string& where);

class HostTextModel {
  public:
    // With the plan's own sampling. REQUIRES: the plan outlives it. Throws Error(where, …) as codes_of
    // and sampling_settings.
    HostTextModel(const Plan& plan, const std::string& where);
    HostTextModel(const HostTextModel&) = delete;

    const quillet_text_model& voice() const { return voice_; }

  private:
    Executor executor_;
    quillet_model model_;
    SamplingSettings settings_;
    quillet_sampling sampling_;
    std::vector<std::string> texts_;
    std::vector<const char*> pieces_;
    std::optional<WordFilter> known_;  // the plan's own
    quillet_word_filter known_view_;
    quillet_text_model voice_;
};

}  // namespace quillet
