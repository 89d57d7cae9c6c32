// The table of lowerings, one row for each operator, and the rules of moving and elementwise
// operators.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "compile/kernels.h"
#include "compile/lower.h"
#include "graph/moves.h"

namespace quillet {
namespace {

// Operators that only move elements. Indices, shapes and axes (inputs after the data) must be known.
void lower_moving(Lowering& lowering, const Lowering::Call& call) {
    auto sources = element_sources(call.context, call.outputs);
    for (size_t i = 0; i < call.outputs.size() && i < call.node.outputs.size(); i++) {
        if (call.node.outputs[i].empty()) continue;
        lowering.set(
            call, i,
            *lowering.moved(call, call.inputs, sources[i], call.outputs[i], call.node.outputs[i])
                 .view());
    }
}

// The input's elements under the output's shape.
void lower_same(Lowering& lowering, const Lowering::Call& call) {
    lowering.set(call, 0, *call.inputs[0]->view());
}

void lower_elementwise(Lowering& lowering, const Lowering::Call& call, const char* kernel) {
    int64_t count = count_of(call.outputs[0].shape);
    std::vector<Operand> operands;
    for (Operand* input : call.inputs)
        operands.push_back(lowering.expanded(call, *input, call.outputs[0].shape));
    int result = lowering.add_scratch(call.node.outputs.at(0), call.outputs[0]);
    std::vector<Argument> arguments = {Lowering::all(count, result)};
    for (Operand& operand : operands) arguments.push_back(lowering.read(operand));
    arguments.push_back(IntegerArgument{count});
    lowering.add_step(kernel, std::move(arguments), call.node);
    lowering.set(call, 0, {result, 0});
}

template <const char* const& kernel>
void lower_each(Lowering& lowering, const Lowering::Call& call) {
    lower_elementwise(lowering, call, kernel);
}

constexpr const char* kAdd = "quillet_add_f32";
constexpr const char* kSubtract = "quillet_subtract_f32";
constexpr const char* kMultiply = "quillet_multiply_f32";
constexpr const char* kDivide = "quillet_divide_f32";
constexpr const char* kSigmoid = "quillet_sigmoid_each_f32";
constexpr const char* kTanh = "quillet_tanh_each_f32";
constexpr const char* kRelu = "quillet_relu_f32";

// float32, and each operand as large as the result or, in a token model, known.
bool is_plain_each(const Lowering::Call& call) {
    for (const Operand* input : call.inputs) {
        if (!input || input->type != Type::float32) return false;
        if (input->view() && input->count() != count_of(call.outputs[0].shape)) return false;
    }
    return true;
}

struct Special {
    std::string_view op;
    LoweringRule lower;
    bool (*fits)(const Lowering::Call& call);  // null: always
};

constexpr Special kRules[] = {
    {"Add", lower_add, is_plain_each},
    {"Concat", lower_moving, nullptr},
    {"Div", lower_each<kDivide>, is_plain_each},
    {"Expand", lower_moving, nullptr},
    {"Flatten", lower_same, nullptr},
    {"GRU", lower_gru, is_plain_step},
    {"Gemm", lower_gemm, is_plain_product},
    {"Identity", lower_same, nullptr},
    {"LSTM", lower_lstm, is_plain_step},
    {"MatMul", lower_matmul, is_plain_product},
    {"Mul", lower_each<kMultiply>, is_plain_each},
    {"Pad", lower_moving, nullptr},
    {"Relu", lower_each<kRelu>, is_plain_each},
    {"Reshape", lower_same, nullptr},
    {"ReverseSequence", lower_moving, nullptr},
    {"Sigmoid", lower_each<kSigmoid>, is_plain_each},
    {"Slice", lower_moving, nullptr},
    {"Split", lower_moving, nullptr},
    {"Squeeze", lower_same, nullptr},
    {"Sub", lower_each<kSubtract>, is_plain_each},
    {"Tanh", lower_each<kTanh>, is_plain_each},
    {"Tile", lower_moving, nullptr},
    {"Transpose", lower_moving, nullptr},
    {"Unsqueeze", lower_same, nullptr},
};

}  // namespace

// Y = A + B; a constant or table after a product becomes the product's bias.
void lower_add(Lowering& lowering, const Lowering::Call& call) {
    for (size_t i : {0u, 1u}) {
        const View* view = call.inputs[i]->view();
        Operand& bias = *call.inputs[1 - i];
        if (!view || bias.view() || lowering.plan.steps.empty()) continue;
        Step& last = lowering.plan.steps.back();
        auto* written = std::get_if<BufferArgument>(&last.arguments[0]);
        bool product = std::string_view(last.kernel->name) == "quillet_product_f32" && written &&
                       written->buffer == view->buffer;
        int64_t count = count_of(call.outputs[0].shape);
        if (!product || count != written->count || lowering.uses_of(call.node.inputs[i]) > 1)
            continue;
        Operand start = lowering.expanded(call, bias, call.outputs[0].shape);
        last.arguments.insert(last.arguments.begin() + 2, lowering.read(start));
        last.kernel = &kernel("quillet_affine_f32");
        last.comment += ", " + comment_of(call.node);
        lowering.set(call, 0, *view);
        return;
    }
    lower_elementwise(lowering, call, kAdd);
}

LoweringRule find_lowering(const Lowering::Call& call) {
    const std::string& op = call.node.op;
    // By constant indices elements only move.
    if ((op == "Gather" || op == "GatherElements" || op == "GatherND") && call.has(1) &&
        call.inputs[1]->constant())
        return lower_moving;
    auto found = std::find_if(std::begin(kRules), std::end(kRules),
                              [&](const Special& rule) { return rule.op == op; });
    if (found != std::end(kRules) && (!found->fits || found->fits(call))) return found->lower;
    return find_tensor_lowering(call);
}

}  // namespace quillet
