// Whole requests for lines: so many of a seed, the best of several, many seeds on all cores.
// SPDX-License-Identifier: MIT
#include "run/lines.h"

#include "base/error.h"
#include "base/parallel.h"

namespace quillet {
namespace {

// The best of so many lines that follow one another.
std::string judged_line(LineWriter& writer, const std::vector<uint8_t>& prompt,
                        const LineRequest& request) {
    std::string best = writer.next(prompt);
    if (request.best_of <= 1) return best;
    double most = request.judge(best);
    for (uint32_t i = 1; i < request.best_of; i++) {
        std::string line = writer.next(prompt);
        const double worth = request.judge(line);
        if (!(worth > most)) continue;
        most = worth;
        best = std::move(line);
    }
    return best;
}

std::vector<std::string> ranked_lines(const Plan& plan, const LineRequest& request,
                                      const std::vector<uint8_t>& prompt) {
    RankedWriter writer(plan, request.settings, word_filter_of(plan.metadata, plan.name));
    std::vector<std::string> lines;
    for (uint32_t i = 0; i < request.count; i++)
        lines.push_back(
            writer.best(request.best_of, request.seed, i * request.best_of, prompt).text);
    return lines;
}

}  // namespace

std::vector<std::string> generate_lines(const Plan& plan, const LineRequest& request) {
    const std::vector<uint8_t> prompt = tokens_of(plan.alphabet, request.prompt, "prompt");
    if (prompt.size() > request.settings.max_length)
        throw Error("prompt", "has " + std::to_string(prompt.size()) +
                                  " tokens; a line has at most " +
                                  std::to_string(request.settings.max_length));
    if (request.best_of > 1 && !request.judge) return ranked_lines(plan, request, prompt);
    std::vector<std::string> lines;
    LineWriter writer(plan, request.settings, request.seed);
    for (uint32_t i = 0; i < request.count; i++)
        lines.push_back(judged_line(writer, prompt, request));
    return lines;
}

std::vector<std::vector<std::string>> generate_batch(const Plan& plan, const LineRequest& request,
                                                     std::span<const uint32_t> seeds,
                                                     unsigned threads) {
    std::vector<std::vector<std::string>> results(seeds.size());
    in_parallel(seeds.size(), threads, [&](size_t i) {
        LineRequest one = request;
        one.seed = seeds[i];
        results[i] = generate_lines(plan, one);
    });
    return results;
}

}  // namespace quillet
