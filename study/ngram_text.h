// Lines of a character n-gram model: what counting alone would write.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "study/novelty.h"
#include "study/statistics.h"

namespace quillet::study {

// `count` lines drawn from the interpolated Witten-Bell character n-gram of corpus/ngram.h with
// `context` characters of context, counted on the training text; a line ends at `longest`
// characters.
std::vector<std::string> ngram_lines(const TrainingText& training, int context, size_t count,
                                     size_t longest, uint32_t seed);

}  // namespace quillet::study
