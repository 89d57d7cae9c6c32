// The general lowerings: operators on tensors of any shape, by the kernels of runtime/quillet_tensor.h and
// quillet_elementwise.h.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "compile/kernels.h"
#include "compile/lower.h"
#include "graph/axes.h"
#include "graph/broadcast.h"
#include "graph/contraction.h"
#include "graph/elementwise.h"
#include "graph/tuples.h"

namespace quillet {
namespace {

using Call = Lowering::Call;

// "HardSwish" to "hard_swish".
std::string snake_case(const std::string& name) {
    std::string result;
    for (size_t i = 0; i < name.size(); i++) {
        bool upper = name[i] >= 'A' && name[i] <= 'Z';
        bool after_lower = i > 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z';
        if (upper && after_lower) result += '_';
        result += upper ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
    }
    return result;
}

IntegerArgument number(int64_t value) {
    return {value};
}
IntegerArgument bytes_of(Type type) {
    return {size_of(stored_as(type))};
}

// The node's output in scratch, set as its value; nothing to compute where it has no elements.
struct Result {
    Argument argument;
    bool empty;
};
Result result_of(Lowering& lowering, const Call& call, size_t output = 0) {
    const bool used = output < call.node.outputs.size() && !call.node.outputs[output].empty();
    const std::string name = used ? call.node.outputs[output] : call.node.outputs[0] + ".unused";
    const int64_t count = count_of(call.outputs[output].shape);
    int buffer = lowering.add_scratch(name, call.outputs[output]);
    lowering.set(call, output, {buffer, 0});
    return {Lowering::all(count, buffer), count == 0};
}

/// elementwise ///

std::string unary_kernel(const Call& call) {
    return "quillet_" + (call.node.op == "IsNaN" ? "is_nan" : snake_case(call.node.op)) + "_each_" +
           suffix_of(call.inputs[0]->type);
}

void lower_unary(Lowering& lowering, const Call& call) {
    Result y = result_of(lowering, call);
    if (y.empty) return;
    auto [first, second] = parameters_of(call.context);
    Value value({call.inputs[0]->type, {2}});
    value.numbers = {first, second};
    Operand parameters = known(std::move(value), call.node.op + " parameters");
    lowering.add_step(unary_kernel(call).c_str(),
                      {y.argument, lowering.read(*call.inputs[0]), lowering.read(parameters),
                       number(call.inputs[0]->count())},
                      call.node);
}

// The binary kernel of an operator; empty where there is none for the type.
std::string binary_kernel(const Call& call) {
    const std::string& op = call.node.op;
    std::string name = snake_case(op);
    if (op == "PRelu") name = "prelu";
    if (op == "Mod")
        name = is_float(call.inputs[0]->type) || call.context.integer_attribute("fmod", 0) ? "fmod"
                                                                                           : "mod";
    if (op == "BitShift")
        name =
            call.context.text_attribute("direction", "") == "LEFT" ? "shift_left" : "shift_right";
    if (op.starts_with("Bitwise")) name = name.substr(8);
    return "quillet_" + name + "_walk_" + suffix_of(call.inputs[0]->type);
}

void lower_binary(Lowering& lowering, const Call& call) {
    Result y = result_of(lowering, call);
    if (y.empty) return;
    const Dimensions& shape = call.outputs[0].shape;
    lowering.add_step(
        binary_kernel(call).c_str(),
        {y.argument, lowering.read(*call.inputs[0]), lowering.read(*call.inputs[1]),
         lowering.walk(call, shape,
                       {strides_of(shape), broadcast_strides(call.inputs[0]->shape, shape),
                        broadcast_strides(call.inputs[1]->shape, shape)})},
        call.node);
}

void lower_select(Lowering& lowering, const Call& call) {
    Result y = result_of(lowering, call);
    if (y.empty) return;
    const Dimensions& shape = call.outputs[0].shape;
    std::vector<Dimensions> strides = {strides_of(shape)};
    std::vector<Argument> arguments = {y.argument};
    for (Operand* input : call.inputs) {
        strides.push_back(broadcast_strides(input->shape, shape));
        arguments.push_back(lowering.read(*input));
    }
    arguments.push_back(lowering.walk(call, shape, strides));
    arguments.push_back(bytes_of(call.outputs[0].type));
    lowering.add_step("quillet_select", std::move(arguments), call.node);
}

void lower_cast(Lowering& lowering, const Call& call) {
    if (call.outputs[0].type == call.inputs[0]->type && call.inputs[0]->view())
        return lowering.set(call, 0, *call.inputs[0]->view());
    Result y = result_of(lowering, call);
    if (y.empty) return;
    lowering.add_step(
        "quillet_cast",
        {y.argument, lowering.read(*call.inputs[0]),
         number(static_cast<int64_t>(call.outputs[0].type)),
         number(static_cast<int64_t>(call.inputs[0]->type)), number(call.inputs[0]->count())},
        call.node);
}

/// reductions and products ///

void lower_reduction(Lowering& lowering, const Call& call) {
    Result y = result_of(lowering, call);
    const Operand& x = *call.inputs[0];
    if (y.empty) return;
    if (x.count() == 0) call.fail("reduces no elements");
    const std::vector<bool> reduced = reduced_axes(call.context);
    Dimensions strides = strides_of(x.shape), kept, kept_strides, inner, inner_strides;
    for (size_t i = 0; i < reduced.size(); i++) {
        (reduced[i] ? inner : kept).push_back(x.shape[i]);
        (reduced[i] ? inner_strides : kept_strides).push_back(strides[i]);
    }
    std::string kind = call.node.op == "ReduceSum"    ? "sum"
                       : call.node.op == "ReduceProd" ? "prod"
                       : call.node.op == "ReduceMax"  ? "greatest"
                                                      : "least";
    lowering.add_step(("quillet_reduce_" + kind + "_" + suffix_of(x.type)).c_str(),
                      {y.argument, lowering.read(*call.inputs[0]),
                       lowering.walk(call, kept, {strides_of(kept), kept_strides}),
                       lowering.walk(call, inner, {inner_strides})},
                      call.node);
}

// Y = sum of products; Gemm's factors and third input afterwards.
void lower_contraction(Lowering& lowering, const Call& call) {
    Contraction c = contraction_of(call.context);
    const Type type = call.inputs[0]->type;
    const bool gemm = call.node.op == "Gemm";
    const double alpha = gemm ? call.context.number_attribute("alpha", 1) : 1;
    const double beta = gemm ? call.context.number_attribute("beta", 1) : 1;
    Dimensions kept, kept_y, kept_a, kept_b, inner, inner_a, inner_b;
    for (const ContractionAxis& axis : c.axes) {
        (axis.summed ? inner : kept).push_back(axis.size);
        (axis.summed ? inner_a : kept_a).push_back(axis.a);
        (axis.summed ? inner_b : kept_b).push_back(axis.b);
        if (!axis.summed) kept_y.push_back(axis.y);
    }
    Result y = result_of(lowering, call);
    if (y.empty) return;
    if (count_of(inner) == 0) call.fail("sums no products");
    const std::string suffix = suffix_of(type);
    Value ones({type, {1}});
    is_float(type) ? (ones.numbers = {1}, 0) : (ones.integers = {1}, 0);
    Operand one = known(std::move(ones), "one");
    Operand& second = call.inputs.size() > 1 ? *call.inputs[1] : one;
    auto scratch = [&](const char* name) {
        int buffer = lowering.add_scratch(call.node.outputs[0] + name, call.outputs[0]);
        return Lowering::all(count_of(call.outputs[0].shape), buffer);
    };
    const bool scales = alpha != 1, adds = gemm && call.has(2);
    Argument target = y.argument;
    if (scales || adds) target = scratch(".product");
    lowering.add_step(("quillet_contract_" + suffix).c_str(),
                      {target, lowering.read(*call.inputs[0]), lowering.read(second),
                       lowering.walk(call, kept, {kept_y, kept_a, kept_b}),
                       lowering.walk(call, inner, {inner_a, inner_b})},
                      call.node);
    const Dimensions &shape = call.outputs[0].shape, own = strides_of(shape), none(shape.size(), 0);
    auto scaled = [&](Argument from, const Dimensions& strides, double factor, Argument to) {
        Value value({type, {1}});
        value.numbers = {factor};
        Operand constant = known(std::move(value), "factor");
        lowering.add_step(
            ("quillet_mul_walk_" + suffix).c_str(),
            {to, from, lowering.read(constant), lowering.walk(call, shape, {own, strides, none})},
            call.node);
    };
    if (scales) {
        Argument next = adds ? scratch(".scaled") : y.argument;
        scaled(target, own, alpha, next);
        target = next;
    }
    if (!adds) return;
    Argument bias = lowering.read(*call.inputs[2]);
    Dimensions strides = broadcast_strides(call.inputs[2]->shape, shape);
    if (beta != 1) {
        Argument next = scratch(".bias");
        scaled(bias, strides, beta, next);
        bias = next, strides = own;
    }
    lowering.add_step(("quillet_add_walk_" + suffix).c_str(),
                      {y.argument, target, bias, lowering.walk(call, shape, {own, own, strides})},
                      call.node);
}

/// along an axis ///

std::vector<Argument> around_arguments(const Around& around) {
    return {number(static_cast<int64_t>(around.outer)), number(static_cast<int64_t>(around.size)),
            number(static_cast<int64_t>(around.inner))};
}

void append(std::vector<Argument>& to, const std::vector<Argument>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

void lower_softmax(Lowering& lowering, const Call& call) {
    Result y = result_of(lowering, call);
    if (y.empty) return;
    std::vector<Argument> arguments = {y.argument, lowering.read(*call.inputs[0])};
    append(arguments, around_arguments(softmax_around(call.context)));
    lowering.add_step(("quillet_" + snake_case(call.node.op) + "_f32").c_str(),
                      std::move(arguments), call.node);
}

void lower_arg(Lowering& lowering, const Call& call) {
    Result y = result_of(lowering, call);
    if (y.empty) return;
    std::vector<Argument> arguments = {y.argument, lowering.read(*call.inputs[0])};
    append(arguments,
           around_arguments(Around(call.inputs[0]->shape, call.context.axis_attribute(0))));
    arguments.push_back(number(call.node.op == "ArgMax" ? 1 : -1));
    arguments.push_back(number(call.context.integer_attribute("select_last_index", 0) != 0));
    lowering.add_step(("quillet_arg_" + suffix_of(call.inputs[0]->type)).c_str(),
                      std::move(arguments), call.node);
}

void lower_top(Lowering& lowering, const Call& call) {
    Result values = result_of(lowering, call, 0), places = result_of(lowering, call, 1);
    if (values.empty) return;
    const size_t axis = call.context.axis_attribute(-1);
    std::vector<Argument> arguments = {values.argument, places.argument,
                                       lowering.read(*call.inputs[0])};
    append(arguments, around_arguments(Around(call.inputs[0]->shape, axis)));
    arguments.push_back(number(call.outputs[0].shape[axis]));
    arguments.push_back(number(call.context.integer_attribute("largest", 1) != 0 ? 1 : -1));
    lowering.add_step(("quillet_top_" + suffix_of(call.inputs[0]->type)).c_str(),
                      std::move(arguments), call.node);
}

void lower_cumsum(Lowering& lowering, const Call& call) {
    Result y = result_of(lowering, call);
    if (y.empty) return;
    const size_t axis =
        call.context.axis(call.context.integers(1).at(0), call.inputs[0]->shape.size());
    std::vector<Argument> arguments = {y.argument, lowering.read(*call.inputs[0])};
    append(arguments, around_arguments(Around(call.inputs[0]->shape, axis)));
    arguments.push_back(number(call.context.integer_attribute("exclusive", 0) != 0));
    arguments.push_back(number(call.context.integer_attribute("reverse", 0) != 0));
    lowering.add_step(("quillet_cumsum_" + suffix_of(call.inputs[0]->type)).c_str(),
                      std::move(arguments), call.node);
}

/// indices ///

// Indices in int64, as the kernels take them.
Argument indices_of(Lowering& lowering, const Call& call, size_t input) {
    Operand& indices = *call.inputs[input];
    if (indices.type == Type::int64) return lowering.read(indices);
    TypedShape what{Type::int64, indices.shape};
    int buffer = lowering.add_scratch(call.node.outputs[0] + ".indices", what);
    Argument wide = Lowering::all(indices.count(), buffer);
    lowering.add_step("quillet_cast",
                      {wide, lowering.read(indices), number(static_cast<int64_t>(Type::int64)),
                       number(static_cast<int64_t>(indices.type)), number(indices.count())},
                      call.node);
    return wide;
}

// Indices that are chosen by need something to choose from.
void require_elements(const Call& call) {
    if (call.inputs[0]->count() == 0) call.fail("chooses from no elements");
}

void lower_gather(Lowering& lowering, const Call& call) {
    Argument indices = indices_of(lowering, call, 1);
    Result y = result_of(lowering, call);
    if (y.empty) return;
    require_elements(call);
    std::vector<Argument> arguments = {y.argument, lowering.read(*call.inputs[0]), indices};
    append(arguments,
           around_arguments(Around(call.inputs[0]->shape, call.context.axis_attribute(0))));
    arguments.push_back(number(call.inputs[1]->count()));
    arguments.push_back(bytes_of(call.outputs[0].type));
    lowering.add_step("quillet_gather", std::move(arguments), call.node);
}

// A walk over the shape of the indices, input 1: result or updates, indices, data without the axis.
struct AlongAxis {
    Argument walk;
    int64_t size, stride;
};
AlongAxis along_axis(Lowering& lowering, const Call& call) {
    const Dimensions &data = call.inputs[0]->shape, &shape = call.inputs[1]->shape;
    const size_t axis = call.context.axis_attribute(0);
    Dimensions strides = strides_of(data), others = strides;
    others[axis] = 0;
    return {lowering.walk(call, shape, {strides_of(shape), strides_of(shape), others}), data[axis],
            strides[axis]};
}

void lower_gather_elements(Lowering& lowering, const Call& call) {
    Argument indices = indices_of(lowering, call, 1);
    Result y = result_of(lowering, call);
    if (y.empty) return;
    require_elements(call);
    AlongAxis along = along_axis(lowering, call);
    lowering.add_step("quillet_gather_elements",
                      {y.argument, lowering.read(*call.inputs[0]), indices, along.walk,
                       number(along.size), number(along.stride), bytes_of(call.outputs[0].type)},
                      call.node);
}

// The data copied to the result, in which updates are then placed.
Result copy_of_data(Lowering& lowering, const Call& call) {
    Result y = result_of(lowering, call);
    if (y.empty) return y;
    const Dimensions flat = {call.inputs[0]->count()};
    lowering.add_step("quillet_move",
                      {y.argument, lowering.read(*call.inputs[0]),
                       lowering.walk(call, flat, {{1}, {1}}), bytes_of(call.outputs[0].type)},
                      call.node);
    return y;
}

int64_t reduction_of(const Call& call) {
    const std::string how = call.context.text_attribute("reduction", "none");
    static constexpr const char* kNames[] = {"none", "add", "mul", "max", "min"};
    for (int64_t i = 0; i < 5; i++)
        if (how == kNames[i]) {
            if (i > 0 && call.outputs[0].type != Type::float32)
                call.fail("reduces " + name_of(call.outputs[0].type) + "; expected float32");
            return i;
        }
    call.fail("has the reduction " + how);
}

void lower_scatter_elements(Lowering& lowering, const Call& call) {
    const int64_t how = reduction_of(call);
    Argument indices = indices_of(lowering, call, 1);
    Result y = copy_of_data(lowering, call);
    if (y.empty || call.inputs[1]->count() == 0) return;
    AlongAxis along = along_axis(lowering, call);
    lowering.add_step(
        how > 0 ? "quillet_scatter_elements_f32" : "quillet_scatter_elements",
        {y.argument, lowering.read(*call.inputs[2]), indices, along.walk, number(along.size),
         number(along.stride), how > 0 ? number(how) : bytes_of(call.outputs[0].type)},
        call.node);
}

// How many parts an index has and, of each, size and stride in the data after the batches.
std::vector<int32_t> tuple_table(const Call& call, const Tuples& tuples) {
    const Dimensions& data = call.inputs[0]->shape;
    Dimensions strides = strides_of(data);
    std::vector<int32_t> table = {static_cast<int32_t>(tuples.depth)};
    for (size_t d = tuples.batches; d < tuples.batches + tuples.depth; d++) {
        table.push_back(static_cast<int32_t>(data[d]));
        table.push_back(static_cast<int32_t>(strides[d]));
    }
    return table;
}

void lower_gather_nd(Lowering& lowering, const Call& call) {
    Argument indices = indices_of(lowering, call, 1);
    Result y = result_of(lowering, call);
    if (y.empty) return;
    require_elements(call);
    const Tuples tuples(call.context);
    const Dimensions& data = call.inputs[0]->shape;
    int64_t batch = 1;
    for (size_t i = 0; i < tuples.batches; i++) batch *= data[i];
    const int64_t count = call.inputs[1]->count() / static_cast<int64_t>(tuples.depth);
    lowering.add_step(
        "quillet_gather_nd",
        {y.argument, lowering.read(*call.inputs[0]), indices,
         lowering.table(tuple_table(call, tuples)), number(batch), number(count / batch),
         number(tuples.row), number(count_of(data) / batch), bytes_of(call.outputs[0].type)},
        call.node);
}

void lower_scatter_nd(Lowering& lowering, const Call& call) {
    const int64_t how = reduction_of(call);
    Argument indices = indices_of(lowering, call, 1);
    Result y = copy_of_data(lowering, call);
    if (y.empty || call.inputs[1]->count() == 0) return;
    const Tuples tuples(call.context);
    lowering.add_step(how > 0 ? "quillet_scatter_nd_f32" : "quillet_scatter_nd",
                      {y.argument, lowering.read(*call.inputs[2]), indices,
                       lowering.table(tuple_table(call, tuples)),
                       number(call.inputs[1]->count() / static_cast<int64_t>(tuples.depth)),
                       number(tuples.row), how > 0 ? number(how) : bytes_of(call.outputs[0].type)},
                      call.node);
}

void lower_one_hot(Lowering& lowering, const Call& call) {
    Argument indices = indices_of(lowering, call, 0);
    Result y = result_of(lowering, call);
    if (y.empty) return;
    const Dimensions& shape = call.outputs[0].shape;
    const size_t axis = call.context.axis(call.context.integer_attribute("axis", -1), shape.size());
    std::vector<Argument> arguments = {y.argument, indices, lowering.read(*call.inputs[2])};
    append(arguments, around_arguments(Around(shape, axis)));
    arguments.push_back(bytes_of(call.outputs[0].type));
    lowering.add_step("quillet_one_hot", std::move(arguments), call.node);
}

struct Row {
    std::string_view op;
    LoweringRule lower;
    bool only_float32 = false;  // its kernel knows no other type of input 0
};
constexpr Row kRows[] = {
    {"ArgMax", lower_arg},
    {"ArgMin", lower_arg},
    {"AveragePool", lower_window, true},
    {"Cast", lower_cast},
    {"Conv", lower_window},
    {"ConvTranspose", lower_window, true},
    {"CumSum", lower_cumsum},
    {"Einsum", lower_contraction},
    {"GRU", lower_recurrence, true},
    {"Gather", lower_gather},
    {"GatherElements", lower_gather_elements},
    {"GatherND", lower_gather_nd},
    {"Gemm", lower_contraction},
    {"Hardmax", lower_softmax, true},
    {"LSTM", lower_recurrence, true},
    {"LogSoftmax", lower_softmax, true},
    {"MatMul", lower_contraction},
    {"MaxPool", lower_window},
    {"OneHot", lower_one_hot},
    {"RNN", lower_recurrence, true},
    {"ReduceMax", lower_reduction},
    {"ReduceMin", lower_reduction},
    {"ReduceProd", lower_reduction},
    {"ReduceSum", lower_reduction},
    {"ScatterElements", lower_scatter_elements},
    {"ScatterND", lower_scatter_nd},
    {"Softmax", lower_softmax, true},
    {"TopK", lower_top},
    {"Where", lower_select},
};

}  // namespace

std::string suffix_of(Type type) {
    type = stored_as(type);
    const std::string bits = std::to_string(8 * size_of(type));
    return (is_float(type) ? "f" : is_unsigned(type) ? "u" : "i") + bits;
}

LoweringRule find_tensor_lowering(const Call& call) {
    for (const Row& row : kRows)
        if (row.op == call.node.op) {
            if (row.only_float32 && call.inputs[0]->type != Type::float32)
                call.fail("has no kernel for " + name_of(call.inputs[0]->type) +
                          "; expected float32");
            return row.lower;
        }
    if (call.inputs.size() == 1 && find_kernel(unary_kernel(call))) return lower_unary;
    if (call.inputs.size() == 2 && find_kernel(binary_kernel(call))) return lower_binary;
    return nullptr;
}

}  // namespace quillet
