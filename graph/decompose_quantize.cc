// The parts of quantization operators: products of integers in int32, scales in float.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "graph/decompose.h"

namespace quillet {
namespace {

// The shape that lines numbers along `axis` up with `rank` axes; a single number fits as it is.
std::string along(Parts& parts, const std::string& value, const Dimensions& shape, int64_t axis,
                  size_t rank) {
    if (count_of(shape) == 1) return parts.reshaped(value, {});
    Dimensions wanted(rank, 1);
    wanted[parts.context.axis(axis, rank)] = -1;
    return parts.reshaped(value, wanted);
}

// A float rounded half to even, the zero point added, clipped to `type`.
void make_quantized(Parts& parts, size_t output, const std::string& scaled, const std::string& zero,
                    Type type) {
    std::string value = parts.add("Round", {scaled});
    if (!zero.empty()) value = parts.add("Add", {value, zero});
    value =
        parts.add("Max", {value, parts.number(static_cast<double>(least_of(type)), Type::float32)});
    value = parts.add("Min", {value, parts.number(greatest_of(type), Type::float32)});
    parts.make(output, "Cast", {value}, {{"to", static_cast<int64_t>(type)}});
}

// Input `i` in int32 less its zero point, input `zero`, of which there may be one for each of `axis`.
std::string centered(Parts& parts, size_t i, size_t zero, int64_t axis) {
    const NodeContext& context = parts.context;
    std::string value = parts.cast(parts.in(i), Type::int32);
    if (!context.has_input(zero)) return value;
    std::string point =
        along(parts, parts.in(zero), context.shape(zero), axis, context.shape(i).size());
    return parts.add("Sub", {value, parts.cast(point, Type::int32)});
}

Parts::Attributes window_attributes(const NodeContext& context) {
    Parts::Attributes attributes;
    for (const char* name : {"auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"})
        if (const Attribute* found = context.attribute(name)) attributes[name] = *found;
    return attributes;
}

}  // namespace

void decompose_quantize(Parts& parts) {
    const NodeContext& context = parts.context;
    const int64_t axis = context.integer_attribute("axis", 1);
    if (context.integer_attribute("block_size", 0) != 0)
        context.fail("quantizes by blocks, which is not supported");
    const size_t rank = context.shape(0).size();
    Type type = context.has_input(2) ? context.input(2).type : Type::uint8;
    if (size_of(type) > 2 || !is_integer(type)) context.fail("quantizes to " + name_of(type));
    std::string x =
        parts.type() == Type::float32 ? parts.in(0) : parts.cast(parts.in(0), Type::float32);
    std::string scale = along(parts, parts.in(1), context.shape(1), axis, rank), zero;
    if (context.has_input(2))
        zero = parts.cast(along(parts, parts.in(2), context.shape(2), axis, rank), Type::float32);
    make_quantized(parts, 0, parts.add("Div", {x, scale}), zero, type);
}

void decompose_dequantize(Parts& parts) {
    const NodeContext& context = parts.context;
    const int64_t axis = context.integer_attribute("axis", 1);
    if (context.integer_attribute("block_size", 0) != 0)
        context.fail("quantizes by blocks, which is not supported");
    std::string value = parts.cast(centered(parts, 0, 2, axis), context.input(1).type);
    std::string scale = along(parts, parts.in(1), context.shape(1), axis, context.shape(0).size());
    parts.make(0, "Mul", {value, scale});
}

// ONNX's formula: the range takes in zero, the zero point is rounded and clipped.
void decompose_dynamic_quantize(Parts& parts) {
    const std::string& x = parts.in(0);
    std::string zero = parts.number(0), most = parts.number(255);
    std::vector<int64_t> axes;
    for (size_t i = 0; i < parts.context.shape(0).size(); i++)
        axes.push_back(static_cast<int64_t>(i));
    auto end = [&](const char* reduce, const char* limit) {
        return parts.add(limit, {parts.reshaped(parts.reduced(reduce, x, axes), {}), zero});
    };
    std::string low = end("ReduceMin", "Min"), high = end("ReduceMax", "Max");
    std::string scale = parts.add("Div", {parts.add("Sub", {high, low}), most});
    std::string place = parts.add("Sub", {zero, parts.add("Div", {low, scale})});
    std::string point =
        parts.add("Round", {parts.add("Min", {parts.add("Max", {place, zero}), most})});
    make_quantized(parts, 0, parts.add("Div", {x, scale}), point, Type::uint8);
    parts.make(1, "Identity", {scale});
    parts.make(2, "Cast", {point}, {{"to", static_cast<int64_t>(Type::uint8)}});
}

// Zero points of a's rows and b's columns, or of an image and its filters.
void decompose_integer_product(Parts& parts) {
    const bool conv = parts.context.node.op == "ConvInteger";
    for (size_t i : {0u, 1u})
        if (size_of(parts.context.input(i).type) != 1)
            parts.context.fail("multiplies " + name_of(parts.context.input(i).type) +
                               "; expected int8 or uint8");
    std::string a = centered(parts, 0, 2, conv ? 1 : -2), b = centered(parts, 1, 3, conv ? 0 : -1);
    parts.make(0, conv ? "Conv" : "MatMul", {a, b},
               conv ? window_attributes(parts.context) : Parts::Attributes{});
}

// Inputs: a, its scale and zero point, b, its scale and zero point, the result's, a bias in int32.
void decompose_qlinear(Parts& parts) {
    const NodeContext& context = parts.context;
    const bool conv = context.node.op == "QLinearConv";
    const size_t rank = context.shape(0).size(), rank_b = context.shape(3).size();
    const int64_t channel = conv ? 1 : -1;
    std::string a = centered(parts, 0, 2, conv ? 1 : -2), b = centered(parts, 3, 5, conv ? 0 : -1);
    Parts::Names inputs = {a, b};
    if (conv && context.has_input(8)) inputs.push_back(parts.in(8));
    std::string sum = parts.add(conv ? "Conv" : "MatMul", inputs,
                                conv ? window_attributes(context) : Parts::Attributes{});
    const size_t rank_y = std::max(rank, rank_b);
    std::string scale_a = along(parts, parts.in(1), context.shape(1), conv ? 1 : -2, rank_y);
    std::string scale_b = along(parts, parts.in(4), context.shape(4), channel, rank_y);
    std::string scale =
        parts.add("Div", {parts.add("Mul", {scale_a, scale_b}), parts.reshaped(parts.in(6), {})});
    std::string scaled = parts.add("Mul", {parts.cast(sum, Type::float32), scale});
    std::string zero = parts.cast(parts.reshaped(parts.in(7), {}), Type::float32);
    make_quantized(parts, 0, scaled, zero, context.input(7).type);
}

}  // namespace quillet
