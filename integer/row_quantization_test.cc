// Tests of rows of integers: limits, the rules' scales, the error that rounding may make.
// SPDX-License-Identifier: MIT
#include "integer/row_quantization.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace quillet {
namespace {

std::vector<float> normal_row(int columns, float deviation, unsigned seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal(0, deviation);
    std::vector<float> row;
    for (int i = 0; i < columns; i++) row.push_back(normal(generator));
    return row;
}

double error_of(const std::vector<float>& row, int bits) {
    std::vector<float> rounded(row.size());
    round_row(row, bits, kProductFactor, rounded.data());
    double error = 0, power = 0;
    for (size_t i = 0; i < row.size(); i++) {
        error += std::pow(double(rounded[i]) - row[i], 2);
        power += std::pow(double(row[i]), 2);
    }
    return std::sqrt(error / power);
}

TEST(RowQuantization, EightBitsPutTheLargestValueAtTheEnd) {
    const std::vector<float> row = {1.0f, -0.5f, 0.0f};
    EXPECT_EQ(scale_of_row(row, 8, 1), (RowScale{65, 13}));
    std::vector<int8_t> q(3);
    quantize_row(row, 8, 1, {65, 13}, q.data());
    EXPECT_EQ(q, (std::vector<int8_t>{126, -63, 0}));
    EXPECT_EQ(scale_of_row(std::vector<float>{1.2f}, 8, 1), (RowScale{77, 13}));
    EXPECT_EQ(scale_of_row(std::vector<float>{100.0f}, 8, 1), (RowScale{101, 7}));
}

// m times such a row's sum would not fit 32 bits.
TEST(RowQuantization, EightBitsOfALongRowTakeAPowerOfTwoAndClipALittle) {
    EXPECT_EQ(scale_of_row(std::vector<float>(5000, 1.0f), 8, 1), (RowScale{1, 7}));
    EXPECT_EQ(scale_of_row(std::vector<float>(5000, 1.2f), 8, 1), (RowScale{1, 6}));
    EXPECT_EQ(scale_of_row(std::vector<float>(5000, 100.0f), 8, 1), (RowScale{1, 0}));
    std::vector<int8_t> q(1);
    quantize_row(std::vector<float>{1.0f}, 8, 1, {1, 7}, q.data());
    EXPECT_EQ(q[0], 127);
}

TEST(RowQuantization, FourBitsAndTernaryStayWithinTheirLimits) {
    for (int bits : {8, 4, 2}) {
        for (float deviation : {1e-12f, 1e-3f, 0.3f, 40.0f}) {
            const std::vector<float> row = normal_row(333, deviation, 5);
            const RowScale scale = scale_of_row(row, bits, kProductFactor);
            EXPECT_GE(scale.m, 1);
            EXPECT_LE(scale.m, 127);
            if (bits != 8 && deviation > 1e-9f) {
                EXPECT_GE(scale.m, 63);
            }
            std::vector<int8_t> q(row.size());
            quantize_row(row, bits, kProductFactor, scale, q.data());
            for (int8_t value : q) EXPECT_LE(std::abs(value), limit_of(bits));
        }
    }
}

// A normal row's relative error: about 2^-bits of the range for 8, near the optimum of 0.11 and
// 0.44 for 15 and 3 levels.
TEST(RowQuantization, ErrorsAreNearTheOptimum) {
    const std::vector<float> row = normal_row(1000, 0.2f, 7);
    EXPECT_LT(error_of(row, 8), 0.0085);
    EXPECT_LT(error_of(row, 4), 0.115);
    EXPECT_LT(error_of(row, 2), 0.445);
}

TEST(RowQuantization, ZerosStayZeros) {
    for (int bits : {8, 4, 2}) {
        std::vector<float> row = {0.0f, 1e-3f, 0.0f};
        round_row(row, bits, kProductFactor, row.data());
        EXPECT_EQ(row[0], 0.0f);
        EXPECT_NEAR(row[1], 1e-3f, 5e-5f);
    }
    const QuantizedMatrix zero =
        quantize_rows({2, 3, std::vector<float>(6, 0.0f)}, 4, kProductFactor);
    EXPECT_EQ(zero.values, std::vector<int8_t>(6, 0));
    EXPECT_EQ(zero.scales.size(), 2u);
}

TEST(RowQuantization, RoundingTwiceChangesNothingAtEightBits) {
    std::vector<float> row = normal_row(64, 0.2f, 9), once(64), twice(64);
    round_row(row, 8, 1, once.data());
    round_row(once, 8, 1, twice.data());
    EXPECT_EQ(once, twice);
}

}  // namespace
}  // namespace quillet
