// A tensor as the slow evaluator computes with it: all floats as double, all integers as int64.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "graph/graph.h"

namespace quillet {

using Dimensions = std::vector<int64_t>;

// The product of `shape`. REQUIRES: it fits, as it does for every tensor that was read or inferred.
int64_t count_of(const Dimensions& shape);

std::string text_of(const Dimensions& shape);  // "[1, 2]"

// Elements that a value may have to be computed on the way, or made a constant or a buffer: a hundred times
// any character model's.
inline constexpr int64_t kLargestValue = int64_t{1} << 26;

constexpr bool is_half(Type type) {
    return type == Type::float16 || type == Type::bfloat16;
}
constexpr bool is_float(Type type) {
    return type == Type::float32 || type == Type::float64 || is_half(type);
}
constexpr bool is_unsigned(Type type) {
    return type == Type::uint8 || type == Type::uint16 || type == Type::uint32 ||
           type == Type::uint64;
}
constexpr bool is_integer(Type type) {
    return !is_float(type) && type != Type::boolean;
}

// What a value is before it is known.
struct TypedShape {
    Type type = Type::float32;
    Dimensions shape;

    friend bool operator==(const TypedShape&, const TypedShape&) = default;
};

// A value of `type`: `numbers` for the float types, never rounded to float32; `integers` for the
// others, each within its type's range, a uint64 modulo 2^64. The other vector is empty.
struct Value : TypedShape {
    std::vector<double> numbers;
    std::vector<int64_t> integers;

    Value() = default;
    // All elements zero.
    explicit Value(TypedShape what);

    int64_t count() const { return count_of(shape); }
    double number(size_t i) const;  // element i, of any type
};

// The least and the greatest number of an integer type; of 64 bits the greatest is rounded up.
int64_t least_of(Type type);
double greatest_of(Type type);

// `value` modulo the range of integer type `type`; for boolean whether it is not zero.
int64_t wrapped(Type type, int64_t value);

Value value_of(const Tensor& tensor);

// As a Tensor of the same type: float32 rounds to nearest.
Tensor tensor_of(const Value& value);

}  // namespace quillet
