// Intervals that hold what they should, and words that texts differ in.
// SPDX-License-Identifier: MIT
#include "study/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace quillet::study {
namespace {

TEST(Statistics, SharesHaveTheBootstrapsInterval) {
    // Quantiles of Binomial(20, 0.25): 2 and 9 of 20 (tables).
    EXPECT_DOUBLE_EQ(share(5, 20).low, 0.1);
    EXPECT_DOUBLE_EQ(share(5, 20).high, 0.45);
    EXPECT_DOUBLE_EQ(share(15, 20).low, 0.55);
    EXPECT_DOUBLE_EQ(share(15, 20).high, 0.9);
    // None of n, all of n: the rule of three.
    EXPECT_NEAR(std::pow(1 - share(0, 20).high, 20), 0.05, 1e-9);
    EXPECT_EQ(share(0, 20).low, 0);
    EXPECT_NEAR(share(0, 10000).high, 3.0 / 10000, 1e-6);
    EXPECT_NEAR(share(10000, 10000).low, 1 - 3.0 / 10000, 1e-6);
    EXPECT_EQ(share(20, 20).high, 1);
    EXPECT_EQ(share(0, 0).high, 0);
    EXPECT_EQ(share(0, 0).value, 0);
    EXPECT_NEAR(share(50000, 100000).high, 0.5 + 1.96 * std::sqrt(0.25 / 100000), 1e-6);
}

TEST(Statistics, IntervalsHoldTheTruthAsOftenAsTheySay) {
    Draws draws(3);
    int inside = 0, inside_mean = 0;
    for (uint32_t trial = 0; trial < 300; trial++) {
        uint64_t hits = 0;
        std::vector<double> values;
        for (int i = 0; i < 200; i++) {
            hits += draws.uniform() < 0.3;
            values.push_back(draws.uniform());
        }
        const Estimate of = share(hits, 200), middle = mean(values, trial);
        inside += of.low <= 0.3 && 0.3 <= of.high;
        inside_mean += middle.low <= 0.5 && 0.5 <= middle.high;
    }
    EXPECT_GE(inside, 270);
    EXPECT_GE(inside_mean, 270);
    EXPECT_LT(inside, 300);
    EXPECT_LT(inside_mean, 300);
}

TEST(Statistics, StandardizedMeansWeighStrata) {
    const Strata values{{1, 1, 1, 1}, {0, 0}, {}};
    EXPECT_DOUBLE_EQ(standardized(values, {1, 3, 5}, 1).value, 0.25);
    EXPECT_DOUBLE_EQ(standardized(values, {0, 0, 5}, 1).value, 0);
    // Weighted as they are, 40 lines without are 40 lines; weighted otherwise, fewer.
    const Strata none{std::vector<double>(30), std::vector<double>(10), {}};
    EXPECT_DOUBLE_EQ(standardized(none, {3, 1, 5}, 1).high, share(0, 40).high);
    EXPECT_GT(standardized(none, {1, 3, 5}, 1).high, share(0, 20).high);
    EXPECT_EQ(standardized(none, {3, 1, 5}, 1).value, 0);
    EXPECT_EQ(standardized(Strata(1), {1}, 1).high, 0);
}

TEST(Statistics, APlantedWordDiffersMost) {
    Counts here{{"the", 500}, {"man", 40}, {"john", 60}},
        there{{"the", 500}, {"man", 42}, {"john", 5}};
    std::vector<WordDifference> words = word_differences(here, there);
    EXPECT_EQ(words.front().word, "john");
    EXPECT_GT(words.front().z, 3);
    EXPECT_LT(std::fabs(words[1].z), 3);
    add_interval(words.front(), 600, 547, 1);
    EXPECT_LT(words.front().low, words.front().log_odds);
    EXPECT_GT(words.front().low, 0);
    EXPECT_GT(words.front().high, words.front().log_odds);
    for (const WordDifference& word : word_differences(here, here)) EXPECT_EQ(word.z, 0);
}

// Equation 16 of Monroe, Colaresi and Quinn, by hand: y = 8 of 10 against 2 of 10, prior of 10 words
// of which 5.
TEST(Statistics, LogOddsAreTheFormulas) {
    const auto words = word_differences({{"a", 8}, {"b", 2}}, {{"a", 2}, {"b", 8}}, 10);
    const double expected = std::log(13.0 / 7) - std::log(7.0 / 13);
    EXPECT_NEAR(words[0].log_odds, expected, 1e-12);
    EXPECT_NEAR(words[0].z, expected / std::sqrt(1.0 / 13 + 1.0 / 7), 1e-12);
}

}  // namespace
}  // namespace quillet::study
