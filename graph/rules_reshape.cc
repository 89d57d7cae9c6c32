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
Tensor constant_of(const NodeContext& context) {
    if (auto value = context.attribute("value"))
        if (auto tensor = std::get_if<Tensor>(value)) return *tensor;
    if (auto value = context.attribute("value_float"))
        if (auto number = std::get_if<float>(value))
            return Tensor::of<float>(Type::float32, {}, {*number});
    if (auto value = context.attribute("value_int"))
        if (auto number = std::get_if<int64_t>(value))
            return Tensor::of<int64_t>(Type::int64, {}, {*number});
    if (auto value = context.attribute("value_floats"))
        if (auto numbers = std::get_if<std::vector<float>>(value))
            return Tensor::of(Type::float32, {static_cast<int64_t>(numbers->size())}, *numbers);
    if (auto value = context.attribute("value_ints"))
        if (auto numbers = std::get_if<std::vector<int64_t>>(value))
            return Tensor::of(Type::int64, {static_cast<int64_t>(numbers->size())}, *numbers);
    context.fail(
        "has no value of a supported kind (value, value_int, value_ints, value_float, "
        "value_floats)");
}

Tensor filling_of(const NodeContext& context) {
    auto attribute = context.attribute("value");
    if (!attribute) return Tensor::of<float>(Type::float32, {1}, {0.0f});
    auto tensor = std::get_if<Tensor>(attribute);
    if (!tensor || tensor->element_count() != 1)
        context.fail("has a value that is not a tensor of one element");
    return *tensor;
}

// The part of input 0's shape that Shape gives, its bounds clipped (opset 15).
Dimensions shape_part(const NodeContext& context) {
    const Dimensions& shape = context.shape(0);
    int64_t rank = static_cast<int64_t>(shape.size());
    auto clipped = [&](int64_t at) {
        return std::clamp<int64_t>(at < 0 ? at + rank : at, 0, rank);
    };
    int64_t start = clipped(context.integer_attribute("start", 0));
    int64_t end = std::max(start, clipped(context.integer_attribute("end", rank)));
    return {shape.begin() + start, shape.begin() + end};
}

// Sorted and different axes of `rank` dimensions.
std::vector<size_t> axes_of(const NodeContext& context, const std::vector<int64_t>& axes,
                            size_t rank) {
    std::vector<size_t> result;
    for (int64_t axis : axes) result.push_back(context.axis(axis, rank));
    std::sort(result.begin(), result.end());
    if (std::adjacent_find(result.begin(), result.end()) != result.end())
        context.fail("names an axis twice");
    return result;
}

// a * b, or more elements than any tensor has.
int64_t bounded_product(int64_t a, int64_t b) {
    constexpr int64_t kTooMany = int64_t{1} << 62;
    return b != 0 && a > kTooMany / b ? kTooMany : a * b;
}

void check_rank_one(const NodeContext& context, size_t input) {
    if (context.shape(input).size() != 1)
        context.fail("has an input that is not a list: " + text_of(context.shape(input)));
}

}  // namespace

std::vector<TypedShape> shapes_constant(const NodeContext& context) {
    Tensor tensor = constant_of(context);
    return {{tensor.type, tensor.shape}};
}

void evaluate_constant(const NodeContext& context, std::vector<Value>& outputs) {
    outputs[0] = value_of(constant_of(context));
}

std::vector<TypedShape> shapes_constant_of_shape(const NodeContext& context) {
    check_rank_one(context, 0);
    return {{filling_of(context).type, context.integers(0)}};
}

void evaluate_constant_of_shape(const NodeContext& context, std::vector<Value>& outputs) {
    Value filling = value_of(filling_of(context));
    if (is_float(filling.type))
        std::fill(outputs[0].numbers.begin(), outputs[0].numbers.end(), filling.numbers[0]);
    else
        std::fill(outputs[0].integers.begin(), outputs[0].integers.end(), filling.integers[0]);
}

std::vector<TypedShape> shapes_constant_fill(const NodeContext& context) {
    check_rank_one(context, 0);
    if (context.integer_attribute("input_as_shape", 0) != 1 ||
        context.integer_attribute("dtype", 1) != 1 || context.integers_attribute("extra_shape"))
        context.fail(
            "does not fill the shape of its input with float32; that is all that is supported");
    return {{Type::float32, context.integers(0)}};
}

void evaluate_constant_fill(const NodeContext& context, std::vector<Value>& outputs) {
    std::fill(outputs[0].numbers.begin(), outputs[0].numbers.end(),
              context.number_attribute("value", 0));
}

std::vector<TypedShape> shapes_shape(const NodeContext& context) {
    return {{Type::int64, {static_cast<int64_t>(shape_part(context).size())}}};
}

