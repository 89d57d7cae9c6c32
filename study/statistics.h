// Shares with intervals, means with intervals, and which words two texts differ in.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "report/report.h"
#include "runtime/quillet_random.h"

namespace quillet::study {

using report::Estimate;

// The share hits / n of lines. The bootstrap's distribution of a share is Binomial(n, hits / n) / n;
// its quantiles are computed rather than drawn. Where none of the lines has what is counted, or all have it,
// it has no width; then the interval ends at the rate of which so few or so many lines would have a
// probability of 5 per cent, about 3 / n ("rule of three"). n = 0: all 0.
Estimate share(uint64_t hits, uint64_t n);

// The mean of `values`, resampled with replacement. Empty: all 0.
Estimate mean(const std::vector<double>& values, uint32_t seed);

// The p quantile (0 .. 1) of `values`, which it sorts; of none 0.
double quantile(std::vector<double>& values, double p);

// Values of lines in strata (of length, say), to be weighted alike whatever text they are of.
using Strata = std::vector<std::vector<double>>;

// The mean of the strata's means, weighted by `weights`; strata without values are left out. Lines
// are resampled within their stratum. Where all values are 0, or all are 1, the interval ends as that of
// share(0, n), or share(n, n), does, n being as many lines as would be as good without weights (Kish's
// effective size); values are then taken to be 1 at most.
Estimate standardized(const Strata& strata, const std::vector<double>& weights, uint32_t seed);

using Counts = std::map<std::string, uint64_t>;

uint64_t total_of(const Counts& counts);  // all occurrences

// How much more one text uses a word than another.
struct WordDifference {
    std::string word;
    uint64_t here = 0, there = 0;  // occurrences
    double log_odds = 0;           // natural logarithm of the odds ratio
    double z = 0;                  // log_odds by its standard error
    double low = 0, high = 0;      // of log_odds, by the bootstrap
};

// Words of the prior in word_differences and add_interval.
inline constexpr double kPrior = 1000;

// Every word of the two texts, the largest z first: the log-odds ratio with an informative Dirichlet
// prior (Monroe, Colaresi and Quinn 2008, "Fightin' Words", equations 16, 19, 20, 22). The prior is
// `prior` words distributed as in both texts together.
std::vector<WordDifference> word_differences(const Counts& here, const Counts& there,
                                             double prior = kPrior);

// Sets low and high by the Poisson bootstrap, with a prior of kPrior words: a word in y lines comes
// Poisson(y) times in a resample. `total_here` and `total_there`: words of each text.
void add_interval(WordDifference& word, uint64_t total_here, uint64_t total_there, uint32_t seed);

// Numbers from the contract's generator, so that a report is the same everywhere.
class Draws {
  public:
    explicit Draws(uint32_t seed) { quillet_random_seed(&random_, seed); }
    uint32_t below(uint32_t n);  // 0 .. n - 1
    double uniform();            // 0 .. 1, neither
    double poisson(double mean);

  private:
    quillet_random random_;
};

}  // namespace quillet::study
