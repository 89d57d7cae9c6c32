// Why a runtime's line is not the plan's: rounding, proven, or the first value that is wrong.
// SPDX-License-Identifier: MIT
#include "verify/divergence.h"

#include <algorithm>
#include <cmath>

#include "base/utf8.h"

namespace quillet {
namespace {

constexpr double kLogitLimit = 1 << 24;

// Contract 2: floats times 1024, rounded half away from zero, clamped; integers as they are.
std::vector<int32_t> q10(const Tensor& logits) {
    Value value = value_of(logits);
    std::vector<int32_t> result(value.integers.begin(), value.integers.end());
    for (double number : value.numbers) {
        double rounded = std::round(number * 1024.0);
        bool above_lowest = rounded > -kLogitLimit;  // not a number: the lowest
        result.push_back(
            static_cast<int32_t>(above_lowest ? std::min(rounded, kLogitLimit) : -kLogitLimit));
    }
    return result;
}

std::string token_text(const Alphabet& alphabet, std::optional<uint32_t> token) {
    if (!token) return "none";
    std::string text = std::to_string(*token);
    if (*token >= static_cast<uint32_t>(alphabet.size())) return text;
    return text + " (" + describe_piece(alphabet.pieces()[*token]) + ")";
}

// The first output that is not the plan's to the bit; states before logits.
std::optional<Discrepancy> first_other_bit(const TracePair& pair, const Reference& witness) {
    for (size_t s = 0; s < pair.plan.steps.size(); s++) {
        const std::vector<Tensor>& expected = pair.plan.steps[s].outputs;
        for (size_t n = 1; n <= expected.size(); n++) {
            size_t i = n % expected.size();
            auto difference = first_difference(expected[i], pair.found.steps[s].outputs.at(i), true,
                                               witness.output_name(i));
            if (!difference) continue;
            difference->step = s;
            return difference;
        }
    }
    return std::nullopt;
}

std::optional<Discrepancy> wrong_q10(const TraceStep& step, size_t s) {
    std::vector<int32_t> expected = q10(step.outputs.at(0));
    for (size_t i = 0; i < expected.size(); i++)
        if (i >= step.logits.size() || step.logits[i] != expected[i])
            return Discrepancy{s, "logits in Q10", static_cast<int64_t>(i),
                               std::to_string(expected[i]),
                               i < step.logits.size() ? std::to_string(step.logits[i]) : "none"};
    return std::nullopt;
}

// Whether step `s` draws what our sampler draws from the same logits by the same generator.
std::optional<Discrepancy> wrong_draw(const TracePair& pair, size_t s, const Alphabet& alphabet) {
    const TraceStep& step = pair.found.steps[s];
    quillet_random random =
        generator_at(s == 0 ? pair.found.start : pair.found.steps[s - 1].random);
    std::optional<uint32_t> drawn;
    if (s >= pair.job.prompt.size()) {
        std::vector<int32_t> weights = step.logits;
        drawn = quillet_sample(weights.data(), static_cast<uint32_t>(weights.size()),
                               &pair.job.sampling, &random);
    }
    if (auto wrong = words_differ(words_of(random), step.random, s)) return wrong;
    if (step.drawn == drawn) return std::nullopt;
    return Discrepancy{s, "draw", 0, token_text(alphabet, drawn), token_text(alphabet, step.drawn)};
}

std::optional<Discrepancy> first_wrong_draw(const TracePair& pair, const Alphabet& alphabet) {
    if (auto wrong = words_differ(pair.plan.start, pair.found.start, 0)) return wrong;
    for (size_t s = 0; s < pair.found.steps.size(); s++) {
        if (auto wrong = wrong_q10(pair.found.steps[s], s)) return wrong;
        if (auto wrong = wrong_draw(pair, s, alphabet)) return wrong;
    }
    return std::nullopt;
}

// The plan's value at the place of `wrong`, which the witness found in an output.
std::string plan_value(const Discrepancy& wrong, const TracePair& pair, const Reference& witness) {
    const std::vector<Tensor>& outputs = pair.plan.steps[wrong.step].outputs;
    for (size_t i = 0; i < outputs.size(); i++)
        if (witness.output_name(i) == wrong.tensor) return element_text(outputs[i], wrong.index);
    return wrong.expected;
}

// What `line` has after the tokens that both begin with: a token, or nullopt for its end.
std::optional<uint32_t> next_of(const Line& line, size_t common) {
    if (common >= line.tokens.size()) return std::nullopt;
    return line.tokens[common];
}

}  // namespace

std::optional<Discrepancy> words_differ(const RandomWords& expected, const RandomWords& found,
                                        size_t step) {
    for (size_t i = 0; i < expected.size(); i++)
        if (expected[i] != found[i])
            return Discrepancy{step, "generator", static_cast<int64_t>(i),
                               std::to_string(expected[i]), std::to_string(found[i])};
    return std::nullopt;
}

std::optional<Discrepancy> first_wrong_value(const TracePair& pair, Judge& judge) {
    std::optional<Discrepancy> tensor;
    if (judge.exact) {
        tensor = first_other_bit(pair, judge.witness);
    } else {
        auto line_token = static_cast<uint32_t>(judge.alphabet.line_token());
        tensor = judge.witness.check(pair.found, tokens_fed(pair.job, line_token), judge.largest);
        if (tensor) tensor->expected = plan_value(*tensor, pair, judge.witness);
    }
    std::optional<Discrepancy> draw = first_wrong_draw(pair, judge.alphabet);
    bool draw_first = draw && (!tensor || draw->step < tensor->step);
    return draw_first ? draw : tensor;
}

std::optional<Discrepancy> why_lines_part(const TracePair& pair, const Line& plan_line,
                                          const Line& found_line, Judge& judge) {
    if (auto wrong = first_wrong_value(pair, judge)) return wrong;
    Judge plan_judge{judge.witness, judge.alphabet, false};
    if (auto wrong = first_wrong_value({pair.job, pair.plan, pair.plan}, plan_judge)) return wrong;
    // What the text shows must be what the trace draws.
    size_t common = pair.job.tokens.size(), first = pair.job.prompt.size(), last = first + common;
    for (size_t s = first; s < last; s++)
        if (pair.found.steps[s].drawn != pair.job.tokens[s - first])
            return Discrepancy{s, "text", 0, token_text(judge.alphabet, pair.found.steps[s].drawn),
                               token_text(judge.alphabet, pair.job.tokens[s - first])};
    auto as_drawn = [&](const Line& line) {
        return next_of(line, common).value_or(static_cast<uint32_t>(judge.alphabet.line_token()));
    };
    uint32_t expected = as_drawn(plan_line), found = as_drawn(found_line);
    bool accounted =
        pair.plan.steps[last].drawn == expected && pair.found.steps[last].drawn == found;
    if (accounted && expected != found) return std::nullopt;
    if (expected == found)
        if (auto wrong = words_differ(plan_line.random, found_line.random, last)) return wrong;
    return Discrepancy{last, "text", 0, token_text(judge.alphabet, expected),
                       token_text(judge.alphabet, found)};
}

std::vector<uint8_t> common_beginning(const Line& a, const Line& b) {
    size_t most = std::min(a.tokens.size(), b.tokens.size()), n = 0;
    while (n < most && a.tokens[n] == b.tokens[n]) n++;
    return {a.tokens.begin(), a.tokens.begin() + static_cast<std::ptrdiff_t>(n)};
}

}  // namespace quillet
