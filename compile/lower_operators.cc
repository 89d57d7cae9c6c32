// The table of lowerings, one row for each operator, and the rules of moving and elementwise
// operators.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "compile/kernels.h"
#include "compile/lower.h"

namespace quillet {
namespace {

// Operators that only move elements: the slow evaluator moves the elements' numbers instead of the
// elements, and what comes out says where each is read. Indices, shapes and axes (inputs after the
// data) must be known.
void lower_moving(Lowering& lowering, const Lowering::Call& call) {
    constexpr int64_t kInput = int64_t{1} << 32;  // number of an element: input * kInput + place
    bool all_move = call.node.op == "Concat";
    std::vector<Value> numbered(call.inputs.size());
    std::vector<NodeContext::Input> inputs;
    for (size_t i = 0; i < call.inputs.size(); i++) {
        const Operand* input = call.inputs[i];
        bool moves = input && (all_move || i == 0);
        if (input && !moves && !input->constant())
            call.fail("input " + std::to_string(i) + " is not a constant");
        if (moves) {
            numbered[i] = Value({Type::int64, input->shape});
            for (int64_t e = 0; e < input->count(); e++)
                numbered[i].integers[static_cast<size_t>(e)] = static_cast<int64_t>(i) * kInput + e;
        }
        const Value* value = moves ? &numbered[i] : input ? input->constant() : nullptr;
        inputs.push_back(input ? NodeContext::Input{value, value} : NodeContext::Input{});
    }
    NodeContext scope(call.node, call.scope.opset, lowering.where(), inputs);
    std::vector<Value> outputs;
    for (const TypedShape& what : call.outputs)
        outputs.emplace_back(TypedShape{Type::int64, what.shape});
    find_operator(call.node.op)->evaluate(scope, outputs);
    for (size_t i = 0; i < call.outputs.size() && i < call.node.outputs.size(); i++) {
        if (call.node.outputs[i].empty()) continue;
        Lowering::Sources sources;
        for (int64_t number : outputs[i].integers)
            sources.emplace_back(static_cast<size_t>(number / kInput), number % kInput);
        lowering.set(
            call, i,
            *lowering.moved(call, call.inputs, sources, call.outputs[i], call.node.outputs[i])
                 .view());
    }
}

// The input's elements under the output's type and shape.
void lower_same(Lowering& lowering, const Lowering::Call& call) {
    if (call.outputs[0].type != call.inputs[0]->type)
        call.fail("casts a state from " + name_of(call.inputs[0]->type) + " to " +
                  name_of(call.outputs[0].type) + "; expected float32 throughout");
    if (!call.inputs[0]->view()) call.fail("needs a constant shape");
    lowering.set(call, 0, *call.inputs[0]->view());
}

void lower_elementwise(Lowering& lowering, const Lowering::Call& call, const char* kernel) {
    int64_t count = count_of(call.outputs[0].shape);
    if (call.outputs[0].type != Type::float32)
        call.fail("computes " + name_of(call.outputs[0].type) + " from a state; expected float32");
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

constexpr LoweringRule kRules[] = {
    {"Add", lower_add},
    {"Cast", lower_same},
    {"Concat", lower_moving},
    {"Div", lower_each<kDivide>},
    {"Expand", lower_moving},
    {"Flatten", lower_same},
    {"GRU", lower_gru},
    {"Gather", lower_moving},
    {"Gemm", lower_gemm},
    {"Identity", lower_same},
    {"LSTM", lower_lstm},
    {"MatMul", lower_matmul},
    {"Mul", lower_each<kMultiply>},
    {"Relu", lower_each<kRelu>},
    {"Reshape", lower_same},
    {"Sigmoid", lower_each<kSigmoid>},
    {"Slice", lower_moving},
    {"Split", lower_moving},
    {"Squeeze", lower_same},
    {"Sub", lower_each<kSubtract>},
    {"Tanh", lower_each<kTanh>},
    {"Transpose", lower_moving},
    {"Unsqueeze", lower_same},
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

const LoweringRule* find_lowering(std::string_view op) {
    auto found = std::find_if(std::begin(kRules), std::end(kRules),
                              [&](const LoweringRule& rule) { return rule.op == op; });
    return found == std::end(kRules) ? nullptr : found;
}

}  // namespace quillet
