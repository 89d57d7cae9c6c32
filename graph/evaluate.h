// The slow evaluator: runs a graph operator by operator in double, a witness that shares nothing
// with the kernels.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "graph/operators.h"

namespace quillet {

// Runs `graph`. Floats are computed in double and nowhere rounded to float32; integers exactly, wrapping
// around as ONNX Runtime does. What depends on constants alone is computed by the first run and kept, so
// that two threads may not run one Evaluator at once.
class Evaluator {
  public:
    // Throws Error(where, …) for an operator that is not supported. `graph` must outlive this.
    Evaluator(const Graph& graph, std::string where);

    // Every value that the graph computes from its inputs, and its outputs, by name. `inputs` has one
    // tensor for each input of the graph, of its type (or float64 for float32) and shape. Throws
    // Error(where, …) naming an input or node that does not fit.
    std::map<std::string, Value> run(const std::map<std::string, Tensor>& inputs) const;

  private:
    Value checked_input(const ValueInfo& info, const std::map<std::string, Tensor>& inputs) const;

    const Graph& graph_;
    std::string where_;
    mutable std::map<std::string, Value> constants_;
};

}  // namespace quillet
