// Lines of text from a plan, by the contract's text loop.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "run/execute.h"
#include "run/sampling.h"

namespace quillet {

// The tokens of `text` (UTF-8). Throws Error(where, …) naming the first character that the alphabet
// lacks or that ends a line.
std::vector<uint8_t> tokens_of(const Alphabet& alphabet, const std::string& text,
                               const std::string& where);

// Writes line after line; seed and count name a text for ever. REQUIRES: the plan outlives it.
class LineWriter {
  public:
    LineWriter(const Plan& plan, const SamplingSettings& settings, uint32_t seed);

    // The next line in UTF-8 with `prompt` (tokens) before it, without the line end.
    std::string next(const std::vector<uint8_t>& prompt = {});

  private:
    const Plan& plan_;
    Executor executor_;
    quillet_model model_;
    std::vector<int32_t> logits_;
    quillet_writer writer_;
};

}  // namespace quillet
