// Rows of floats as rows of small integers with one scale each: the rules that integer/ and train/
// share.
// SPDX-License-Identifier: MIT
//
// A row w becomes q * m * 2^-e with |q| <= limit_of(bits): 127, 7 or 1.
//   8 bits: m in 64 .. 127, the row's largest value at the end; for a row so long that m times its
//           sum might not fit 32 bits m = 1, the step a power of two, values up to 2^0.15 beyond
//           the end clipped rather than losing a bit for all others.
//   4 and 2 bits: m in 64 .. 127; of the scales that put the end between 0.25 and 1 of the largest
//   value,
//           the one with the least squared error.
// docs/DESIGN.md, contract 5, and docs/integer.md say why.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cells/recurrent_model.h"

namespace quillet {

// The scale m * 2^-e of a row; 1 <= m <= 127, -20 <= e <= 26.
struct RowScale {
    int m = 1;
    int e = 0;

    double value() const;  // exact
    friend bool operator==(const RowScale&, const RowScale&) = default;
};

// What a matrix that multiplies h8 (whose unit is 1/127) is scaled by before it is rounded, so that
// acc * m * 2^-(e + 7) is the product. An input table, which multiplies nothing, takes 1.
inline constexpr double kProductFactor = 128.0 / 127.0;

// The largest |q|: 127, 7 or 1. REQUIRES: bits is 8, 4 or 2, here and below.
int limit_of(int bits);

// The scale by the rules above for row * factor.
RowScale scale_of_row(std::span<const float> row, int bits, double factor);

// Writes row.size() integers: row * factor / scale, rounded half up and clipped.
void quantize_row(std::span<const float> row, int bits, double factor, RowScale scale, int8_t* q);

// Writes what the integers stand for, q * scale / factor: the row as a quantized model sees it, for
// training through the rounding. `rounded` may be row's own memory.
void round_row(std::span<const float> row, int bits, double factor, float* rounded);

// A whole matrix by rows.
struct QuantizedMatrix {
    int rows = 0;
    int columns = 0;
    std::vector<int8_t> values;    // (rows, columns)
    std::vector<RowScale> scales;  // (rows)
};
QuantizedMatrix quantize_rows(const Matrix& matrix, int bits, double factor);

}  // namespace quillet
