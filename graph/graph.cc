// A model as a value: names and sizes of element types.
// SPDX-License-Identifier: MIT
#include "graph/graph.h"

#include <iterator>

namespace quillet {

std::string name_of(Type type) {
    const size_t number = static_cast<size_t>(type);
    return number < std::size(kTypes) ? kTypes[number].name : "type " + std::to_string(number);
}

int size_of(Type type) {
    return kTypes[static_cast<size_t>(type)].size;
}

int64_t Tensor::element_count() const {
    int64_t count = 1;
    for (int64_t dimension : shape) count *= dimension;
    return count;
}

int64_t Tensor::byte_count() const {
    return element_count() * size_of(type);
}

std::string describe(const Node& node) {
    if (!node.name.empty()) return "node '" + node.name + "' (" + node.op + ")";
    for (const std::string& output : node.outputs)
        if (!output.empty()) return "the node of '" + output + "' (" + node.op + ")";
    return "a node without a name (" + node.op + ")";
}

bool operator==(const Subgraph& a, const Subgraph& b) {
    return *a.graph == *b.graph;
}

}  // namespace quillet
