// Graphs inside nodes (the branches of If, the bodies of Loop and Scan): what they read of the graph
// around them, and copies of them that read other names.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace quillet {

using NewNames = std::map<std::string, std::string>;

// The values that `node` reads: its inputs and what its graphs read of the graph around it; each once,
// in that order.
std::vector<std::string> values_read(const Node& node);

// `node`, reading new_names[x] wherever it or its graphs read x of the graph around it; what it makes
// keeps its names. Throws Error(where, …) where a graph of it makes a value of such a new name.
Node with_new_names(Node node, const NewNames& new_names, const std::string& where);

}  // namespace quillet
