// exp, sigmoid and tanh against double: errors, ends, symmetry.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "runtime/quillet_math_f32.h"

namespace {

// |found - wanted| in units of the last place that `wanted` has as a float.
double ulps(float found, double wanted) {
    int exponent = std::max(std::ilogb(wanted), -126);
    return std::fabs(static_cast<double>(found) - wanted) / std::ldexp(1.0, exponent - 23);
}

// The largest error over every 641st float of either sign with magnitude below `limit`.
template <class Function, class Reference>
double largest_error(Function function, Reference witness, float limit) {
    double largest = 0;
    for (uint32_t bits = 0x100; bits < quillet_float_bits(limit); bits += 641) {
        for (uint32_t sign : {0u, 0x80000000u}) {
            float x = quillet_float_of(bits | sign);
            largest = std::max(largest, ulps(function(x), witness(static_cast<double>(x))));
        }
    }
    return largest;
}

double true_sigmoid(double x) {
    return 1 / (1 + std::exp(-x));
}

TEST(MathF32, StaysWithinTheUlpsItStates) {
    EXPECT_LT(largest_error(
                  quillet_exp_f32, [](double x) { return std::exp(x); }, 87.0f),
              1.2);
    EXPECT_LT(largest_error(quillet_sigmoid_f32, true_sigmoid, 87.0f), 2.5);
    EXPECT_LT(largest_error(
                  quillet_tanh_f32, [](double x) { return std::tanh(x); }, 1e4f),
              2.5);
}

TEST(MathF32, EndsAreFiniteAndNormal) {
    const float infinity = std::numeric_limits<float>::infinity();
    for (float x : {87.4f, 1e4f, std::numeric_limits<float>::max(), infinity}) {
        EXPECT_EQ(quillet_sigmoid_f32(x), 1.0f);
        EXPECT_EQ(quillet_tanh_f32(x), 1.0f);
        EXPECT_EQ(quillet_tanh_f32(-x), -1.0f);
        EXPECT_TRUE(std::isnormal(quillet_exp_f32(x)));
        EXPECT_TRUE(std::isnormal(quillet_exp_f32(-x)));
        EXPECT_TRUE(std::isnormal(quillet_sigmoid_f32(-x)));
        EXPECT_LT(quillet_sigmoid_f32(-x), 1.3e-38f);
    }
    const float nan = std::numeric_limits<float>::quiet_NaN();
    EXPECT_TRUE(std::isfinite(quillet_exp_f32(nan)));
    EXPECT_TRUE(std::isfinite(quillet_sigmoid_f32(nan)));
    EXPECT_EQ(std::fabs(quillet_tanh_f32(nan)), 1.0f);
}

TEST(MathF32, ExactWhereItShouldBe) {
    EXPECT_EQ(quillet_exp_f32(0.0f), 1.0f);
    EXPECT_EQ(quillet_sigmoid_f32(0.0f), 0.5f);
    EXPECT_EQ(quillet_float_bits(quillet_tanh_f32(-0.0f)), 0x80000000u);
    for (float x = 1e-6f; x < 12; x *= 1.01f) {
        EXPECT_EQ(quillet_tanh_f32(-x), -quillet_tanh_f32(x));
        EXPECT_LE(quillet_tanh_f32(x), 1.0f);
    }
}

}  // namespace
