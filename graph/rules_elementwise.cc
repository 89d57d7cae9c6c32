// Rules of elementwise operators: shapes by broadcasting, Where and Cast.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "graph/decompose.h"
#include "graph/elementwise.h"
#include "graph/half.h"
#include "graph/onnx_tensor.h"
#include "graph/rules.h"

namespace quillet {
namespace {

Dimensions broadcast_all(const NodeContext& scope, size_t first) {
    Dimensions shape = scope.shape(first);
    for (size_t i = first + 1; i < scope.input_count(); i++) {
        auto wider = broadcast(shape, scope.shape(i));
        if (!wider)
            scope.fail("has inputs of shapes " + text_of(shape) + " and " +
                       text_of(scope.shape(i)) + ", which do not broadcast");
        shape = *wider;
    }
    return shape;
}

void check_same_type(const NodeContext& scope, size_t first, size_t second) {
    Type a = scope.input(first).type, b = scope.input(second).type;
    if (a != b)
        scope.fail("has inputs of " + name_of(a) + " and " + name_of(b) + "; expected one type");
}

// Towards zero; beyond the type's range its nearest end (ONNX leaves that open), 0 for not a
// number.
int64_t integer_from(double number, Type type) {
    if (type == Type::boolean) return number != 0;
    double whole = std::trunc(number);
    if (std::isnan(whole)) return 0;
    int64_t least = least_of(type);
    if (whole <= static_cast<double>(least)) return least;
    if (whole >= greatest_of(type)) return wrapped(type, integer_of(~bits_of(least)));
    return type == Type::uint64 ? integer_of(static_cast<uint64_t>(whole))
                                : static_cast<int64_t>(whole);
}

double number_of(const Value& integers, size_t i) {
    if (integers.type == Type::uint64) return static_cast<double>(bits_of(integers.integers[i]));
    return static_cast<double>(integers.integers[i]);
}

}  // namespace

std::pair<double, double> parameters_of(const NodeContext& context) {
    struct Row {
        std::string_view op;
        const char *first, *second;
        double first_value, second_value;
    };
    static constexpr Row kRows[] = {
        {"Celu", "alpha", nullptr, 1, 0},
        {"Elu", "alpha", nullptr, 1, 0},
        {"HardSigmoid", "alpha", "beta", 0.2f, 0.5},
        {"IsInf", "detect_negative", "detect_positive", 1, 1},
        {"LeakyRelu", "alpha", nullptr, 0.01f, 0},
        {"Selu", "alpha", "gamma", 1.67326319217681884765625, 1.05070102214813232421875},
        {"Shrink", "lambd", "bias", 0.5, 0},
        {"ThresholdedRelu", "alpha", nullptr, 1, 0},
    };
    for (const Row& row : kRows) {
        if (row.op != context.node.op) continue;
        auto read = [&](const char* name, double otherwise) {
            const Attribute* found = name ? context.attribute(name) : nullptr;
            if (found && std::get_if<int64_t>(found))
                return static_cast<double>(context.integer_attribute(name, 0));
            return name ? context.number_attribute(name, otherwise) : otherwise;
        };
        return {read(row.first, row.first_value), read(row.second, row.second_value)};
    }
    return {0, 0};
}

std::vector<TypedShape> shapes_same(const NodeContext& scope) {
    return {scope.input(0)};
}

std::vector<TypedShape> shapes_test(const NodeContext& scope) {
    return {{Type::boolean, scope.shape(0)}};
}

std::vector<TypedShape> shapes_broadcast(const NodeContext& scope) {
    for (size_t i = 1; i < scope.input_count(); i++) check_same_type(scope, 0, i);
    return {{scope.input(0).type, broadcast_all(scope, 0)}};
}

std::vector<TypedShape> shapes_comparison(const NodeContext& scope) {
    return {{Type::boolean, shapes_broadcast(scope)[0].shape}};
}

std::vector<TypedShape> shapes_mod(const NodeContext& scope) {
    if (is_float(scope.input(0).type) && scope.integer_attribute("fmod", 0) == 0)
        scope.fail("takes the remainder of floats without fmod = 1");
    return shapes_broadcast(scope);
}

std::vector<TypedShape> shapes_shift(const NodeContext& scope) {
    std::string direction = scope.text_attribute("direction", "");
    if (direction != "LEFT" && direction != "RIGHT") scope.fail("has no direction LEFT or RIGHT");
    if (!is_unsigned(scope.input(0).type))
        scope.fail("shifts " + name_of(scope.input(0).type) +
                   "; only unsigned integers have shifts");
    return shapes_broadcast(scope);
}

std::vector<TypedShape> shapes_where(const NodeContext& scope) {
    check_same_type(scope, 1, 2);
    if (scope.attribute(kOneShape) && scope.shape(1) != scope.shape(2))
        scope.fail("chooses while it runs between values of shapes " + text_of(scope.shape(1)) +
                   " and " + text_of(scope.shape(2)) +
                   ", of an If or a Loop; make its condition a constant, or the shapes the same");
    return {{scope.input(1).type, broadcast_all(scope, 0)}};
}

void evaluate_where(const NodeContext& scope, std::vector<Value>& outputs) {
    const Value& condition = scope.value(0);
    Value& result = outputs[0];
    std::vector<size_t> at = broadcast_offsets(condition.shape, result.shape);
    Value otherwise(result);
    gather(scope.value(1), broadcast_offsets(scope.shape(1), result.shape), result);
    gather(scope.value(2), broadcast_offsets(scope.shape(2), result.shape), otherwise);
    for (size_t i = 0; i < at.size(); i++) {
        if (condition.integers[at[i]] != 0) continue;
        if (is_float(result.type))
            result.numbers[i] = otherwise.numbers[i];
        else
            result.integers[i] = otherwise.integers[i];
    }
}

std::vector<TypedShape> shapes_cast(const NodeContext& scope) {
    const Type to = onnx::element_type(scope.integer_attribute("to", 0), scope.place());
    if (to == Type::bfloat16)
        scope.fail(
            "casts to bfloat16, for which some round and some cut off; use float16 or float32");
    return {{to, scope.shape(0)}};
}

void evaluate_cast(const NodeContext& scope, std::vector<Value>& outputs) {
    const Value& from = scope.value(0);
    Value& to = outputs[0];
    bool from_float = is_float(from.type), to_float = is_float(to.type);
    size_t count = static_cast<size_t>(to.count());
    for (size_t i = 0; i < count; i++) {
        if (is_half(to.type)) {
            const double number = from_float ? from.numbers[i] : number_of(from, i);
            to.numbers[i] = number_of_half(half_of(number, to.type), to.type);
        } else if (from_float && to_float) {
            to.numbers[i] = from.numbers[i];
        } else if (from_float) {
            to.integers[i] = integer_from(from.numbers[i], to.type);
        } else if (!to_float) {
            to.integers[i] = wrapped(to.type, from.integers[i]);
        } else {
            to.numbers[i] = number_of(from, i);
        }
    }
}

void evaluate_copy(const NodeContext& scope, std::vector<Value>& outputs) {
    outputs[0].numbers = scope.value(0).numbers;
    outputs[0].integers = scope.value(0).integers;
}

}  // namespace quillet
