// How varied a text is.
// SPDX-License-Identifier: MIT
#include "study/diversity.h"

#include <bzlib.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "base/error.h"
#include "study/clauses.h"

namespace quillet::study {
namespace {

using Numbers = std::unordered_map<std::string, uint32_t>;

std::vector<uint32_t> numbers_of(const std::string& line, Numbers& numbers) {
    std::vector<uint32_t> words;
    for (const Word& word : clauses_of(line).words)
        words.push_back(numbers.try_emplace(word.text, static_cast<uint32_t>(numbers.size()) + 1)
                            .first->second);
    return words;
}

std::string run_of(const std::vector<uint32_t>& words, size_t first, size_t n) {
    return {reinterpret_cast<const char*>(words.data() + first), n * sizeof(uint32_t)};
}

// The most often that a run stands in a line, in which one, and the most in another.
struct Most {
    uint32_t count = 0, line = 0, other = 0;
};

using RunCounts = std::unordered_map<std::string, uint32_t>;

RunCounts count_runs(const std::vector<uint32_t>& words, size_t n) {
    RunCounts counts;
    for (size_t i = 0; i + n <= words.size(); i++) counts[run_of(words, i, n)]++;
    return counts;
}

}  // namespace

size_t stratum_of(size_t words) {
    return static_cast<size_t>(
        std::upper_bound(std::begin(kLengthBounds), std::end(kLengthBounds), words) -
        std::begin(kLengthBounds));
}

std::vector<double> strata_of(const std::vector<std::string>& lines) {
    std::vector<double> strata(kStrata);
    for (const std::string& line : lines) strata[stratum_of(clauses_of(line).words.size())]++;
    return strata;
}

std::vector<std::string> matched(const std::vector<std::string>& lines,
                                 const std::vector<double>& weights, size_t count) {
    std::vector<double> there = strata_of(lines);
    double all = 0;
    for (double weight : weights) all += weight;
    if (all <= 0) return {};
    double scale = static_cast<double>(count) / all;
    for (size_t i = 0; i < kStrata; i++)
        if (weights[i] > 0 && there[i] < scale * weights[i])
            scale = std::max(there[i] / weights[i], static_cast<double>(count) / all / 4);
    std::vector<std::string> result;
    std::vector<double> taken(kStrata);
    for (const std::string& line : lines) {
        const size_t stratum = stratum_of(clauses_of(line).words.size());
        if (taken[stratum] + 0.5 >= scale * weights[stratum]) continue;
        taken[stratum]++;
        result.push_back(line);
    }
    return result;
}

double distinct(const std::vector<std::string>& lines, size_t n, size_t runs) {
    Numbers numbers;
    std::unordered_set<std::string> seen;
    size_t total = 0;
    for (const std::string& line : lines) {
        const std::vector<uint32_t> words = numbers_of(line, numbers);
        for (size_t i = 0; i + n <= words.size() && total < runs; i++, total++)
            seen.insert(run_of(words, i, n));
    }
    return total ? static_cast<double>(seen.size()) / static_cast<double>(total) : 0;
}

double self_bleu(const std::vector<std::string>& lines, size_t n) {
    Numbers numbers;
    std::vector<std::vector<uint32_t>> words;
    for (const std::string& line : lines) words.push_back(numbers_of(line, numbers));
    std::vector<double> log_precision(lines.size());
    std::vector<size_t> orders(lines.size());
    for (size_t order = 1; order <= n; order++) {
        std::vector<RunCounts> counts;
        std::unordered_map<std::string, Most> most;
        for (uint32_t i = 0; i < words.size(); i++) {
            counts.push_back(count_runs(words[i], order));
            for (const auto& [run, count] : counts.back()) {
                Most& of = most[run];
                if (count > of.count)
                    of = {count, i, of.count};
                else
                    of.other = std::max(of.other, count);
            }
        }
        for (uint32_t i = 0; i < words.size(); i++) {
            if (words[i].size() < order) continue;
            double same = 0;
            for (const auto& [run, count] : counts[i]) {
                const Most& of = most[run];
                same += std::min(count, of.line == i ? of.other : of.count);
            }
            const auto total = static_cast<double>(words[i].size() - order + 1);
            log_precision[i] += std::log(std::max(same, 0.5) / total);
            orders[i]++;
        }
    }
    double sum = 0, scored = 0;
    for (size_t i = 0; i < lines.size(); i++) {
        if (orders[i] == 0) continue;
        sum += std::exp(log_precision[i] / static_cast<double>(orders[i]));
        scored++;
    }
    return scored > 0 ? sum / scored : 0;
}

double compression_ratio(const std::vector<std::string>& lines, size_t bytes) {
    std::string text;
    for (const std::string& line : lines) {
        if (text.size() >= bytes) break;
        text += line + "\n";
    }
    text.resize(std::min(text.size(), bytes));
    if (text.empty()) return 0;
    std::string packed(text.size() * 2 + 1000, '\0');
    auto size = static_cast<unsigned>(packed.size());
    if (BZ2_bzBuffToBuffCompress(packed.data(), &size, text.data(),
                                 static_cast<unsigned>(text.size()), 9, 0, 0) != BZ_OK)
        throw Error("bzip2", "could not compress the sample; expected less than 2 GB");
    return static_cast<double>(text.size()) / size;
}

std::vector<std::string> shuffled(const std::vector<std::string>& lines, Draws& draws) {
    std::vector<std::string> words, result;
    for (const std::string& line : lines)
        for (const Word& word : clauses_of(line).words) words.push_back(word.as_is);
    for (size_t i = words.size(); i > 1; i--)
        std::swap(words[i - 1], words[draws.below(static_cast<uint32_t>(i))]);
    size_t next = 0;
    for (const std::string& line : lines) {
        std::string other;
        size_t done = 0;
        for (const Word& word : clauses_of(line).words) {
            other += line.substr(done, word.begin - done) + words[next++];
            done = word.begin + word.as_is.size();
        }
        result.push_back(other + line.substr(std::min(done, line.size())));
    }
    return result;
}

}  // namespace quillet::study
