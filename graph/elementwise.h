// What elementwise operators do to one element, and the loops over all of them.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "graph/broadcast.h"
#include "graph/operators.h"

namespace quillet {

inline uint64_t bits_of(int64_t value) {
    return static_cast<uint64_t>(value);
}
inline int64_t integer_of(uint64_t bits) {
    return static_cast<int64_t>(bits);
}
inline bool less(double a, double b, Type) {
    return a < b;
}
inline bool less(int64_t a, int64_t b, Type type) {
    return type == Type::uint64 ? bits_of(a) < bits_of(b) : a < b;
}

// Each struct is one operator: of(a, b, context) for doubles, or for integers of context.input(0).type,
// computed modulo 2^64 and wrapped into that type by the loop.
namespace element {

struct Add {
    static double of(double a, double b, const NodeContext&) { return a + b; }
    static int64_t of(int64_t a, int64_t b, const NodeContext&) {
        return integer_of(bits_of(a) + bits_of(b));
    }
};
struct Sub {
    static double of(double a, double b, const NodeContext&) { return a - b; }
    static int64_t of(int64_t a, int64_t b, const NodeContext&) {
        return integer_of(bits_of(a) - bits_of(b));
    }
};
struct Mul {
    static double of(double a, double b, const NodeContext&) { return a * b; }
    static int64_t of(int64_t a, int64_t b, const NodeContext&) {
        return integer_of(bits_of(a) * bits_of(b));
    }
};
struct Div {  // of integers: truncates
    static double of(double a, double b, const NodeContext&) { return a / b; }
    static int64_t of(int64_t a, int64_t b, const NodeContext& context) {
        if (b == 0) context.fail("divides an integer by zero");
        if (context.input(0).type == Type::uint64) return integer_of(bits_of(a) / bits_of(b));
        return b == -1 ? integer_of(0 - bits_of(a)) : a / b;
    }
};
struct Mod {  // fmod = 0, integers only: the sign of b; fmod = 1: C's fmod
    static double of(double a, double b, const NodeContext&) { return std::fmod(a, b); }
    static int64_t of(int64_t a, int64_t b, const NodeContext& context) {
        if (b == 0) context.fail("divides an integer by zero");
        if (context.input(0).type == Type::uint64) return integer_of(bits_of(a) % bits_of(b));
        int64_t rest = b == -1 ? 0 : a % b;
        bool floors = context.integer_attribute("fmod", 0) == 0;
        return floors && rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
    }
};
struct Pow {
    static double of(double a, double b, const NodeContext&) { return std::pow(a, b); }
    static int64_t of(int64_t a, int64_t, const NodeContext&) { return a; }
};
struct Min {
    static double of(double a, double b, const NodeContext&) {
        return std::isnan(a) || a < b ? a : b;
    }
    static int64_t of(int64_t a, int64_t b, const NodeContext& context) {
        return less(a, b, context.input(0).type) ? a : b;
    }
};
struct Max {
    static double of(double a, double b, const NodeContext&) {
        return std::isnan(a) || a > b ? a : b;
    }
    static int64_t of(int64_t a, int64_t b, const NodeContext& context) {
        return less(a, b, context.input(0).type) ? b : a;
    }
};
struct BitShift {  // unsigned; by the type's width or more: 0
    static double of(double a, double, const NodeContext&) { return a; }
    static int64_t of(int64_t a, int64_t b, const NodeContext& context) {
        if (bits_of(b) >= 8 * static_cast<uint64_t>(size_of(context.input(0).type))) return 0;
        bool left = context.text_attribute("direction", "") == "LEFT";
        return integer_of(left ? bits_of(a) << b : bits_of(a) >> b);
    }
};
struct And {
    static double of(double a, double, const NodeContext&) { return a; }
    static int64_t of(int64_t a, int64_t b, const NodeContext&) { return a & b; }
};
struct Or {
    static double of(double a, double, const NodeContext&) { return a; }
    static int64_t of(int64_t a, int64_t b, const NodeContext&) { return a | b; }
};
struct Xor {
    static double of(double a, double, const NodeContext&) { return a; }
    static int64_t of(int64_t a, int64_t b, const NodeContext&) { return a ^ b; }
};

struct Equal {
    template <class T>
    static bool of(T a, T b, Type) {
        return a == b;
    }
};
struct Less {
    template <class T>
    static bool of(T a, T b, Type type) {
        return less(a, b, type);
    }
};
struct LessOrEqual {
    template <class T>
    static bool of(T a, T b, Type type) {
        return a == b || less(a, b, type);
    }
};
// One operand; of integers decompose.cc makes them of others.
inline double negative(double a) {
    return -a;
}
inline double sign(double a) {
    return (a > 0) - (a < 0);
}
inline double relu(double a) {
    return a < 0 ? 0 : a;
}
inline double sigmoid(double a) {
    return 1.0 / (1.0 + std::exp(-a));
}
inline double softplus(double a) {
    return std::max(a, 0.0) + std::log1p(std::exp(-std::fabs(a)));
}
inline double reciprocal(double a) {
    return 1.0 / a;
}
inline double softsign(double a) {
    return a / (1 + std::fabs(a));
}
inline double hard_swish(double a) {
    return a * std::clamp(a / 6 + 0.5, 0.0, 1.0);
}
inline double mish(double a) {
    return a * std::tanh(softplus(a));
}

// Functions with two parameters, the attributes that parameters_of names.
inline double celu(double x, double alpha, double) {
    return x > 0 ? x : alpha * std::expm1(x / alpha);
}
inline double elu(double x, double alpha, double) {
    return x > 0 ? x : alpha * std::expm1(x);
}
inline double hard_sigmoid(double x, double alpha, double beta) {
    return std::clamp(alpha * x + beta, 0.0, 1.0);
}
inline double leaky_relu(double x, double alpha, double) {
    return x < 0 ? alpha * x : x;
}
inline double selu(double x, double alpha, double gamma) {
    return gamma * (x > 0 ? x : alpha * std::expm1(x));
}
inline double shrink(double x, double lambda, double bias) {
    return x < -lambda ? x + bias : x > lambda ? x - bias : 0;
}
inline double thresholded_relu(double x, double alpha, double) {
    return x > alpha ? x : 0;
}
inline double is_nan(double x, double, double) {
    return std::isnan(x);
}
inline double is_inf(double x, double negative, double positive) {
    return std::isinf(x) && (x > 0 ? positive : negative) != 0;
}

struct PRelu {
    static double of(double a, double b, const NodeContext&) { return a < 0 ? a * b : a; }
    static int64_t of(int64_t a, int64_t, const NodeContext&) { return a; }
};

}  // namespace element

// A function of doubles.
template <double (*function)(double)>
void evaluate_function(const NodeContext& context, std::vector<Value>& outputs) {
    const Value& a = context.value(0);
    for (size_t i = 0; i < a.numbers.size(); i++) outputs[0].numbers[i] = function(a.numbers[i]);
}

// The two parameters of an elementwise operator: its attributes alpha and beta, or their like.
std::pair<double, double> parameters_of(const NodeContext& context);

template <double (*function)(double, double, double)>
void evaluate_with_parameters(const NodeContext& context, std::vector<Value>& outputs) {
    const auto [first, second] = parameters_of(context);
    const Value& a = context.value(0);
    for (size_t i = 0; i < a.numbers.size(); i++)
        outputs[0].numbers[i] = function(a.numbers[i], first, second);
}

// To booleans.
template <double (*function)(double, double, double)>
void evaluate_test(const NodeContext& context, std::vector<Value>& outputs) {
    const auto [first, second] = parameters_of(context);
    const Value& a = context.value(0);
    for (size_t i = 0; i < a.numbers.size(); i++)
        outputs[0].integers[i] = function(a.numbers[i], first, second) != 0;
}

template <class F>
void evaluate_broadcast(const NodeContext& context, std::vector<Value>& outputs) {
    const Value &a = context.value(0), &b = context.value(1);
    Value& result = outputs[0];
    std::vector<size_t> at_a = broadcast_offsets(a.shape, result.shape);
    std::vector<size_t> at_b = broadcast_offsets(b.shape, result.shape);
    for (size_t i = 0; i < result.numbers.size(); i++)
        result.numbers[i] = F::of(a.numbers[at_a[i]], b.numbers[at_b[i]], context);
    for (size_t i = 0; i < result.integers.size(); i++)
        result.integers[i] =
            wrapped(result.type, F::of(a.integers[at_a[i]], b.integers[at_b[i]], context));
}

template <class F>
void evaluate_comparison(const NodeContext& context, std::vector<Value>& outputs) {
    const Value &a = context.value(0), &b = context.value(1);
    Value& result = outputs[0];
    std::vector<size_t> at_a = broadcast_offsets(a.shape, result.shape);
    std::vector<size_t> at_b = broadcast_offsets(b.shape, result.shape);
    for (size_t i = 0; i < result.integers.size(); i++)
        result.integers[i] = is_float(a.type)
                                 ? F::of(a.numbers[at_a[i]], b.numbers[at_b[i]], a.type)
                                 : F::of(a.integers[at_a[i]], b.integers[at_b[i]], a.type);
}

}  // namespace quillet
