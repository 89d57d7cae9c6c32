// Rules of operators that make shapes and constants, or change a shape and leave the elements in
// order.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "graph/broadcast.h"
#include "graph/rules.h"

namespace quillet {
namespace {

// The tensor that one of Constant's attributes holds.
Tensor constant_of(const NodeContext& scope) {
    if (auto value = scope.attribute("value"))
        if (auto tensor = std::get_if<Tensor>(value)) return *tensor;
    if (auto value = scope.attribute("value_float"))
        if (auto number = std::get_if<float>(value))
            return Tensor::of<float>(Type::float32, {}, {*number});
    if (auto value = scope.attribute("value_int"))
        if (auto number = std::get_if<int64_t>(value))
            return Tensor::of<int64_t>(Type::int64, {}, {*number});
    if (auto value = scope.attribute("value_floats"))
        if (auto numbers = std::get_if<std::vector<float>>(value))
            return Tensor::of(Type::float32, {static_cast<int64_t>(numbers->size())}, *numbers);
    if (auto value = scope.attribute("value_ints"))
        if (auto numbers = std::get_if<std::vector<int64_t>>(value))
            return Tensor::of(Type::int64, {static_cast<int64_t>(numbers->size())}, *numbers);
    scope.fail(
        "has no value of a supported kind (value, value_int, value_ints, value_float, "
        "value_floats)");
}

Tensor filling_of(const NodeContext& scope) {
    auto attribute = scope.attribute("value");
    if (!attribute) return Tensor::of<float>(Type::float32, {1}, {0.0f});
    auto tensor = std::get_if<Tensor>(attribute);
    if (!tensor || tensor->element_count() != 1)
        scope.fail("has a value that is not a tensor of one element");
    return *tensor;
}

// The part of input 0's shape that Shape gives, its bounds clipped (opset 15).
Dimensions shape_part(const NodeContext& scope) {
    const Dimensions& shape = scope.shape(0);
    int64_t rank = static_cast<int64_t>(shape.size());
    auto clipped = [&](int64_t at) {
        return std::clamp<int64_t>(at < 0 ? at + rank : at, 0, rank);
    };
    int64_t start = clipped(scope.integer_attribute("start", 0));
    int64_t end = std::max(start, clipped(scope.integer_attribute("end", rank)));
    return {shape.begin() + start, shape.begin() + end};
}

// Sorted and different axes of `rank` dimensions.
std::vector<size_t> axes_of(const NodeContext& scope, const std::vector<int64_t>& axes,
                            size_t rank) {
    std::vector<size_t> result;
    for (int64_t axis : axes) result.push_back(scope.axis(axis, rank));
    std::sort(result.begin(), result.end());
    if (std::adjacent_find(result.begin(), result.end()) != result.end())
        scope.fail("names an axis twice");
    return result;
}

// a * b, or more elements than any tensor has.
int64_t bounded_product(int64_t a, int64_t b) {
    constexpr int64_t kTooMany = int64_t{1} << 62;
    return b != 0 && a > kTooMany / b ? kTooMany : a * b;
}

void check_rank_one(const NodeContext& scope, size_t input) {
    if (scope.shape(input).size() != 1)
        scope.fail("has an input that is not a list: " + text_of(scope.shape(input)));
}

}  // namespace

std::vector<TypedShape> shapes_constant(const NodeContext& scope) {
    Tensor tensor = constant_of(scope);
    return {{tensor.type, tensor.shape}};
}

void evaluate_constant(const NodeContext& scope, std::vector<Value>& outputs) {
    outputs[0] = value_of(constant_of(scope));
}

std::vector<TypedShape> shapes_constant_of_shape(const NodeContext& scope) {
    check_rank_one(scope, 0);
    return {{filling_of(scope).type, scope.integers(0)}};
}

void evaluate_constant_of_shape(const NodeContext& scope, std::vector<Value>& outputs) {
    Value filling = value_of(filling_of(scope));
    if (is_float(filling.type))
        std::fill(outputs[0].numbers.begin(), outputs[0].numbers.end(), filling.numbers[0]);
    else
        std::fill(outputs[0].integers.begin(), outputs[0].integers.end(), filling.integers[0]);
}

std::vector<TypedShape> shapes_constant_fill(const NodeContext& scope) {
    check_rank_one(scope, 0);
    if (scope.integer_attribute("input_as_shape", 0) != 1 ||
        scope.integer_attribute("dtype", 1) != 1 || scope.integers_attribute("extra_shape"))
        scope.fail(
            "does not fill the shape of its input with float32; that is all that is supported");
    return {{Type::float32, scope.integers(0)}};
}

void evaluate_constant_fill(const NodeContext& scope, std::vector<Value>& outputs) {
    std::fill(outputs[0].numbers.begin(), outputs[0].numbers.end(),
              scope.number_attribute("value", 0));
}

std::vector<TypedShape> shapes_shape(const NodeContext& scope) {
    return {{Type::int64, {static_cast<int64_t>(shape_part(scope).size())}}};
}

void evaluate_shape(const NodeContext& scope, std::vector<Value>& outputs) {
    outputs[0].integers = shape_part(scope);
}

std::vector<TypedShape> shapes_size(const NodeContext&) {
    return {{Type::int64, {}}};
}

void evaluate_size(const NodeContext& scope, std::vector<Value>& outputs) {
    outputs[0].integers = {count_of(scope.shape(0))};
}

std::vector<TypedShape> shapes_range(const NodeContext& scope) {
    double bounds[3];  // start, limit, delta
    for (size_t i = 0; i < 3; i++) {
        const Value& value = scope.value(i);
        if (value.count() != 1 || value.type != scope.input(0).type)
            scope.fail("has bounds that are not three scalars of one type");
        bounds[i] =
            is_float(value.type) ? value.numbers[0] : static_cast<double>(value.integers[0]);
    }
    double count = std::ceil((bounds[1] - bounds[0]) / bounds[2]);
    if (!(count <= 1e9)) scope.fail("has a step of zero or too many elements");
    return {{scope.input(0).type, {static_cast<int64_t>(std::max(count, 0.0))}}};
}

void evaluate_range(const NodeContext& scope, std::vector<Value>& outputs) {
    const Value &start = scope.value(0), &delta = scope.value(2);
    for (size_t i = 0; i < outputs[0].numbers.size(); i++)
        outputs[0].numbers[i] = start.numbers[0] + static_cast<double>(i) * delta.numbers[0];
    for (size_t i = 0; i < outputs[0].integers.size(); i++)
        outputs[0].integers[i] =
            wrapped(start.type, static_cast<int64_t>(static_cast<uint64_t>(start.integers[0]) +
                                                     i * static_cast<uint64_t>(delta.integers[0])));
}

std::vector<TypedShape> shapes_reshape(const NodeContext& scope) {
    check_rank_one(scope, 1);
    Dimensions shape = scope.integers(1);
    bool zero_copies = scope.integer_attribute("allowzero", 0) == 0;
    int64_t count = count_of(scope.shape(0)), known = 1;
    size_t open = shape.size();
    for (size_t i = 0; i < shape.size(); i++) {
        if (shape[i] == 0 && zero_copies) {
            if (i >= scope.shape(0).size()) scope.fail("copies a dimension that its input lacks");
            shape[i] = scope.shape(0)[i];
        }
        if (shape[i] < -1 || (shape[i] == -1 && open != shape.size()))
            scope.fail("has the shape " + text_of(shape) + ", which is none");
        if (shape[i] == -1)
            open = i;
        else
            known = bounded_product(known, shape[i]);
    }
    if (open < shape.size() && known > 0 && count % known == 0) {
        shape[open] = count / known;
        known = count;
    }
    if (known != count || std::count(shape.begin(), shape.end(), -1) > 0)
        scope.fail("reshapes " + text_of(scope.shape(0)) + " to " + text_of(shape) +
                   ", which has other elements");
    return {{scope.input(0).type, shape}};
}

std::vector<TypedShape> shapes_flatten(const NodeContext& scope) {
    const Dimensions& shape = scope.shape(0);
    int64_t rank = static_cast<int64_t>(shape.size()), axis = scope.integer_attribute("axis", 1);
    if (axis < -rank || axis > rank) scope.fail("has an axis of " + std::to_string(axis));
    if (axis < 0) axis += rank;
    Dimensions before(shape.begin(), shape.begin() + axis),
        after(shape.begin() + axis, shape.end());
    return {{scope.input(0).type, {count_of(before), count_of(after)}}};
}

std::vector<TypedShape> shapes_squeeze(const NodeContext& scope) {
    const Dimensions& shape = scope.shape(0);
    auto axes = scope.integers("axes", 1, 13);
    std::vector<size_t> gone = axes_of(scope, axes.value_or(std::vector<int64_t>{}), shape.size());
    Dimensions rest;
    for (size_t i = 0; i < shape.size(); i++) {
        bool named = std::binary_search(gone.begin(), gone.end(), i);
        if (named && shape[i] != 1)
            scope.fail("squeezes axis " + std::to_string(i) + " of shape " + text_of(shape) +
                       ", which is not 1");
        if (axes ? !named : shape[i] != 1) rest.push_back(shape[i]);
    }
    return {{scope.input(0).type, rest}};
}

std::vector<TypedShape> shapes_unsqueeze(const NodeContext& scope) {
    auto axes = scope.integers("axes", 1, 13);
    if (!axes) scope.fail("has no axes");
    Dimensions shape = scope.shape(0);
    for (size_t axis : axes_of(scope, *axes, shape.size() + axes->size()))
        shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(axis), 1);
    return {{scope.input(0).type, shape}};
}

std::vector<TypedShape> shapes_expand(const NodeContext& scope) {
    check_rank_one(scope, 1);
    Dimensions wanted = scope.integers(1);
    auto shape = broadcast(scope.shape(0), wanted);
    if (!shape) scope.fail("expands " + text_of(scope.shape(0)) + " to " + text_of(wanted));
    return {{scope.input(0).type, *shape}};
}

void evaluate_expand(const NodeContext& scope, std::vector<Value>& outputs) {
    gather(scope.value(0), broadcast_offsets(scope.shape(0), outputs[0].shape), outputs[0]);
}

}  // namespace quillet
