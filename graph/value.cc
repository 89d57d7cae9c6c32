// A tensor as the slow evaluator computes with it: all floats as double, all integers as int64.
// SPDX-License-Identifier: MIT
#include "graph/value.h"

#include <cmath>
#include <limits>

#include "graph/half.h"

namespace quillet {
namespace {

template <class T, class Element>
std::vector<Element> widened(const Tensor& tensor) {
    std::vector<T> values = tensor.values<T>();
    std::vector<Element> result(values.size());
    for (size_t i = 0; i < values.size(); i++) result[i] = static_cast<Element>(values[i]);
    return result;
}

Tensor tensor_of_halves(const Value& value) {
    std::vector<uint16_t> bits;
    for (double number : value.numbers) bits.push_back(half_of(number, value.type));
    return Tensor::of(value.type, value.shape, bits);
}

template <class T, class Element>
Tensor narrowed(const Value& value, const std::vector<Element>& elements) {
    std::vector<T> result(elements.size());
    for (size_t i = 0; i < elements.size(); i++) result[i] = static_cast<T>(elements[i]);
    return Tensor::of(value.type, value.shape, result);
}

}  // namespace

int64_t count_of(const Dimensions& shape) {
    int64_t count = 1;
    for (int64_t dimension : shape) count *= dimension;
    return count;
}

std::string text_of(const Dimensions& shape) {
    std::string text;
    for (int64_t dimension : shape) text += (text.empty() ? "" : ", ") + std::to_string(dimension);
    return "[" + text + "]";
}

Value::Value(TypedShape what) : TypedShape(std::move(what)) {
    size_t size = static_cast<size_t>(count());
    if (is_float(type))
        numbers.resize(size);
    else
        integers.resize(size);
}

int64_t least_of(Type type) {
    if (is_unsigned(type)) return 0;
    return size_of(type) == 8 ? std::numeric_limits<int64_t>::min()
                              : -(int64_t{1} << (8 * size_of(type) - 1));
}

double greatest_of(Type type) {
    return std::ldexp(1.0, 8 * size_of(type) - (is_unsigned(type) ? 0 : 1)) - 1;
}

int64_t wrapped(Type type, int64_t value) {
    switch (type) {
        case Type::boolean:
            return value != 0;
        case Type::uint8:
            return static_cast<uint8_t>(value);
        case Type::int8:
            return static_cast<int8_t>(value);
        case Type::uint16:
            return static_cast<uint16_t>(value);
        case Type::int16:
            return static_cast<int16_t>(value);
        case Type::int32:
            return static_cast<int32_t>(value);
        case Type::uint32:
            return static_cast<uint32_t>(value);
        default:
            return value;
    }
}

Value value_of(const Tensor& tensor) {
    Value value;
    value.type = tensor.type;
    value.shape = tensor.shape;
    switch (tensor.type) {
        case Type::float32:
            value.numbers = widened<float, double>(tensor);
            break;
        case Type::float64:
            value.numbers = tensor.values<double>();
            break;
        case Type::float16:
        case Type::bfloat16:
            for (uint16_t bits : tensor.values<uint16_t>())
                value.numbers.push_back(number_of_half(bits, tensor.type));
            break;
        case Type::boolean:
        case Type::uint8:
            value.integers = widened<uint8_t, int64_t>(tensor);
            break;
        case Type::int8:
            value.integers = widened<int8_t, int64_t>(tensor);
            break;
        case Type::uint16:
            value.integers = widened<uint16_t, int64_t>(tensor);
            break;
        case Type::int16:
            value.integers = widened<int16_t, int64_t>(tensor);
            break;
        case Type::int32:
            value.integers = widened<int32_t, int64_t>(tensor);
            break;
        case Type::uint32:
            value.integers = widened<uint32_t, int64_t>(tensor);
            break;
        case Type::uint64:
        case Type::int64:
            value.integers = tensor.values<int64_t>();
            break;
    }
    return value;
}

Tensor tensor_of(const Value& value) {
    switch (value.type) {
        case Type::float32:
            return narrowed<float>(value, value.numbers);
        case Type::float64:
            return narrowed<double>(value, value.numbers);
        case Type::float16:
        case Type::bfloat16:
            return tensor_of_halves(value);
        case Type::boolean:
        case Type::uint8:
            return narrowed<uint8_t>(value, value.integers);
        case Type::int8:
            return narrowed<int8_t>(value, value.integers);
        case Type::uint16:
            return narrowed<uint16_t>(value, value.integers);
        case Type::int16:
            return narrowed<int16_t>(value, value.integers);
        case Type::int32:
            return narrowed<int32_t>(value, value.integers);
        case Type::uint32:
            return narrowed<uint32_t>(value, value.integers);
        case Type::uint64:
        case Type::int64:
            return narrowed<int64_t>(value, value.integers);
    }
    return {};
}

}  // namespace quillet