void evaluate_shape(const NodeContext& context, std::vector<Value>& outputs) {
    outputs[0].integers = shape_part(context);
}

std::vector<TypedShape> shapes_size(const NodeContext&) {
    return {{Type::int64, {}}};
}

void evaluate_size(const NodeContext& context, std::vector<Value>& outputs) {
    outputs[0].integers = {count_of(context.shape(0))};
}

std::vector<TypedShape> shapes_range(const NodeContext& context) {
    double bounds[3];  // start, limit, delta
    for (size_t i = 0; i < 3; i++) {
        const Value& value = context.value(i);
        if (value.count() != 1 || value.type != context.input(0).type)
            context.fail("has bounds that are not three scalars of one type");
        bounds[i] = value.number(0);
    }
    double count = std::ceil((bounds[1] - bounds[0]) / bounds[2]);
    if (!(count <= 1e9)) context.fail("has a step of zero or too many elements");
    return {{context.input(0).type, {static_cast<int64_t>(std::max(count, 0.0))}}};
}

void evaluate_range(const NodeContext& context, std::vector<Value>& outputs) {
    const Value &start = context.value(0), &delta = context.value(2);
    for (size_t i = 0; i < outputs[0].numbers.size(); i++)
        outputs[0].numbers[i] = start.numbers[0] + static_cast<double>(i) * delta.numbers[0];
    for (size_t i = 0; i < outputs[0].integers.size(); i++)
        outputs[0].integers[i] =
            wrapped(start.type, static_cast<int64_t>(static_cast<uint64_t>(start.integers[0]) +
                                                     i * static_cast<uint64_t>(delta.integers[0])));
}

std::vector<TypedShape> shapes_reshape(const NodeContext& context) {
    check_rank_one(context, 1);
    Dimensions shape = context.integers(1);
    bool zero_copies = context.integer_attribute("allowzero", 0) == 0;
    int64_t count = count_of(context.shape(0)), known = 1;
    size_t open = shape.size();
    for (size_t i = 0; i < shape.size(); i++) {
        if (shape[i] == 0 && zero_copies) {
            if (i >= context.shape(0).size())
                context.fail("copies a dimension that its input lacks");
            shape[i] = context.shape(0)[i];
        }
        if (shape[i] < -1 || (shape[i] == -1 && open != shape.size()))
            context.fail("has the shape " + text_of(shape) + ", which is none");
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
        context.fail("reshapes " + text_of(context.shape(0)) + " to " + text_of(shape) +
                     ", which has other elements");
    return {{context.input(0).type, shape}};
}

std::vector<TypedShape> shapes_flatten(const NodeContext& context) {
    const Dimensions& shape = context.shape(0);
    int64_t rank = static_cast<int64_t>(shape.size()), axis = context.integer_attribute("axis", 1);
    if (axis < -rank || axis > rank) context.fail("has an axis of " + std::to_string(axis));
    if (axis < 0) axis += rank;
    Dimensions before(shape.begin(), shape.begin() + axis),
        after(shape.begin() + axis, shape.end());
    return {{context.input(0).type, {count_of(before), count_of(after)}}};
}

std::vector<TypedShape> shapes_squeeze(const NodeContext& context) {
    const Dimensions& shape = context.shape(0);
    auto axes = context.integers("axes", 1, 13);
    std::vector<size_t> gone =
        axes_of(context, axes.value_or(std::vector<int64_t>{}), shape.size());
    Dimensions rest;
    for (size_t i = 0; i < shape.size(); i++) {
        bool named = std::binary_search(gone.begin(), gone.end(), i);
        if (named && shape[i] != 1)
            context.fail("squeezes axis " + std::to_string(i) + " of shape " + text_of(shape) +
                         ", which is not 1");
        if (axes ? !named : shape[i] != 1) rest.push_back(shape[i]);
    }
    return {{context.input(0).type, rest}};
}

std::vector<TypedShape> shapes_unsqueeze(const NodeContext& context) {
    auto axes = context.integers("axes", 1, 13);
    if (!axes) context.fail("has no axes");
    Dimensions shape = context.shape(0);
    for (size_t axis : axes_of(context, *axes, shape.size() + axes->size()))
        shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(axis), 1);
    return {{context.input(0).type, shape}};
}

std::vector<TypedShape> shapes_expand(const NodeContext& context) {
    check_rank_one(context, 1);
    Dimensions wanted = context.integers(1);
    auto shape = broadcast(context.shape(0), wanted);
    if (!shape) context.fail("expands " + text_of(context.shape(0)) + " to " + text_of(wanted));
    return {{context.input(0).type, *shape}};
}

void evaluate_expand(const NodeContext& context, std::vector<Value>& outputs) {
    gather(context.value(0), broadcast_offsets(context.shape(0), outputs[0].shape), outputs[0]);
}

}  // namespace quillet
