// How well a model foretells a text: bits a character, whatever the tokens.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include "compile/plan.h"

namespace quillet {

struct Score {
    double bits = 0;         // -log2 of the text's probability
    int64_t characters = 0;  // scored, line ends included
    std::map<char32_t, int64_t>
        unknown;  // characters outside the alphabet, which are left out, and how many

    double bits_per_character() const { return bits / static_cast<double>(characters); }
    int64_t unknown_count() const;
};

// Scores `text`, lines that each end in '\n' or, the last, at the text's end. Every line starts
// with all states zero, as the text loop does; its end is scored as a character. Probabilities are
// the softmax, in double, of the float logits, or of the logits / 1024 in an integer model.
Score score(const Plan& plan, const std::u32string& text);

}  // namespace quillet
