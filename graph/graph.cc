// A model as a value: names and sizes of element types.
// SPDX-License-Identifier: MIT
#include "graph/graph.h"

namespace quillet {

std::string name_of(Type type) {
    switch (type) {
        case Type::float32:
            return "float32";
        case Type::uint8:
            return "uint8";
        case Type::int8:
            return "int8";
        case Type::uint16:
            return "uint16";
        case Type::int16:
            return "int16";
        case Type::int32:
            return "int32";
        case Type::int64:
            return "int64";
        case Type::boolean:
            return "boolean";
        case Type::float16:
            return "float16";
        case Type::bfloat16:
            return "bfloat16";
        case Type::float64:
            return "float64";
        case Type::uint32:
            return "uint32";
        case Type::uint64:
            return "uint64";
    }
    return "type " + std::to_string(static_cast<int>(type));
}

int size_of(Type type) {
    switch (type) {
        case Type::uint8:
        case Type::int8:
        case Type::boolean:
            return 1;
        case Type::uint16:
        case Type::int16:
        case Type::float16:
        case Type::bfloat16:
            return 2;
        case Type::float32:
        case Type::int32:
        case Type::uint32:
            return 4;
        default:
            return 8;
    }
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
