// How varied a text is: distinct runs of words, self-BLEU, how far it compresses.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "study/statistics.h"

namespace quillet::study {

// Lines sorted into strata by their number of words, so that texts are compared at equal lengths.
constexpr size_t kLengthBounds[] = {1, 2, 3, 4, 6, 8, 10, 13, 16, 20, 25, 32};
size_t stratum_of(size_t words);  // 0 .. kStrata - 1
constexpr size_t kStrata = std::size(kLengthBounds) + 1;

// How many of `lines` are in each stratum.
std::vector<double> strata_of(const std::vector<std::string>& lines);

// `count` of `lines`, or fewer, with the strata's shares of `weights`: where a stratum has too few, all take
// fewer, until none would be left with less than a quarter; those strata go short instead. In the order of the lines.
std::vector<std::string> matched(const std::vector<std::string>& lines,
                                 const std::vector<double>& weights, size_t count);

// Distinct runs of n words by all of them, over the first `runs` of them (Li et al. 2016). Fewer
// runs than that: over all there are.
double distinct(const std::vector<std::string>& lines, size_t n, size_t runs);

// The mean BLEU of each line with all others as references, runs of 1 to n words, each order's
// precision smoothed by half a run (Zhu et al. 2018, "Texygen"). 1: all lines say the same.
double self_bleu(const std::vector<std::string>& lines, size_t n);

// Bytes by bytes compressed (bzip2), of the first `bytes` of the lines joined by newlines.
double compression_ratio(const std::vector<std::string>& lines, size_t bytes);

// `lines` with all their words in another order, among all of them: lines keep how many words they
// have, and their marks. What is left of a figure of speech is chance.
std::vector<std::string> shuffled(const std::vector<std::string>& lines, Draws& draws);

}  // namespace quillet::study
