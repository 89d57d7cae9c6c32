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

// Runs `graph`, whose constants are converted once. Floats are computed in double and nowhere
// rounded to float32; integers exactly, wrapping around as ONNX Runtime does.
class Evaluator {
  public:
    // Throws Error(where, …) for an operator that is not supported. `graph` must outlive this.
    Evaluator(const Graph& graph, std::string where);

    // Every value that the graph computes, by name, from `inputs`: one tensor for each input of the
    // graph, of its type (or float64 for float32) and shape. Throws Error(where, …) naming an input
    // or node that does not fit.
    std::map<std::string, Value> run(const std::map<std::string, Tensor>& inputs) const;

  private:
    Value checked_input(const ValueInfo& info, const std::map<std::string, Tensor>& inputs) const;

    const Graph& graph_;
    std::string where_;
    std::map<std::string, Value> constants_;
};

}  // namespace quillet
