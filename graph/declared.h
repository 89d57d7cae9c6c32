// Parameters of operators that follow from the shapes that a file declares for its outputs.
// SPDX-License-Identifier: MIT
#pragma once

#include "graph/graph.h"

namespace quillet {

// The graph where a shape, a count or axes that are an input of the model are constants as far as the
// declared shape of the node's output, an output of the graph, leaves no choice: the target of a Reshape,
// TopK's k, the axes of a sum. Such inputs stay inputs, and are not read. What cannot be told stays as it
// is.
Graph with_declared_parameters(Graph graph);

}  // namespace quillet
