// Types and shapes of every value of a graph, and the graph without what they make constant.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include "graph/graph.h"
#include "graph/value.h"

namespace quillet {

// A graph whose inputs leave no dimension open: every open one is `size`. A device runs one
// character of one line, so that 1 is right for batches and sequences alike. Shapes of outputs are
// inferred anew. Throws Error(where, …) as infer_shapes does.
Graph with_static_inputs(Graph graph, int64_t size, const std::string& where);

// Types and shapes by name: inputs, initializers and what every node makes. Throws Error(where:
// node, operator, opset, …) for an operator that is not supported, inputs that do not fit it, a
// shape that depends on computed values, and inputs of the graph that leave a dimension open.
std::map<std::string, TypedShape> infer_shapes(const Graph& graph, const std::string& where);

// The same graph without what is known before it runs: nodes that compute from constants and shapes
// only become initializers; Identity is passed by; what no output needs is gone,
// unused Y of a recurrent layer with it. Throws Error as infer_shapes does. Outputs and inputs keep
// their names.
Graph fold_constants(const Graph& graph, const std::string& where = "graph");

}  // namespace quillet
