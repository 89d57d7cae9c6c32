// The float kernels against loops in double, and their bits against plain loops in float.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "runtime/quillet_kernels_f32.h"
#include "runtime/quillet_window.h"

namespace {

std::vector<float> random_values(size_t count, unsigned seed, float range = 1.0f) {
    std::mt19937 random(seed);
    std::vector<float> values(count);
    for (float& value : values)
        value = range * (static_cast<float>(random() >> 8) * 0x1p-23f - 1.0f);
    return values;
}

// Row-major (rows, columns) as strips of QUILLET_STRIP_F32 rows, column by column.
std::vector<float> packed(const std::vector<float>& matrix, uint32_t rows, uint32_t columns) {
    std::vector<float> result;
    for (uint32_t row = 0; row < rows; row += QUILLET_STRIP_F32) {
        uint32_t end = std::min<uint32_t>(row + QUILLET_STRIP_F32, rows);
        for (uint32_t c = 0; c < columns; c++)
            for (uint32_t r = row; r < end; r++) result.push_back(matrix[r * columns + c]);
    }
    return result;
}

// One image of one axis, padded by one in front: the first window holds nothing, the second the image.
TEST(KernelsF32, TheGreatestOfNothingIsTheLeast) {
    const int32_t shape[] = {1, 1, 1, 1, 1, 0, 1, 2, 1, 1, 1, 1};
    const float infinity = std::numeric_limits<float>::infinity(), x[] = {-infinity};
    float y[2] = {0, 0};
    int64_t places[2] = {7, 7};
    quillet_max_pool_f32(y, x, shape);
    EXPECT_EQ(y[0], -infinity);
    EXPECT_EQ(y[1], -infinity);
    y[0] = y[1] = 0;
    quillet_max_pool_places_f32(y, places, x, shape);
    EXPECT_EQ(y[0], -infinity);
    EXPECT_EQ(y[1], -infinity);
    EXPECT_EQ(places[0], -1);
    EXPECT_EQ(places[1], 0);
}

TEST(KernelsF32, ProductSumsEachRowInTheOrderOfItsColumns) {
    for (uint32_t rows : {1u, 5u, 31u, 32u, 33u, 96u, 100u}) {
        for (uint32_t columns : {0u, 1u, 7u, 64u}) {
            auto matrix = random_values(rows * columns, rows), x = random_values(columns, 2);
            auto bias = random_values(rows, 3);
            auto weights = packed(matrix, rows, columns);
            weights.reserve(1);  // a pointer, where there are none
            std::vector<float> y(rows), shifted(rows);
            quillet_product_f32(y.data(), weights.data(), x.data(), rows, columns);
            quillet_affine_f32(shifted.data(), weights.data(), bias.data(), x.data(), rows,
                               columns);
            for (uint32_t r = 0; r < rows; r++) {
                float plain = 0, with_bias = bias[r];
                for (uint32_t c = 0; c < columns; c++) {
                    float product = matrix[r * columns + c] * x[c];
                    plain += product;
                    with_bias += product;
                }
                EXPECT_EQ(y[r], plain);
                EXPECT_EQ(shifted[r], with_bias);
            }
        }
    }
}

double sigmoid(double x) {
    return 1 / (1 + std::exp(-x));
}

TEST(KernelsF32, GruFollowsItsEquation) {
    const uint32_t H = 37;
    auto zr = random_values(2 * H, 1, 4), h = random_values(H, 3);
    auto gx_n = random_values(H, 4, 4), gh_n = random_values(H, 2, 4);
    auto next = h;
    quillet_gru_f32(next.data(), zr.data(), gx_n.data(), gh_n.data(), H);
    for (uint32_t i = 0; i < H; i++) {
        double z = sigmoid(zr[i]), r = sigmoid(zr[H + i]);
        double n = std::tanh(gx_n[i] + r * gh_n[i]);
        EXPECT_NEAR(next[i], (1 - z) * n + z * h[i], 1e-6);
    }
}

TEST(KernelsF32, LstmFollowsItsEquation) {
    const uint32_t H = 37;
    auto gates = random_values(4 * H, 1, 4), c = random_values(H, 3, 2);
    auto next = c;
    std::vector<float> h(H);
    quillet_lstm_f32(h.data(), next.data(), gates.data(), H);
    for (uint32_t k = 0; k < H; k++) {
        double i = sigmoid(gates[k]), o = sigmoid(gates[H + k]), f = sigmoid(gates[2 * H + k]);
        double cell = f * c[k] + i * std::tanh(gates[3 * H + k]);
        EXPECT_NEAR(next[k], cell, 1e-6);
        EXPECT_NEAR(h[k], o * std::tanh(cell), 1e-6);
    }
}

TEST(KernelsF32, ElementwiseKernelsDoWhatTheyAreCalled) {
    const uint32_t n = 45;
    auto a = random_values(n, 1, 3), b = random_values(n, 2, 3);
    std::vector<float> sum(n), difference(n), product(n), quotient(n), relu(n), blend = a;
    quillet_add_f32(sum.data(), a.data(), b.data(), n);
    quillet_subtract_f32(difference.data(), a.data(), b.data(), n);
    quillet_multiply_f32(product.data(), a.data(), b.data(), n);
    quillet_divide_f32(quotient.data(), a.data(), b.data(), n);
    quillet_relu_f32(relu.data(), a.data(), n);
    quillet_blend_f32(blend.data(), b.data(), sum.data(), n);
    for (uint32_t i = 0; i < n; i++) {
        EXPECT_EQ(sum[i], a[i] + b[i]);
        EXPECT_EQ(difference[i], a[i] - b[i]);
        EXPECT_EQ(product[i], a[i] * b[i]);
        EXPECT_EQ(quotient[i], a[i] / b[i]);
        EXPECT_EQ(relu[i], std::max(a[i], 0.0f));
        EXPECT_EQ(blend[i], sum[i] + b[i] * (a[i] - sum[i]));
    }
    std::vector<float> same(n);
    quillet_copy_f32(same.data(), a.data(), n);
    EXPECT_EQ(same, a);
}

TEST(KernelsF32, LogitsRoundHalfAwayFromZeroAndClamp) {
    const float inf = std::numeric_limits<float>::infinity(), step = 1.0f / 1024;
    std::vector<float> x = {
        0.0f,           0.5f * step, -0.5f * step, 0.49999997f * step, 1.5f * step, -1.5f * step,
        8388609 * step, 16384.0f,    20000.0f,     -20000.0f,          inf,         -inf,
        std::nanf(""),  1.0f,        -3.25f};
    std::vector<int32_t> wanted = {0,        1,         -1,        0,        2,
                                   -2,       8388609,   16777216,  16777216, -16777216,
                                   16777216, -16777216, -16777216, 1024,     -3328};
    std::vector<int32_t> logits(x.size());
    quillet_logits_f32(logits.data(), x.data(), static_cast<uint32_t>(x.size()));
    EXPECT_EQ(logits, wanted);
}

}  // namespace
