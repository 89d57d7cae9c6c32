// Why a runtime's line is not the plan's: rounding, proven, or the first value that is wrong.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "base/alphabet.h"
#include "verify/jobs.h"
#include "verify/reference.h"

namespace quillet {

// The same tokens fed to the plan and to a runtime.
struct TracePair {
    const TraceJob& job;
    const Trace& plan;
    const Trace& found;
};

// What traces are judged by.
struct Judge {
    const Reference& witness;
    const Alphabet& alphabet;
    bool exact;          // every bit must be the plan's
    double largest = 0;  // grows to the largest relative difference from the witness
};

// The first step and value of a runtime's trace that is wrong: a tensor that is not within
// tolerance of the witness's step (not the plan's to the bit, where exact), Q10 logits that are not
// its own logits rounded, a draw or a generator that does not follow from them. nullopt: the trace
// follows the contract. `expected` is the plan's value.
std::optional<Discrepancy> first_wrong_value(const TracePair& pair, Judge& judge);

// Where two lines from the same generator part: pair.job.tokens is what they have in common, and
// the last step of the traces draws what they have not. nullopt: rounding: both traces follow the
// contract up to that draw, and each one's logits account for its own draw.
std::optional<Discrepancy> why_lines_part(const TracePair& pair, const Line& plan_line,
                                          const Line& found_line, Judge& judge);

// The first word in which two generators differ, as a Discrepancy at `step`; nullopt where none does.
std::optional<Discrepancy> words_differ(const RandomWords& expected, const RandomWords& found,
                                        size_t step);

// What a trace of that line must be asked for to say why: the tokens that both lines begin with.
std::vector<uint8_t> common_beginning(const Line& a, const Line& b);

}  // namespace quillet
