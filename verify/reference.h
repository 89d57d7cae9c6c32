// What a trace must show at each step: the slow evaluator's step in double from the runtime's own
// last states, so that rounding does not add up over a line.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "graph/evaluate.h"
#include "graph/graph.h"
#include "verify/jobs.h"

namespace quillet {

// How far a float32 value may be from another that was computed in another order, or from the
// witness's: kTolerance * max(1, |value|). One step's rounding stays below a tenth of it up to some
// thousands of hidden units.
constexpr double kTolerance = 1e-4;

// A value that is not what it must be.
struct Discrepancy {
    size_t step = 0;     // from 0, the line token's
    std::string tensor;  // an ONNX output; "logits in Q10", "draw", "generator" or "text" where all
                         // those agree
    int64_t index = 0;   // element, row-major
    std::string expected;
    std::string found;
};

// The first element in which two tensors differ: by any bit where `exact` or they hold integers,
// else by more than kTolerance. `tensor` names them; `step` is left to the caller.
std::optional<Discrepancy> first_difference(const Tensor& expected, const Tensor& found, bool exact,
                                            const std::string& tensor);

// The largest |expected - found| / max(1, |expected|) over two float tensors; 0 for integers.
double largest_difference(const Tensor& expected, const Tensor& found);

// Element `index` as text; "none" where there is no such element.
std::string element_text(const Tensor& tensor, int64_t index);

class Reference {
  public:
    // REQUIRES: `graph` outlives it and is a character model: the token and states in, the logits
    // and states out.
    Reference(const Graph& graph, const std::string& where);

    size_t output_count() const { return graph_.outputs.size(); }
    const std::string& output_name(size_t i) const { return graph_.outputs.at(i).name; }

    // The outputs of a step from `states` (in the order of the graph's inputs after the token;
    // empty: zeros), floats as float64.
    std::vector<Tensor> step(uint32_t token, const std::vector<Tensor>& states) const;

    // The first step and output of `trace` (of a runtime that was fed `fed`) that is not within
    // tolerance of a step from that runtime's own states before it; states before logits. `largest`
    // grows to the largest difference.
    std::optional<Discrepancy> check(const Trace& trace, const std::vector<uint8_t>& fed,
                                     double& largest) const;

  private:
    const Graph& graph_;
    Evaluator evaluator_;
};

}  // namespace quillet
