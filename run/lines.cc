// Whole requests for lines: so many of a seed, the best of several, many seeds on all cores.
// SPDX-License-Identifier: MIT
#include "run/lines.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <limits>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "base/utf8.h"
#include "run/score.h"

namespace quillet {
namespace {

std::string best_line(LineWriter& writer, const std::vector<uint8_t>& prompt,
                      const LineRequest& request,
                      const std::function<double(const std::string&)>& judge) {
    std::string best = writer.next(prompt);
    if (request.best_of <= 1) return best;
    double most = judge(best);
    for (uint32_t i = 1; i < request.best_of; i++) {
        std::string line = writer.next(prompt);
        const double worth = judge(line);
        if (!(worth > most)) continue;
        most = worth;
        best = std::move(line);
    }
    return best;
}

}  // namespace

double mean_log_likelihood(const Plan& plan, const std::string& line) {
    const Score result = score(plan, decode_utf8(line + "\n", "the line"));
    if (result.unknown_count() > 0) return -std::numeric_limits<double>::infinity();
    return -result.bits_per_character();
}

std::vector<std::string> generate_lines(const Plan& plan, const LineRequest& request) {
    const std::vector<uint8_t> prompt = tokens_of(plan.alphabet, request.prompt, "prompt");
    if (prompt.size() > request.settings.max_length)
        throw Error("prompt", "has " + std::to_string(prompt.size()) +
                                  " characters; a line has at most " +
                                  std::to_string(request.settings.max_length));
    const auto judge = request.judge ? request.judge : [&plan](const std::string& line) {
        return mean_log_likelihood(plan, line);
    };
    LineWriter writer(plan, request.settings, request.seed);
    std::vector<std::string> lines;
    for (uint32_t i = 0; i < request.count; i++)
        lines.push_back(best_line(writer, prompt, request, judge));
    return lines;
}

std::vector<std::vector<std::string>> generate_batch(const Plan& plan, const LineRequest& request,
                                                     std::span<const uint32_t> seeds,
                                                     unsigned threads) {
    std::vector<std::vector<std::string>> results(seeds.size());
    std::atomic<size_t> next = 0;
    std::exception_ptr failure;
    std::mutex failing;
    const auto work = [&] {
        for (size_t i; (i = next++) < seeds.size();) {
            try {
                LineRequest one = request;
                one.seed = seeds[i];
                results[i] = generate_lines(plan, one);
            } catch (...) {
                const std::lock_guard lock(failing);
                if (!failure) failure = std::current_exception();
                next = seeds.size();
            }
        }
    };
    if (threads == 0) threads = std::max(std::thread::hardware_concurrency(), 1u);
    std::vector<std::thread> others;
    for (size_t i = 1; i < std::min<size_t>(threads, seeds.size()); i++) others.emplace_back(work);
    work();
    for (std::thread& other : others) other.join();
    if (failure) std::rethrow_exception(failure);
    return results;
}

}  // namespace quillet
