// Rows of floats as rows of small integers with one scale each: the rules that integer/ and train/
// share.
// SPDX-License-Identifier: MIT
#include "integer/row_quantization.h"

#include <algorithm>
#include <cmath>

namespace quillet {

namespace {

constexpr int kMinExponent = -20;
constexpr int kMaxExponent = 26;
constexpr double kTiny = 1e-9;  // stands for the largest value of a row of zeros

// Up to here m times a row's sum leaves the proof room for a bias and a rounding.
constexpr double kLargestProduct = 1 << 30;

// 2^0.15: how far beyond the last step of an 8-bit row a value may lie.
constexpr double kClippedHeadroom = 1.1095694720678451;

double largest_of(std::span<const float> row) {
    double largest = kTiny;
    for (float value : row) largest = std::max(largest, std::fabs(static_cast<double>(value)));
    return largest;
}

// The m in 64 .. 127 and the e whose m * 2^-e is nearest to `step`.
RowScale scale_near(double step) {
    int e = std::clamp(std::ilogb(127.0 / step), kMinExponent, kMaxExponent);
    int m = static_cast<int>(std::floor(std::ldexp(step, e) + 0.5));
    return {std::clamp(m, 1, 127), e};
}

int rounded(double x, int limit) {
    return static_cast<int>(std::clamp(std::floor(x + 0.5), double(-limit), double(limit)));
}

double squared_error(std::span<const float> row, double factor, double step, int limit) {
    const double inverse = 1 / step;
    double error = 0;
    for (float value : row) {
        const double x = value * factor;
        const double difference = rounded(x * inverse, limit) * step - x;
        error += difference * difference;
    }
    return error;
}

RowScale scale_of_least_error(std::span<const float> row, double factor, int limit) {
    const double largest = largest_of(row) * factor;
    RowScale best;
    double least = INFINITY;
    for (int twentieths = 20; twentieths >= 5; twentieths--) {
        const RowScale scale = scale_near(largest * twentieths / (20 * limit));
        const double error = squared_error(row, factor, scale.value(), limit);
        if (error < least) {
            least = error;
            best = scale;
        }
    }
    return best;
}

// The largest |sum of q * h8| that the row can give.
double largest_sum(std::span<const float> row, double factor, RowScale scale) {
    const double inverse = 1 / scale.value();
    double sum = 0;
    for (float value : row) sum += std::abs(rounded(value * factor * inverse, limit_of(8)));
    return sum * 127;
}

}  // namespace

double RowScale::value() const {
    return std::ldexp(m, -e);
}

int limit_of(int bits) {
    return bits == 8 ? 127 : bits == 4 ? 7 : 1;
}

RowScale scale_of_row(std::span<const float> row, int bits, double factor) {
    if (bits != 8) return scale_of_least_error(row, factor, limit_of(bits));
    const double largest = largest_of(row) * factor;
    const RowScale fine = scale_near(largest / limit_of(8));
    if (largest_sum(row, factor, fine) * fine.m < kLargestProduct) return fine;
    const int e = std::ilogb(limit_of(8) * kClippedHeadroom / largest);
    return {1, std::clamp(e, kMinExponent, kMaxExponent)};
}

void quantize_row(std::span<const float> row, int bits, double factor, RowScale scale, int8_t* q) {
    const double inverse = 1 / scale.value();
    const int limit = limit_of(bits);
    for (size_t i = 0; i < row.size(); i++) {
        q[i] = static_cast<int8_t>(rounded(row[i] * factor * inverse, limit));
    }
}

void round_row(std::span<const float> row, int bits, double factor, float* rounded_row) {
    const double step = scale_of_row(row, bits, factor).value();
    const double inverse = 1 / step;
    const int limit = limit_of(bits);
    for (size_t i = 0; i < row.size(); i++) {
        const int q = rounded(row[i] * factor * inverse, limit);
        rounded_row[i] = static_cast<float>(q * step / factor);
    }
}

QuantizedMatrix quantize_rows(const Matrix& matrix, int bits, double factor) {
    QuantizedMatrix result{matrix.rows, matrix.columns, {}, {}};
    result.values.resize(matrix.values.size());
    const size_t columns = static_cast<size_t>(matrix.columns);
    for (size_t row = 0; row < static_cast<size_t>(matrix.rows); row++) {
        const std::span<const float> values(matrix.values.data() + row * columns, columns);
        result.scales.push_back(scale_of_row(values, bits, factor));
        quantize_row(values, bits, factor, result.scales.back(),
                     result.values.data() + row * columns);
    }
    return result;
}

}  // namespace quillet
