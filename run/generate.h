// Lines of text from a plan, by the contract's text loop.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "run/execute.h"
#include "run/sampling.h"
#include "run/word_filter.h"

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

// A line, what is known of it, and how it ranks among others.
struct RankedLine {
    std::string text;
    quillet_marks marks;
    int32_t score;
};

// Writes first lines of LineWriters, one of each seed, overheard.
class RankedWriter {
  public:
    // REQUIRES: the plan outlives it.
    RankedWriter(const Plan& plan, const SamplingSettings& settings,
                 std::optional<WordFilter> collection);

    // The first line of `seed`, if its score is above `least`: written no further than it takes to
    // tell that it is not.
    std::optional<RankedLine> above(int32_t least, uint32_t seed,
                                    const std::vector<uint8_t>& prompt = {});

    // Of the candidates `first` to `first` + `count` - 1 of `seed`, count at least 1, that with the
    // highest score; of equals the first. A candidate is the first line of its seed
    // (quillet_candidate_seed).
    RankedLine best(uint32_t count, uint32_t seed, uint32_t first,
                    const std::vector<uint8_t>& prompt = {});

  private:
    const Plan& plan_;
    std::optional<WordFilter> collection_;
    Executor executor_;
    quillet_model model_, heard_;
    std::vector<int32_t> logits_, before_;
    quillet_hearing hearing_;
    quillet_writer writer_;
};

}  // namespace quillet
