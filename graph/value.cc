// A tensor as the slow evaluator computes with it: all floats as double, all integers as int64.
// SPDX-License-Identifier: MIT
#include "graph/value.h"

#include <cmath>
#include <limits>
#include <type_traits>

#include "graph/half.h"

namespace quillet {
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

double Value::number(size_t i) const {
    if (is_float(type)) return numbers[i];
    return type == Type::uint64 ? static_cast<double>(static_cast<uint64_t>(integers[i]))
                                : static_cast<double>(integers[i]);
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
    if (type == Type::boolean) return value != 0;
    return with_element(type, [&](auto element) {
        return static_cast<int64_t>(static_cast<decltype(element)>(value));
    });
}

Value value_of(const Tensor& tensor) {
    Value value;
    value.type = tensor.type;
    value.shape = tensor.shape;
    with_element(tensor.type, [&](auto element) {
        using T = decltype(element);
        const std::vector<T> elements = tensor.values<T>();
        if constexpr (std::is_floating_point_v<T>) {
            value.numbers.assign(elements.begin(), elements.end());
        } else if (is_half(tensor.type)) {
            for (T half : elements)
                value.numbers.push_back(number_of_half(static_cast<uint16_t>(half), tensor.type));
        } else {
            value.integers.assign(elements.begin(), elements.end());
        }
    });
    return value;
}

Tensor tensor_of(const Value& value) {
    return with_element(value.type, [&](auto element) {
        using T = decltype(element);
        std::vector<T> elements;
        if (is_half(value.type)) {
            for (double number : value.numbers)
                elements.push_back(static_cast<T>(half_of(number, value.type)));
        } else {
            elements.assign(value.numbers.begin(), value.numbers.end());
        }
        elements.insert(elements.end(), value.integers.begin(), value.integers.end());
        return Tensor::of(value.type, value.shape, elements);
    });
}

}  // namespace quillet
