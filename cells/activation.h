// Sigmoid, tanh and exp for training: branch-free in float, exact in double.
// SPDX-License-Identifier: MIT
//
// Static, and without the standard library's functions, for each file that includes it to have its
// own: train/kernels.inc is compiled for several instruction sets.
#pragma once

#include <stdint.h>

namespace quillet {

// e^x, relative error below 2e-7; x is clamped to +-87, where float ends.
static inline float exponential(float x) {
    x = x < -87.f ? -87.f : x;
    x = x > 87.f ? 87.f : x;
    // Adding 1.5 * 2^23 rounds to an integer, which then stands in the low bits.
    constexpr float kRound = 12582912.f;
    float shifted = x * 1.44269504f + kRound;
    float n = shifted - kRound;
    float f = x - n * 0.693145752f;
    f -= n * 1.42860677e-6f;
    // Taylor to the sixth degree: |f| <= ln(2) / 2.
    float p = 1.f / 720;
    p = p * f + 1.f / 120;
    p = p * f + 1.f / 24;
    p = p * f + 1.f / 6;
    p = p * f + 0.5f;
    p = p * f + 1.f;
    p = p * f + 1.f;
    uint32_t bits = __builtin_bit_cast(uint32_t, shifted) << 23;
    return __builtin_bit_cast(float, __builtin_bit_cast(uint32_t, p) + bits);
}
static inline double exponential(double x) {
    return __builtin_exp(x);
}

template <class T>
static T sigmoid(T x) {
    return T(1) / (T(1) + exponential(-x));
}

static inline float hyperbolic_tangent(float x) {
    return 1.f - 2.f / (exponential(2.f * x) + 1.f);
}
static inline double hyperbolic_tangent(double x) {
    return __builtin_tanh(x);
}

}  // namespace quillet
