// The one table of operators.
// SPDX-License-Identifier: MIT
#include "graph/operators.h"

#include <algorithm>

#include "graph/decompose.h"
#include "graph/elementwise.h"
#include "graph/rules.h"

namespace quillet {
namespace {

using namespace element;

// clang-format off
constexpr Operator kOperators[] = {
    // name, first opset, least and most inputs, most outputs, types of input 0, shape rule, evaluator's rule
    {"Abs", 6, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::fabs>},
    {"Acos", 7, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::acos>},
    {"Acosh", 9, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::acosh>},
    {"Add", 7, 2, 2, 1, kNumbers, shapes_broadcast, evaluate_broadcast<Add>},
    {"And", 7, 2, 2, 1, kBooleans, shapes_broadcast, evaluate_broadcast<And>},
    {"ArgMax", 1, 1, 1, 1, kNumbers, shapes_arg, evaluate_arg_max},
    {"ArgMin", 1, 1, 1, 1, kNumbers, shapes_arg, evaluate_arg_min},
    {"Asin", 7, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::asin>},
    {"Asinh", 9, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::asinh>},
    {"Atan", 7, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::atan>},
    {"Atanh", 9, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::atanh>},
    {"AveragePool", 1, 1, 1, 1, kFloats, shapes_window, evaluate_average_pool},
    {"BitShift", 11, 2, 2, 1, kIntegers, shapes_shift, evaluate_broadcast<BitShift>},
    {"BitwiseAnd", 18, 2, 2, 1, kIntegers, shapes_broadcast, evaluate_broadcast<And>},
    {"BitwiseOr", 18, 2, 2, 1, kIntegers, shapes_broadcast, evaluate_broadcast<Or>},
    {"BitwiseXor", 18, 2, 2, 1, kIntegers, shapes_broadcast, evaluate_broadcast<Xor>},
    {"Cast", 6, 1, 1, 1, kAny, shapes_cast, evaluate_cast},
    {"Ceil", 6, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::ceil>},
    {"Celu", 12, 1, 1, 1, kFloats, shapes_same, evaluate_with_parameters<celu>},
    {"Concat", 4, 1, kMany, 1, kAny, shapes_concat, evaluate_concat},
    {"Constant", 1, 0, 0, 1, kAny, shapes_constant, evaluate_constant},
    {"ConstantFill", 7, 1, 1, 1, kIntegers, shapes_constant_fill, evaluate_constant_fill},  // PyTorch's, below opset 9
    {"ConstantOfShape", 9, 1, 1, 1, kIntegers, shapes_constant_of_shape, evaluate_constant_of_shape},
    {"Conv", 1, 2, 2, 1, kNumbers, shapes_window, evaluate_conv},
    {"ConvTranspose", 1, 2, 2, 1, kFloats, shapes_window, evaluate_conv_transpose},
    {"Cos", 7, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::cos>},
    {"Cosh", 9, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::cosh>},
    {"CumSum", 11, 2, 2, 1, kNumbers, shapes_cum_sum, evaluate_cum_sum},
    {"Div", 7, 2, 2, 1, kNumbers, shapes_broadcast, evaluate_broadcast<Div>},
    {"Einsum", 12, 1, 2, 1, kNumbers, shapes_contraction, evaluate_contraction},
    {"Elu", 6, 1, 1, 1, kFloats, shapes_same, evaluate_with_parameters<elu>},
    {"Equal", 7, 2, 2, 1, kAny, shapes_comparison, evaluate_comparison<Equal>},
    {"Erf", 9, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::erf>},
    {"Exp", 6, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::exp>},
    {"Expand", 8, 2, 2, 1, kAny, shapes_expand, evaluate_expand},
    {"Flatten", 1, 1, 1, 1, kAny, shapes_flatten, evaluate_copy},
    {"Floor", 6, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::floor>},
    {"GRU", 7, 3, 6, 2, kFloats, shapes_recurrent, evaluate_recurrent},
    {"Gather", 1, 2, 2, 1, kAny, shapes_gather, evaluate_gather},
    {"GatherElements", 11, 2, 2, 1, kAny, shapes_gather_elements, evaluate_gather_elements},
    {"GatherND", 11, 2, 2, 1, kAny, shapes_gather_nd, evaluate_gather_nd},
    {"Gemm", 7, 2, 3, 1, kFloats, shapes_gemm, evaluate_gemm},
    {"HardSigmoid", 6, 1, 1, 1, kFloats, shapes_same, evaluate_with_parameters<hard_sigmoid>},
    {"HardSwish", 14, 1, 1, 1, kFloats, shapes_same, evaluate_function<hard_swish>},
    {"Hardmax", 1, 1, 1, 1, kFloats, shapes_softmax, evaluate_hardmax},
    {"Identity", 1, 1, 1, 1, kAny, shapes_same, evaluate_copy},
    {"IsInf", 10, 1, 1, 1, kFloats, shapes_test, evaluate_test<is_inf>},
    {"IsNaN", 9, 1, 1, 1, kFloats, shapes_test, evaluate_test<is_nan>},
    {"LSTM", 7, 3, 8, 3, kFloats, shapes_recurrent, evaluate_recurrent},
    {"LeakyRelu", 6, 1, 1, 1, kFloats, shapes_same, evaluate_with_parameters<leaky_relu>},
    {"Less", 7, 2, 2, 1, kNumbers, shapes_comparison, evaluate_comparison<Less>},
    {"LessOrEqual", 12, 2, 2, 1, kNumbers, shapes_comparison, evaluate_comparison<LessOrEqual>},
    {"Log", 6, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::log>},
    {"LogSoftmax", 1, 1, 1, 1, kFloats, shapes_softmax, evaluate_log_softmax},
    {"MatMul", 1, 2, 2, 1, kNumbers, shapes_contraction, evaluate_contraction},
    {"Max", 6, 2, 2, 1, kNumbers, shapes_broadcast, evaluate_broadcast<Max>},
    {"MaxPool", 1, 1, 1, 2, kNumbers, shapes_window, evaluate_max_pool},
    {"Min", 6, 2, 2, 1, kNumbers, shapes_broadcast, evaluate_broadcast<Min>},
    {"Mish", 18, 1, 1, 1, kFloats, shapes_same, evaluate_function<mish>},
    {"Mod", 10, 2, 2, 1, kNumbers, shapes_mod, evaluate_broadcast<Mod>},
    {"Mul", 7, 2, 2, 1, kNumbers, shapes_broadcast, evaluate_broadcast<Mul>},
    {"Neg", 6, 1, 1, 1, kFloats, shapes_same, evaluate_function<negative>},
    {"OneHot", 9, 3, 3, 1, kIntegers, shapes_one_hot, evaluate_one_hot},
    {"Or", 7, 2, 2, 1, kBooleans, shapes_broadcast, evaluate_broadcast<Or>},
    {"PRelu", 7, 2, 2, 1, kFloats, shapes_broadcast, evaluate_broadcast<PRelu>},
    {"Pad", 2, 1, 4, 1, kAny, shapes_pad, evaluate_pad},
    {"Pow", 7, 2, 2, 1, kFloats, shapes_broadcast, evaluate_broadcast<Pow>},
    {"RNN", 7, 3, 6, 2, kFloats, shapes_recurrent, evaluate_recurrent},
    {"Range", 11, 3, 3, 1, kNumbers, shapes_range, evaluate_range},
    {"Reciprocal", 6, 1, 1, 1, kFloats, shapes_same, evaluate_function<reciprocal>},
    {"ReduceMax", 1, 1, 2, 1, kNumbers, shapes_reduce, evaluate_reduce_max},
    {"ReduceMin", 1, 1, 2, 1, kNumbers, shapes_reduce, evaluate_reduce_min},
    {"ReduceProd", 1, 1, 2, 1, kNumbers, shapes_reduce, evaluate_reduce_prod},
    {"ReduceSum", 1, 1, 2, 1, kNumbers, shapes_reduce_sum, evaluate_reduce_sum},
    {"Relu", 6, 1, 1, 1, kFloats, shapes_same, evaluate_function<relu>},
    {"Reshape", 5, 2, 2, 1, kAny, shapes_reshape, evaluate_copy},
    {"ReverseSequence", 10, 2, 2, 1, kAny, shapes_reverse_sequence, evaluate_reverse_sequence},
    {"Round", 11, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::nearbyint>},
    {"ScatterElements", 11, 3, 3, 1, kAny, shapes_scatter_elements, evaluate_scatter_elements},
    {"ScatterND", 11, 3, 3, 1, kAny, shapes_scatter_nd, evaluate_scatter_nd},
    {"Selu", 6, 1, 1, 1, kFloats, shapes_same, evaluate_with_parameters<selu>},
    {"Shape", 1, 1, 1, 1, kAny, shapes_shape, evaluate_shape},
    {"Shrink", 9, 1, 1, 1, kFloats, shapes_same, evaluate_with_parameters<shrink>},
    {"Sigmoid", 6, 1, 1, 1, kFloats, shapes_same, evaluate_function<sigmoid>},
    {"Sign", 9, 1, 1, 1, kFloats, shapes_same, evaluate_function<sign>},
    {"Sin", 7, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::sin>},
    {"Sinh", 9, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::sinh>},
    {"Size", 1, 1, 1, 1, kAny, shapes_size, evaluate_size},
    {"Slice", 1, 1, 5, 1, kAny, shapes_slice, evaluate_slice},
    {"Softmax", 1, 1, 1, 1, kFloats, shapes_softmax, evaluate_softmax},
    {"Softplus", 1, 1, 1, 1, kFloats, shapes_same, evaluate_function<softplus>},
    {"Softsign", 1, 1, 1, 1, kFloats, shapes_same, evaluate_function<softsign>},
    {"Split", 2, 1, 2, kMany, kAny, shapes_split, evaluate_split},
    {"Sqrt", 6, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::sqrt>},
    {"Squeeze", 1, 1, 2, 1, kAny, shapes_squeeze, evaluate_copy},
    {"Sub", 7, 2, 2, 1, kNumbers, shapes_broadcast, evaluate_broadcast<Sub>},
    {"Tan", 7, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::tan>},
    {"Tanh", 6, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::tanh>},
    {"ThresholdedRelu", 10, 1, 1, 1, kFloats, shapes_same, evaluate_with_parameters<thresholded_relu>},
    {"Tile", 6, 2, 2, 1, kAny, shapes_tile, evaluate_tile},
    {"TopK", 7, 1, 2, 2, kNumbers, shapes_top_k, evaluate_top_k},
    {"Transpose", 1, 1, 1, 1, kAny, shapes_transpose, evaluate_transpose},
    {"Unsqueeze", 1, 1, 2, 1, kAny, shapes_unsqueeze, evaluate_copy},
    {"Where", 9, 3, 3, 1, kBooleans, shapes_where, evaluate_where},
    {"Xor", 7, 2, 2, 1, kBooleans, shapes_broadcast, evaluate_broadcast<Xor>},
};
// clang-format on

}  // namespace

std::span<const Operator> operators() {
    return kOperators;
}

const Operator* find_operator(std::string_view op) {
    auto found = std::lower_bound(
        std::begin(kOperators), std::end(kOperators), op,
        [](const Operator& row, std::string_view name) { return row.name < name; });
    return found != std::end(kOperators) && found->name == op ? found : nullptr;
}

namespace {

// Which counts of inputs and outputs a table's row takes.
struct Arity {
    int64_t since;
    size_t least_inputs, most_inputs, most_outputs;
};

// Of `op` as exporters write it, before it is decomposed.
std::optional<Arity> arity_of(std::string_view op) {
    if (const Decomposition* row = find_decomposition(op))
        return Arity{row->since, row->least_inputs, row->most_inputs, row->most_outputs};
    if (const Operator* row = find_operator(op))
        return Arity{row->since, row->least_inputs, row->most_inputs, row->most_outputs};
    return std::nullopt;
}

}  // namespace

std::optional<std::string> unsupported(const Node& node, int64_t opset) {
    if (auto part = node.attributes.find(kPartOpset); part != node.attributes.end())
        opset = kOpsetOfParts;
    std::optional<Arity> row = arity_of(node.op);
    if (!row) return "is not a supported operator";
    if (opset < row->since) return "is supported from opset " + std::to_string(row->since) + " on";
    if (node.inputs.size() < row->least_inputs || node.inputs.size() > row->most_inputs)
        return "has " + std::to_string(node.inputs.size()) + " inputs; expected " +
               std::to_string(row->least_inputs) +
               (row->most_inputs > row->least_inputs ? " to " + std::to_string(row->most_inputs)
                                                     : "");
    for (size_t i = row->most_outputs; i < node.outputs.size(); i++)
        if (!node.outputs[i].empty())
            return "has output " + std::to_string(i) + ", which is not supported";
    return std::nullopt;
}

}  // namespace quillet
