// Applies an operator's rules to a node, with the checks that hold for every operator.
// SPDX-License-Identifier: MIT
#include "graph/apply.h"

#include <algorithm>

#include "graph/onnx_tensor.h"

namespace quillet {
namespace {

// Multiplications a node may take to be computed on the way.
constexpr int64_t kMostProducts = int64_t{1} << 30;

unsigned class_of(Type type) {
    return is_float(type) ? kFloats : is_integer(type) ? kIntegers : kBooleans;
}

// Elements of `shape` where zeros count as ones, as loops around an empty axis still turn.
int64_t extent_of(const Dimensions& shape) {
    int64_t extent = 1;
    for (int64_t dimension : shape) extent *= std::max<int64_t>(dimension, 1);
    return extent;
}

}  // namespace

std::vector<TypedShape> apply_shapes(const NodeContext& context) {
    if (auto reason = unsupported(context.node, context.opset)) context.fail(*reason);
    const Operator& row = *find_operator(context.node.op);
    for (size_t i = 0; i < row.least_inputs; i++) context.input(i);
    if (row.most_inputs == kMany)
        for (size_t i = 0; i < context.input_count(); i++) context.input(i);
    if (row.least_inputs > 0 && !(class_of(context.input(0).type) & row.types))
        context.fail("takes no " + name_of(context.input(0).type));
    for (size_t i = 0; i < context.input_count() && context.node.op != "Cast"; i++)
        if (context.has_input(i) && is_half(context.input(i).type))
            context.fail("takes no " + name_of(context.input(i).type) + " for input " +
                         std::to_string(i) + "; only a Cast does");
    std::vector<TypedShape> shapes = row.shapes(context);
    for (const TypedShape& shape : shapes) onnx::checked_count(shape.shape, 0, context.place());
    return shapes;
}

bool reads_shapes_only(const Node& node) {
    return node.op == "Shape" || node.op == "Size";
}

bool is_affordable(const NodeContext& context, const std::vector<TypedShape>& shapes) {
    for (const TypedShape& shape : shapes)
        if (extent_of(shape.shape) > kLargestValue) return false;
    for (size_t i = 0; i < context.input_count(); i++)
        if (context.has_input(i) && !reads_shapes_only(context.node) &&
            extent_of(context.shape(i)) > kLargestValue)
            return false;
    if (context.node.op == "Conv" || context.node.op == "ConvTranspose") {
        int64_t filter = extent_of(context.shape(1)) / std::max<int64_t>(context.shape(1)[0], 1);
        return std::max<int64_t>(filter, 1) <= kMostProducts / extent_of(shapes[0].shape);
    }
    if (context.node.op == "Einsum") {  // every product of two elements at most
        int64_t pairs = extent_of(context.shape(0));
        if (context.has_input(1)) {
            if (extent_of(context.shape(1)) > kLargestValue / pairs) return false;
            pairs *= extent_of(context.shape(1));
        }
        return pairs <= kLargestValue;
    }
    bool multiplies = context.node.op == "MatMul" || context.node.op == "Gemm";
    if (!multiplies) return true;
    int64_t depth = 1;  // at most: the longest axis of the first input
    for (int64_t dimension : context.shape(0)) depth = std::max(depth, dimension);
    return depth <= kMostProducts / extent_of(shapes[0].shape);
}

std::vector<Value> apply_values(const NodeContext& context, const std::vector<TypedShape>& shapes) {
    std::vector<Value> outputs;
    for (const TypedShape& shape : shapes) outputs.emplace_back(shape);
    find_operator(context.node.op)->evaluate(context, outputs);
    return outputs;
}

std::vector<std::vector<Value>> apply_values_by_token(
    const NodeContext& context, const std::vector<TypedShape>& shapes,
    const std::vector<std::span<const Value>>& inputs) {
    size_t tokens = 1;
    for (std::span<const Value> input : inputs) tokens = std::max(tokens, input.size());
    std::vector<std::vector<Value>> results(shapes.size());
    for (size_t token = 0; token < tokens; token++) {
        std::vector<NodeContext::Input> known(inputs.size());
        for (size_t i = 0; i < inputs.size(); i++) {
            if (!context.has_input(i)) continue;
            known[i].shape = &context.input(i);
            if (!inputs[i].empty()) known[i].value = &inputs[i][inputs[i].size() > 1 ? token : 0];
        }
        std::vector<Value> outputs = apply_values(context.with_inputs(std::move(known)), shapes);
        for (size_t i = 0; i < outputs.size(); i++) results[i].push_back(std::move(outputs[i]));
    }
    return results;
}

}  // namespace quillet
