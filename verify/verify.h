// Holds every runtime to the plan: the same texts for many seeds and settings, or the first step,
// tensor and value where two part (docs/verify.md).
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "verify/reference.h"
#include "verify/runtime.h"
#include "verify/settings_grid.h"

namespace quillet {

struct VerifyOptions {
    std::vector<Setting> settings = default_settings();
    uint32_t lines = 200;  // over each setting
    uint32_t seed = 1;
    uint32_t max_length = 200;
    uint32_t slow_lines = 12;  // over the whole grid, of runtimes that are slow
};

// The first place where a runtime is not what it must be. Lines and characters count from 1; a
// line's characters without its prompt, its end being one.
struct Difference : Discrepancy {
    std::string setting;
    uint32_t seed = 0;  // the job's
    uint32_t line = 0;  // of that seed
    uint32_t character = 0;
};

struct RuntimeReport {
    std::string name;
    bool exact = false;   // every bit compared
    std::string absent;   // why it did not run; empty when it did
    std::string failure;  // what it died of
    uint64_t lines = 0;
    uint64_t characters = 0;
    uint64_t rounding = 0;  // lines that part by rounding, proven
    double largest_difference =
        0;  // of a tensor element from the witness's, relative to max(1, its size)
    double chars_per_s = 0;
    std::optional<Difference> difference;

    bool same() const { return failure.empty() && !difference; }
};

struct VerifyReport {
    uint64_t lines = 0;                   // each runtime's
    std::vector<RuntimeReport> runtimes;  // the plan first

    bool same() const;  // of all that ran
};

// Which runtime is at which line of how many.
using VerifyProgress =
    std::function<void(const std::string& runtime, uint64_t line, uint64_t lines)>;

// A runtime that ran and is done.
using VerifyEnded = std::function<void(const RuntimeReport& report)>;

// Makes `graph` what every runtime can run: the form of an integer model with sampler and generator
// inside becomes the plain one, which it is compared with node by node, and inputs and outputs come in
// the order that other runtimes know, token first, states in pairs. Returns whether it changed. Throws
// Error naming `file` for what is no character model.
bool make_comparable(Graph& graph, const std::string& file);

// Runs the plan, then each of `candidates` (of which the plan should be the first), and compares.
// `subject.graph` is also run by the slow evaluator, which every trace is held to. Throws Error for
// a model or settings that cannot be run at all.
VerifyReport verify(const ModelUnderTest& subject, std::vector<Candidate> candidates,
                    const VerifyOptions& options, const VerifyProgress& progress,
                    const VerifyEnded& ended = {});

}  // namespace quillet
