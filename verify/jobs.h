// What a runtime is asked and what it answers: lines of text, and traces of lines whose tokens are
// given.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "graph/graph.h"
#include "runtime/quillet_sampler.h"

namespace quillet {

using RandomWords = std::array<uint32_t, 4>;  // a generator's state
using Start =
    std::variant<uint32_t, RandomWords>;  // where a generator starts: a seed, or its state

// The generator that starts at `start`, by our own runtime.
quillet_random generator_at(const Start& start);
RandomWords words_of(const quillet_random& random);

// Some lines, one after the other from one generator.
struct TextJob {
    Start start;
    uint32_t count = 1;
    quillet_sampling sampling;
    uint32_t max_length = 1;
    std::vector<uint8_t> prompt;
};

struct Line {
    std::vector<uint8_t> tokens;  // without the prompt
    RandomWords random;           // the generator after the line
    friend bool operator==(const Line&, const Line&) = default;
};

struct TextResult {
    std::vector<Line> lines;
    uint64_t steps = 0;
    double seconds = 0;

    // The job's next line, and its steps: one for each token fed.
    void add(Line line, const TextJob& job);
};

// One line with given tokens: the model is fed the line token, the prompt and the tokens, and after
// each of them from the last of the prompt on a token is drawn but not fed.
struct TraceJob {
    Start start;
    quillet_sampling sampling;
    std::vector<uint8_t> prompt;
    std::vector<uint8_t> tokens;
};

// What a trace feeds, one token a step.
std::vector<uint8_t> tokens_fed(const TraceJob& job, uint32_t line_token);

struct TraceStep {
    std::vector<Tensor>
        outputs;  // in the order of the ONNX file's outputs: the logits, then the states
    std::vector<int32_t> logits;    // Q10
    std::optional<uint32_t> drawn;  // nullopt within the prompt
    RandomWords random;             // the generator after the draw
};

struct Trace {
    RandomWords start;  // the generator before the first draw
    std::vector<TraceStep> steps;
};

struct Jobs {
    std::vector<TextJob> texts;
    std::vector<TraceJob> traces;
};

struct Results {
    std::vector<TextResult> texts;  // as many as were asked for, in their order
    std::vector<Trace> traces;
};

// The job file of docs/FORMATS.md: the texts, then the traces.
std::string job_file(const Jobs& jobs);

// Gathers the JSON lines that a runtime answers with.
class Answers {
  public:
    // `where` names the runtime in errors.
    Answers(const Jobs& jobs, std::string where);

    // Takes a line. Throws Error where it is no record of docs/FORMATS.md.
    void take(std::string_view line);

    // Throws Error when anything asked for is missing.
    Results finish();

  private:
    const Jobs& jobs_;
    std::string where_;
    Results results_;
};

}  // namespace quillet
