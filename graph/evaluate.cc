// The slow evaluator: runs a graph operator by operator in double, a witness that shares nothing
// with the kernels.
// SPDX-License-Identifier: MIT
#include "graph/evaluate.h"

#include <deque>

#include "base/error.h"
#include "graph/apply.h"
#include "graph/decompose.h"

namespace quillet {
namespace {

// Whether a tensor of `shape` may go in where the graph says `expected`, whose open dimensions take
// any size.
bool fits(const Dimensions& shape, const Dimensions& expected) {
    if (shape.size() != expected.size()) return false;
    for (size_t i = 0; i < shape.size(); i++)
        if (expected[i] != -1 && shape[i] != expected[i]) return false;
    return true;
}

}  // namespace

Evaluator::Evaluator(const Graph& graph, std::string where)
    : graph_(graph), where_(std::move(where)) {
    for (const auto& [name, tensor] : graph.initializers) constants_[name] = value_of(tensor);
    for (const Node& node : graph.nodes)
        if (auto reason = unsupported(node, graph.opset))
            NodeContext(node, graph.opset, where_, {}).fail(*reason);
}

Value Evaluator::checked_input(const ValueInfo& info,
                               const std::map<std::string, Tensor>& inputs) const {
    auto found = inputs.find(info.name);
    if (found == inputs.end()) throw Error(where_, "was given no input '" + info.name + "'");
    Value value = value_of(found->second);
    bool widened = info.type == Type::float32 && value.type == Type::float64;
    if (!widened && value.type != info.type)
        throw Error(where_, "was given " + name_of(value.type) + " for input '" + info.name +
                                "'; expected " + name_of(info.type));
    if (!fits(value.shape, info.shape))
        throw Error(where_, "was given shape " + text_of(value.shape) + " for input '" + info.name +
                                "'; expected " + text_of(info.shape));
    value.type = info.type;
    return value;
}

std::map<std::string, Value> Evaluator::run(const std::map<std::string, Tensor>& inputs) const {
    std::map<std::string, Value> values;
    for (const ValueInfo& info : graph_.inputs) values[info.name] = checked_input(info, inputs);
    auto find = [&](const std::string& name) -> const Value* {
        if (auto constant = constants_.find(name); constant != constants_.end())
            return &constant->second;
        auto value = values.find(name);
        return value == values.end() ? nullptr : &value->second;
    };
    Growth growth;
    std::deque<Node> rest(graph_.nodes.begin(), graph_.nodes.end());
    while (!rest.empty()) {
        const Node node = std::move(rest.front());
        rest.pop_front();
        std::vector<NodeContext::Input> known;
        for (const std::string& name : node.inputs) {
            const Value* value = find(name);
            known.push_back({value, value});
        }
        NodeContext context(node, graph_.opset, where_, std::move(known));
        std::map<std::string, Tensor> made;
        if (std::vector<Node> parts = decompose(context, made); !parts.empty()) {
            growth.add(context, parts);
            rest.insert(rest.begin(), parts.begin(), parts.end());
            for (const auto& [name, tensor] : made) values[name] = value_of(tensor);
            continue;
        }
        std::vector<TypedShape> shapes = apply_shapes(context);
        if (!is_affordable(context, shapes)) context.fail("makes a tensor too large to evaluate");
        std::vector<Value> outputs = apply_values(context, shapes);
        for (size_t i = 0; i < node.outputs.size(); i++)
            if (!node.outputs[i].empty()) values[node.outputs[i]] = std::move(outputs[i]);
    }
    for (const ValueInfo& output : graph_.outputs)
        if (const Value* value = find(output.name); value && !values.count(output.name))
            values[output.name] = *value;
    return values;
}

}  // namespace quillet
