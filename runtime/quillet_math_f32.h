/* exp, sigmoid and tanh of a float from + - * / in a fixed order: the same bits on every machine.
 * SPDX-License-Identifier: MIT
 *
 * No libm, no table, no branch, so that loops over them vectorise. Every argument gives a finite
 * result, normal save for tanh of the least arguments; a NaN counts as the farthest argument.
 * Largest errors, measured over every seventh float against double: exp 0.98 ulp, sigmoid 2.48 ulp,
 * tanh 2.38 ulp. Cost of each: one polynomial of degree 7; sigmoid and tanh also one division.
 * Method: x = n ln 2 + r, e^r - 1 by the polynomial of Moshier's Cephes (expf.c), 2^n by its bits.
 */
#ifndef QUILLET_MATH_F32_H
#define QUILLET_MATH_F32_H

#include <float.h>
#include <stdint.h>
#include <string.h>

/* What would change the bits: sums in another order, products kept unrounded, fused products. */
#ifdef __FAST_MATH__
#    error "quillet computes the same bits everywhere only without -ffast-math"
#endif
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 16
#    error "quillet needs float arithmetic in float; on 32-bit x86 compile with -msse2 -mfpmath=sse"
#endif
#if defined(__clang__)
#    pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__) && !defined(__STRICT_ANSI__) && !defined(__cplusplus)
#    pragma GCC optimize("fp-contract=off")
#endif

/* GCC makes no vectors of loops with a choice in them as long as an operation could trap; none is asked
 * to, and no bit changes. */
#if defined(__GNUC__) && !defined(__clang__) && !defined(__cplusplus)
#    pragma GCC optimize("no-trapping-math")
#endif

#define QUILLET_EXP_LIMIT 87.3f /* e^x and e^-x are normal floats up to here */

static inline uint32_t quillet_float_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float quillet_float_of(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* e^x = *scale * (1 + *rest), *scale a power of two, *rest in -0.3 .. 0.42.
 * REQUIRES: |x| <= QUILLET_EXP_LIMIT. */
static inline void quillet_exp_parts(float x, float* scale, float* rest) {
    const float round = 12582912.0f; /* 1.5 * 2^23: the sum's last bits are the nearest integer */
    float shifted = x * 1.44269504f + round;
    float n = shifted - round;
    float r = x - n * 0.693359375f; /* ln 2 = this, exact in nine bits, and the next line's */
    r = r - n * -2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    *rest = p * (r * r) + r;
    *scale = quillet_float_of((quillet_float_bits(shifted) << 23) + 0x3F800000u);
}

/* e^x; below -87.3 and above 87.3 as at those. */
static inline float quillet_exp_f32(float x) {
    float scale, rest;
    x = x > -QUILLET_EXP_LIMIT ? x : -QUILLET_EXP_LIMIT;
    x = x < QUILLET_EXP_LIMIT ? x : QUILLET_EXP_LIMIT;
    quillet_exp_parts(x, &scale, &rest);
    return scale + scale * rest;
}

/* 1 / (1 + e^-x), in 1.2e-38 .. 1. */
static inline float quillet_sigmoid_f32(float x) {
    return 1.0f / (1.0f + quillet_exp_f32(-x));
}

/* (e^2|x| - 1) / (e^2|x| + 1) with the sign of x; odd to the last bit. */
static inline float quillet_tanh_f32(float x) {
    float scale, rest;
    uint32_t bits = quillet_float_bits(x);
    float magnitude = quillet_float_of(bits & 0x7FFFFFFFu);
    magnitude = magnitude < 10.0f ? magnitude : 10.0f;
    quillet_exp_parts(magnitude + magnitude, &scale, &rest);
    float above_one = scale * rest + (scale - 1.0f); /* e^2|x| - 1, exact where |x| is small */
    float result = above_one / (above_one + 2.0f);
    return quillet_float_of(quillet_float_bits(result) | (bits & 0x80000000u));
}

#endif
