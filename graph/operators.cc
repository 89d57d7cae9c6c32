// The one table of operators.
// SPDX-License-Identifier: MIT
#include "graph/operators.h"

#include <algorithm>

#include "graph/elementwise.h"
#include "graph/rules.h"

namespace quillet {
namespace {

using namespace element;

// clang-format off
constexpr Operator kOperators[] = {
    // name, first opset, least and most inputs, most outputs, types of input 0, shape rule, evaluator's rule
    {"Abs", 7, 1, 1, 1, kNumbers, shapes_same, evaluate_unary<Abs>},
    {"Add", 7, 2, 2, 1, kNumbers, shapes_broadcast, evaluate_broadcast<Add>},
    {"And", 7, 2, 2, 1, kBooleans, shapes_broadcast, evaluate_broadcast<And>},
    {"ArgMax", 7, 1, 1, 1, kNumbers, shapes_arg, evaluate_arg_max},
    {"ArgMin", 7, 1, 1, 1, kNumbers, shapes_arg, evaluate_arg_min},
    {"BitShift", 11, 2, 2, 1, kIntegers, shapes_shift, evaluate_broadcast<BitShift>},
    {"BitwiseAnd", 18, 2, 2, 1, kIntegers, shapes_broadcast, evaluate_broadcast<And>},
    {"BitwiseNot", 18, 1, 1, 1, kIntegers, shapes_same, evaluate_unary<BitwiseNot>},
    {"BitwiseOr", 18, 2, 2, 1, kIntegers, shapes_broadcast, evaluate_broadcast<Or>},
    {"BitwiseXor", 18, 2, 2, 1, kIntegers, shapes_broadcast, evaluate_broadcast<Xor>},
    {"Cast", 7, 1, 1, 1, kAny, shapes_cast, evaluate_cast},
    {"CastLike", 15, 2, 2, 1, kAny, shapes_cast, evaluate_cast},
    {"Ceil", 7, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::ceil>},
    {"Clip", 7, 1, 3, 1, kNumbers, shapes_clip, evaluate_clip},
    {"Concat", 7, 1, kMany, 1, kAny, shapes_concat, evaluate_concat},
    {"Constant", 7, 0, 0, 1, kAny, shapes_constant, evaluate_constant},
    {"ConstantFill", 7, 1, 1, 1, kIntegers, shapes_constant_fill, evaluate_constant_fill},  // PyTorch's, below opset 9
    {"ConstantOfShape", 9, 1, 1, 1, kIntegers, shapes_constant_of_shape, evaluate_constant_of_shape},
    {"CumSum", 11, 2, 2, 1, kNumbers, shapes_cum_sum, evaluate_cum_sum},
    {"Div", 7, 2, 2, 1, kNumbers, shapes_broadcast, evaluate_broadcast<Div>},
    {"Dropout", 7, 1, 3, 1, kFloats, shapes_same, evaluate_copy},
    {"Equal", 7, 2, 2, 1, kAny, shapes_comparison, evaluate_comparison<Equal>},
    {"Erf", 9, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::erf>},
    {"Exp", 7, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::exp>},
    {"Expand", 8, 2, 2, 1, kAny, shapes_expand, evaluate_expand},
    {"Flatten", 7, 1, 1, 1, kAny, shapes_flatten, evaluate_copy},
    {"Floor", 7, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::floor>},
    {"GRU", 7, 3, 6, 2, kFloats, shapes_gru, evaluate_gru},
    {"Gather", 7, 2, 2, 1, kAny, shapes_gather, evaluate_gather},
    {"Gemm", 7, 2, 3, 1, kFloats, shapes_gemm, evaluate_gemm},
    {"Greater", 7, 2, 2, 1, kNumbers, shapes_comparison, evaluate_comparison<Greater>},
    {"GreaterOrEqual", 12, 2, 2, 1, kNumbers, shapes_comparison, evaluate_comparison<GreaterOrEqual>},
    {"Identity", 7, 1, 1, 1, kAny, shapes_same, evaluate_copy},
    {"LSTM", 7, 3, 8, 3, kFloats, shapes_lstm, evaluate_lstm},
    {"Less", 7, 2, 2, 1, kNumbers, shapes_comparison, evaluate_comparison<Less>},
    {"LessOrEqual", 12, 2, 2, 1, kNumbers, shapes_comparison, evaluate_comparison<LessOrEqual>},
    {"Log", 7, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::log>},
    {"LogSoftmax", 7, 1, 1, 1, kFloats, shapes_softmax, evaluate_log_softmax},
    {"MatMul", 7, 2, 2, 1, kNumbers, shapes_matmul, evaluate_matmul},
    {"MatMulInteger", 10, 2, 4, 1, kIntegers, shapes_matmul_integer, evaluate_matmul_integer},
    {"Max", 7, 1, kMany, 1, kNumbers, shapes_broadcast, evaluate_broadcast<Max>},
    {"Min", 7, 1, kMany, 1, kNumbers, shapes_broadcast, evaluate_broadcast<Min>},
    {"Mod", 10, 2, 2, 1, kNumbers, shapes_mod, evaluate_broadcast<Mod>},
    {"Mul", 7, 2, 2, 1, kNumbers, shapes_broadcast, evaluate_broadcast<Mul>},
    {"Neg", 7, 1, 1, 1, kNumbers, shapes_same, evaluate_unary<Neg>},
    {"Not", 7, 1, 1, 1, kBooleans, shapes_same, evaluate_unary<Not>},
    {"OneHot", 9, 3, 3, 1, kIntegers, shapes_one_hot, evaluate_one_hot},
    {"Or", 7, 2, 2, 1, kBooleans, shapes_broadcast, evaluate_broadcast<Or>},
    {"Pow", 7, 2, 2, 1, kFloats, shapes_broadcast, evaluate_broadcast<Pow>},
    {"RNN", 7, 3, 6, 2, kFloats, shapes_rnn, evaluate_rnn},
    {"Range", 11, 3, 3, 1, kNumbers, shapes_range, evaluate_range},
    {"Reciprocal", 7, 1, 1, 1, kFloats, shapes_same, evaluate_function<reciprocal>},
    {"ReduceMax", 7, 1, 2, 1, kNumbers, shapes_reduce, evaluate_reduce_max},
    {"ReduceMean", 7, 1, 2, 1, kFloats, shapes_reduce, evaluate_reduce_mean},
    {"ReduceMin", 7, 1, 2, 1, kNumbers, shapes_reduce, evaluate_reduce_min},
    {"ReduceSum", 7, 1, 2, 1, kNumbers, shapes_reduce_sum, evaluate_reduce_sum},
    {"Relu", 7, 1, 1, 1, kNumbers, shapes_same, evaluate_unary<Relu>},
    {"Reshape", 7, 2, 2, 1, kAny, shapes_reshape, evaluate_copy},
    {"Round", 11, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::nearbyint>},
    {"Shape", 7, 1, 1, 1, kAny, shapes_shape, evaluate_shape},
    {"Sigmoid", 7, 1, 1, 1, kFloats, shapes_same, evaluate_function<sigmoid>},
    {"Sign", 9, 1, 1, 1, kNumbers, shapes_same, evaluate_unary<Sign>},
    {"Size", 7, 1, 1, 1, kAny, shapes_size, evaluate_size},
    {"Slice", 7, 1, 5, 1, kAny, shapes_slice, evaluate_slice},
    {"Softmax", 7, 1, 1, 1, kFloats, shapes_softmax, evaluate_softmax},
    {"Softplus", 7, 1, 1, 1, kFloats, shapes_same, evaluate_function<softplus>},
    {"Split", 7, 1, 2, kMany, kAny, shapes_split, evaluate_split},
    {"Sqrt", 7, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::sqrt>},
    {"Squeeze", 7, 1, 2, 1, kAny, shapes_squeeze, evaluate_copy},
    {"Sub", 7, 2, 2, 1, kNumbers, shapes_broadcast, evaluate_broadcast<Sub>},
    {"Sum", 8, 1, kMany, 1, kFloats, shapes_broadcast, evaluate_broadcast<Add>},
    {"Tanh", 7, 1, 1, 1, kFloats, shapes_same, evaluate_function<std::tanh>},
    {"TopK", 7, 1, 2, 2, kNumbers, shapes_top_k, evaluate_top_k},
    {"Transpose", 7, 1, 1, 1, kAny, shapes_transpose, evaluate_transpose},
    {"Unsqueeze", 7, 1, 2, 1, kAny, shapes_unsqueeze, evaluate_copy},
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

std::optional<std::string> unsupported(const Node& node, int64_t opset) {
    const Operator* row = find_operator(node.op);
    if (!row) return "is not a supported operator";
    if (opset < row->since)
        return "is an operator of opset " + std::to_string(row->since) + " and later";
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
