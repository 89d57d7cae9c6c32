// A graph of one node and its result, for tests of operators.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

#include "graph/evaluate.h"
#include "graph/graph.h"

namespace quillet {

// The outputs of `graph`, by name; float32 ones as float64 tensors, unrounded. Throws Error as
// Evaluator does.
inline std::map<std::string, Tensor> evaluate(const Graph& graph,
                                              const std::map<std::string, Tensor>& inputs) {
    std::map<std::string, Value> values = Evaluator(graph, graph.name).run(inputs);
    std::map<std::string, Tensor> outputs;
    for (const ValueInfo& info : graph.outputs) {
        Value& value = values.at(info.name);
        if (value.type == Type::float32) value.type = Type::float64;
        outputs[info.name] = tensor_of(value);
    }
    return outputs;
}

inline Tensor floats(std::vector<int64_t> shape, const std::vector<float>& values) {
    return Tensor::of(Type::float32, std::move(shape), values);
}

inline Tensor int64s(std::vector<int64_t> shape, const std::vector<int64_t>& values) {
    return Tensor::of(Type::int64, std::move(shape), values);
}

inline Tensor int32s(std::vector<int64_t> shape, const std::vector<int32_t>& values) {
    return Tensor::of(Type::int32, std::move(shape), values);
}

inline Tensor int8s(std::vector<int64_t> shape, const std::vector<int8_t>& values) {
    return Tensor::of(Type::int8, std::move(shape), values);
}

inline Tensor uint8s(std::vector<int64_t> shape, const std::vector<uint8_t>& values) {
    return Tensor::of(Type::uint8, std::move(shape), values);
}

inline Tensor uint32s(std::vector<int64_t> shape, const std::vector<uint32_t>& values) {
    return Tensor::of(Type::uint32, std::move(shape), values);
}

inline Tensor booleans(std::vector<int64_t> shape, const std::vector<uint8_t>& values) {
    return Tensor::of(Type::boolean, std::move(shape), values);
}

// Stands for an input that is left out.
inline const Tensor kNone = {Type::float32, {-1}, ""};

struct OneNode {
    std::string op;
    int64_t opset = 17;
    std::map<std::string, Attribute> attributes = {};
    size_t outputs = 1;

    Graph graph(const std::vector<Tensor>& inputs) const {
        Graph graph;
        graph.name = "m.onnx";
        graph.opset = opset;
        Node node{"n", op, "", {}, {}, attributes};
        for (size_t i = 0; i < inputs.size(); i++) {
            bool is_none = inputs[i] == kNone;
            node.inputs.push_back(is_none ? "" : "x" + std::to_string(i));
            if (!is_none) graph.initializers[node.inputs.back()] = inputs[i];
        }
        for (size_t i = 0; i < outputs; i++) {
            node.outputs.push_back("y" + std::to_string(i));
            graph.outputs.push_back({node.outputs.back(), Type::float32, {}, false});
        }
        graph.nodes.push_back(node);
        return graph;
    }

    Tensor operator()(const std::vector<Tensor>& inputs, size_t output = 0) const {
        return evaluate(graph(inputs), {}).at("y" + std::to_string(output));
    }
};

}  // namespace quillet
