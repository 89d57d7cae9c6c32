// Rules of elementwise operators: shapes by broadcasting, Where and Cast.
// SPDX-License-Identifier: MIT
#include <cmath>
#include <limits>

#include "graph/decompose.h"
#include "graph/elementwise.h"
#include "graph/half.h"
#include "graph/onnx_tensor.h"
#include "graph/rules.h"

namespace quillet {
namespace {

Dimensions broadcast_all(const NodeContext& context, size_t first) {
    Dimensions shape = context.shape(first);
    for (size_t i = first + 1; i < context.input_count(); i++) {
        auto wider = broadcast(shape, context.shape(i));
        if (!wider)
            context.fail("has inputs of shapes " + text_of(shape) + " and " +
                         text_of(context.shape(i)) + ", which do not broadcast");
        shape = *wider;
    }
    return shape;
}

void check_same_type(const NodeContext& context, size_t first, size_t second) {
    Type a = context.input(first).type, b = context.input(second).type;
    if (a != b)
        context.fail("has inputs of " + name_of(a) + " and " + name_of(b) + "; expected one type");
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

// Whether integers of type `to` hold all those of type `from`.
bool holds_all(Type to, Type from) {
    if (to == Type::boolean) return from == Type::boolean;
    return with_element(to, [&](auto wide) {
        return with_element(from, [&](auto narrow) {
            using Wide = std::numeric_limits<decltype(wide)>;
            using Narrow = std::numeric_limits<decltype(narrow)>;
            return Wide::is_signed >= Narrow::is_signed && Wide::digits >= Narrow::digits;
        });
    });
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

std::vector<TypedShape> shapes_same(const NodeContext& context) {
    return {context.input(0)};
}

std::vector<TypedShape> shapes_test(const NodeContext& context) {
    return {{Type::boolean, context.shape(0)}};
}

std::vector<TypedShape> shapes_broadcast(const NodeContext& context) {
    for (size_t i = 1; i < context.input_count(); i++) check_same_type(context, 0, i);
    return {{context.input(0).type, broadcast_all(context, 0)}};
}

std::vector<TypedShape> shapes_comparison(const NodeContext& context) {
    return {{Type::boolean, shapes_broadcast(context)[0].shape}};
}

std::vector<TypedShape> shapes_mod(const NodeContext& context) {
    if (is_float(context.input(0).type) && context.integer_attribute("fmod", 0) == 0)
        context.fail("takes the remainder of floats without fmod = 1");
    return shapes_broadcast(context);
}

std::vector<TypedShape> shapes_shift(const NodeContext& context) {
    std::string direction = context.text_attribute("direction", "");
    if (direction != "LEFT" && direction != "RIGHT") context.fail("has no direction LEFT or RIGHT");
    if (!is_unsigned(context.input(0).type))
        context.fail("shifts " + name_of(context.input(0).type) +
                     "; only unsigned integers have shifts");
    return shapes_broadcast(context);
}

std::vector<TypedShape> shapes_where(const NodeContext& context) {
    check_same_type(context, 1, 2);
    if (context.attribute(kOneShape) && context.shape(1) != context.shape(2))
        context.fail("chooses while it runs between values of shapes " + text_of(context.shape(1)) +
                     " and " + text_of(context.shape(2)) +
                     ", of an If or a Loop; make its condition a constant, or the shapes the same");
    return {{context.input(1).type, broadcast_all(context, 0)}};
}

void evaluate_where(const NodeContext& context, std::vector<Value>& outputs) {
    const Value& condition = context.value(0);
    Value& result = outputs[0];
    std::vector<size_t> at = broadcast_offsets(condition.shape, result.shape);
    Value otherwise(result);
    gather(context.value(1), broadcast_offsets(context.shape(1), result.shape), result);
    gather(context.value(2), broadcast_offsets(context.shape(2), result.shape), otherwise);
    for (size_t i = 0; i < at.size(); i++) {
        if (condition.integers[at[i]] != 0) continue;
        if (is_float(result.type))
            result.numbers[i] = otherwise.numbers[i];
        else
            result.integers[i] = otherwise.integers[i];
    }
}

std::vector<TypedShape> shapes_cast(const NodeContext& context) {
    const Type to = onnx::element_type(context.integer_attribute("to", 0), context.place());
    if (to == Type::bfloat16)
        context.fail(
            "casts to bfloat16, for which some round and some cut off; use float16 or float32");
    return {{to, context.shape(0)}};
}

void evaluate_cast(const NodeContext& context, std::vector<Value>& outputs) {
    const Value& from = context.value(0);
    Value& to = outputs[0];
    bool from_float = is_float(from.type), to_float = is_float(to.type);
    if (!from_float && !to_float && holds_all(to.type, from.type)) {
        to.integers = from.integers;
        return;
    }
    size_t count = static_cast<size_t>(to.count());
    for (size_t i = 0; i < count; i++) {
        if (is_half(to.type)) {
            to.numbers[i] = number_of_half(half_of(from.number(i), to.type), to.type);
        } else if (to_float) {
            to.numbers[i] = from.number(i);
        } else if (from_float) {
            to.integers[i] = integer_from(from.numbers[i], to.type);
        } else {
            to.integers[i] = wrapped(to.type, from.integers[i]);
        }
    }
}

void evaluate_copy(const NodeContext& context, std::vector<Value>& outputs) {
    outputs[0].numbers = context.value(0).numbers;
    outputs[0].integers = context.value(0).integers;
}

}  // namespace quillet
