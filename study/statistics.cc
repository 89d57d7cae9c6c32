// Shares with intervals, means with intervals, and which words two texts differ in.
// SPDX-License-Identifier: MIT
#include "study/statistics.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace quillet::study {
namespace {

constexpr double kLow = 0.025, kHigh = 0.975;
constexpr int kDraws = 400, kStandardizedDraws = 200;  // of a bootstrap

// The least k with P(Binomial(n, p) <= k) >= q, for small n p.
double binomial_quantile(double n, double p, double q) {
    double probability = std::exp(n * std::log1p(-p)), sum = probability, k = 0;
    while (sum < q && k < n) {
        probability *= (n - k) / (k + 1) * p / (1 - p);
        sum += probability;
        k++;
    }
    return k;
}

// The rate of which `n` lines show none with a probability of 5 per cent.
double unseen_below(double n) {
    return 1 - std::pow(0.05, 1 / n);
}

// The lines that would be as good unweighted.
double effective_size(const Strata& strata, const std::vector<double>& weights) {
    double weight = 0, squares = 0;
    for (size_t i = 0; i < strata.size(); i++) {
        if (strata[i].empty()) continue;
        weight += weights[i];
        squares += weights[i] * weights[i] / static_cast<double>(strata[i].size());
    }
    return squares > 0 ? weight * weight / squares : 0;
}

bool all_are(const Strata& strata, double wanted) {
    for (const std::vector<double>& stratum : strata)
        for (double value : stratum)
            if (value != wanted) return false;
    return true;
}

Estimate from_draws(double value, std::vector<double>& draws) {
    return {value, quantile(draws, kLow), quantile(draws, kHigh)};
}

double mean_of(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double resampled_mean(const std::vector<double>& values, Draws& draws) {
    double sum = 0;
    for (size_t i = 0; i < values.size(); i++)
        sum += values[draws.below(static_cast<uint32_t>(values.size()))];
    return sum / static_cast<double>(values.size());
}

double log_odds_of(double count, double total, double own, double prior) {
    return std::log((count + own) / (total + prior - count - own));
}

double own_prior(const WordDifference& word, uint64_t total, double prior) {
    return prior * static_cast<double>(word.here + word.there) / static_cast<double>(total);
}

}  // namespace

uint64_t total_of(const Counts& counts) {
    uint64_t total = 0;
    for (const auto& [word, count] : counts) total += count;
    return total;
}

uint32_t Draws::below(uint32_t n) {
    return quillet_random_below(&random_, n);
}

double Draws::uniform() {
    return (quillet_random_next(&random_) + 0.5) / 4294967296.0;
}

double Draws::poisson(double mean) {
    if (mean > 50) {  // near enough a normal distribution
        const double normal =
            std::sqrt(-2 * std::log(uniform())) * std::cos(2 * std::numbers::pi * uniform());
        return std::max(0.0, std::round(mean + std::sqrt(mean) * normal));
    }
    const double limit = std::exp(-mean);
    double product = uniform(), count = 0;
    while (product > limit) {
        product *= uniform();
        count++;
    }
    return count;
}

Estimate share(uint64_t hits, uint64_t n) {
    if (n == 0) return {};
    const double all = static_cast<double>(n), p = static_cast<double>(hits) / all;
    if (hits == 0) return {0, 0, unseen_below(all)};
    if (hits == n) return {1, 1 - unseen_below(all), 1};
    if (all * p * (1 - p) > 100) {
        const double half = 1.959964 * std::sqrt(p * (1 - p) / all);
        return {p, p - half, p + half};
    }
    if (p <= 0.5)
        return {p, binomial_quantile(all, p, kLow) / all, binomial_quantile(all, p, kHigh) / all};
    return {p, 1 - binomial_quantile(all, 1 - p, kHigh) / all,
            1 - binomial_quantile(all, 1 - p, kLow) / all};
}

double quantile(std::vector<double>& values, double p) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const double place = p * static_cast<double>(values.size() - 1);
    const auto before = static_cast<size_t>(place);
    const size_t after = std::min(before + 1, values.size() - 1);
    return values[before] +
           (place - static_cast<double>(before)) * (values[after] - values[before]);
}

Estimate mean(const std::vector<double>& values, uint32_t seed) {
    if (values.empty()) return {};
    Draws random(seed);
    std::vector<double> means;
    for (int i = 0; i < kDraws; i++) means.push_back(resampled_mean(values, random));
    return from_draws(mean_of(values), means);
}

Estimate standardized(const Strata& strata, const std::vector<double>& weights, uint32_t seed) {
    // Of none or all lines the draws would have no width.
    const double lines = effective_size(strata, weights),
                 unseen = lines > 0 ? unseen_below(lines) : 0;
    if (all_are(strata, 0)) return {0, 0, unseen};
    if (all_are(strata, 1)) return {1, 1 - unseen, 1};
    Draws random(seed);
    const auto weighted = [&](const auto& mean_of_stratum) {
        double sum = 0, weight = 0;
        for (size_t i = 0; i < strata.size(); i++) {
            if (strata[i].empty()) continue;
            sum += weights[i] * mean_of_stratum(strata[i]);
            weight += weights[i];
        }
        return weight > 0 ? sum / weight : 0.0;
    };
    std::vector<double> means;
    for (int i = 0; i < kStandardizedDraws; i++)
        means.push_back(
            weighted([&](const auto& stratum) { return resampled_mean(stratum, random); }));
    return from_draws(weighted(mean_of), means);
}

std::vector<WordDifference> word_differences(const Counts& here, const Counts& there,
                                             double prior) {
    const uint64_t total_here = total_of(here), total_there = total_of(there);
    std::map<std::string, WordDifference> words;
    for (const auto& [word, count] : here) words[word].here = count;
    for (const auto& [word, count] : there) words[word].there = count;
    std::vector<WordDifference> result;
    for (auto& [word, difference] : words) {
        difference.word = word;
        const double own = own_prior(difference, total_here + total_there, prior);
        const auto y_here = static_cast<double>(difference.here),
                   y_there = static_cast<double>(difference.there);
        difference.log_odds = log_odds_of(y_here, static_cast<double>(total_here), own, prior) -
                              log_odds_of(y_there, static_cast<double>(total_there), own, prior);
        difference.z = difference.log_odds / std::sqrt(1 / (y_here + own) + 1 / (y_there + own));
        result.push_back(difference);
    }
    std::stable_sort(result.begin(), result.end(),
                     [](const auto& a, const auto& b) { return a.z > b.z; });
    return result;
}

void add_interval(WordDifference& word, uint64_t total_here, uint64_t total_there, uint32_t seed) {
    Draws random(seed);
    const double own = own_prior(word, total_here + total_there, kPrior);
    std::vector<double> values;
    for (int i = 0; i < kDraws; i++) {
        const double here = random.poisson(static_cast<double>(word.here)),
                     there = random.poisson(static_cast<double>(word.there));
        values.push_back(log_odds_of(std::min(here, static_cast<double>(total_here)),
                                     static_cast<double>(total_here), own, kPrior) -
                         log_odds_of(std::min(there, static_cast<double>(total_there)),
                                     static_cast<double>(total_there), own, kPrior));
    }
    word.low = quantile(values, kLow);
    word.high = quantile(values, kHigh);
}

}  // namespace quillet::study
