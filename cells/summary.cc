// What is in a model: cells, sizes, operators and what of it is not supported, for people and
// programs to read.
// SPDX-License-Identifier: MIT
#include "cells/summary.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "cells/recurrent_model.h"
#include "cells/token_model.h"
#include "graph/recurrence.h"
#include "graph/shapes.h"

namespace quillet {
namespace {

void add_constant(Summary& summary, const std::string& name, const Tensor& tensor) {
    int64_t bytes = static_cast<int64_t>(tensor.bytes.size());
    summary.values[name_of(tensor.type)] += tensor.element_count();
    summary.constant_bytes += bytes;
    summary.largest.push_back({name, {tensor.type, tensor.shape}, bytes});
}

void add_node(Summary& summary, const Node& node, const Graph& graph) {
    summary.operators[node.op]++;
    if (auto reason = unsupported(node, graph.opset))
        summary.unsupported.push_back({node.name, node.op, *reason});
    for (const auto& [name, attribute] : node.attributes)
        if (auto tensor = std::get_if<Tensor>(&attribute))
            if (node.op == "Constant") add_constant(summary, node.outputs[0], *tensor);
    for (const auto& [name, attribute] : node.attributes) {
        const Subgraph* nested = std::get_if<Subgraph>(&attribute);
        if (!nested) continue;
        for (const auto& [constant, tensor] : nested->graph->initializers)
            add_constant(summary, constant, tensor);
        for (const Node& inner : nested->graph->nodes) add_node(summary, inner, graph);
    }
}

// Cells and the way in, seen where everything constant is folded: PyTorch makes some weights on the
// way.
void add_cells(Summary& summary, const Graph& graph) {
    auto shape_of = [&](const Node& node, size_t input) {
        auto found = input < node.inputs.size() ? graph.initializers.find(node.inputs[input])
                                                : graph.initializers.end();
        return found == graph.initializers.end() ? Dimensions{} : found->second.shape;
    };
    for (const Node& node : graph.nodes) {
        if (summary.cells.empty() && node.op == "OneHot") summary.input = "one-hot";
        if (summary.cells.empty() && node.op == "Gather" && shape_of(node, 0).size() == 2)
            summary.input = "embedding of " + std::to_string(shape_of(node, 0)[1]);
        Dimensions W = shape_of(node, 1), R = shape_of(node, 2);
        if (!is_recurrent(node) || W.size() != 3 || R.size() != 3) continue;
        auto linear = node.attributes.find("linear_before_reset");
        bool is_linear = linear != node.attributes.end() && linear->second == Attribute(int64_t{1});
        summary.cells.push_back({node.name, node.op, W[2], R[2], is_linear});
    }
}

// Inputs besides the token, or besides an integer where `graph` is no token model; as many as there are
// outputs after the logits. `inputs`: the graph's.
int64_t state_bytes_of(const Graph& graph, const std::vector<ValueInfo>& inputs,
                       const std::string& where) {
    std::set<std::string> states;
    try {
        const TokenModel model = token_model_of(graph, where, false);
        for (const ValueInfo& info : model.graph.inputs) states.insert(info.name);
        states.erase(model.graph.inputs.at(0).name);
    } catch (const Error&) {
        for (const ValueInfo& info : inputs)
            if (info.type != Type::int64 && info.type != Type::int32) states.insert(info.name);
    }
    int64_t bytes = 0;
    size_t left = graph.outputs.empty() ? 0 : graph.outputs.size() - 1;
    for (const ValueInfo& input : inputs) {
        if (!states.count(input.name) || left == 0) continue;
        left--;
        Dimensions shape = input.shape;
        std::replace(shape.begin(), shape.end(), int64_t{-1}, int64_t{1});
        bytes += count_of(shape) * size_of(input.type);
    }
    return bytes;
}

}  // namespace

Summary summarize(const Graph& graph, const std::string& where) {
    Summary summary;
    for (const auto& [name, tensor] : graph.initializers) add_constant(summary, name, tensor);
    for (const Node& node : graph.nodes) add_node(summary, node, graph);
    std::stable_sort(summary.largest.begin(), summary.largest.end(),
                     [](const auto& a, const auto& b) { return a.bytes > b.bytes; });
    Graph known = graph;
    try {
        known = with_static_inputs(graph, 1, where);
        known = fold_constants(known, where);
    } catch (const Error& error) {
        summary.problem = error.where() + ": " + error.what();
    }
    add_cells(summary, known);
    summary.state_bytes = state_bytes_of(graph, known.inputs, where);
    try {
        summary.weights = recurrent_model_from(graph, where).weight_count();
    } catch (const Error&) {
        summary.weights = 0;  // of another form
    }
    return summary;
}

}  // namespace quillet
