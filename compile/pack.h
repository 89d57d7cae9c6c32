// Packs weights in the order that the product kernels read them, and proves the bounds that those of small
// integers require.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "compile/target.h"
#include "graph/graph.h"

namespace quillet {

enum class WeightKind { int8, int4, ternary };

// Values of row-major rows x columns weights: int8 -127..127, int4 -8..7, ternary -1..1.
struct SmallWeights {
    WeightKind kind;
    int rows;
    int columns;
    std::span<const int8_t> values;
};

// Weights as a kernel reads them. Counts of buffers are in elements.
struct PackedWeights {
    std::string product;  // the kernel's C name: "quillet_product_int4"
    std::string prepare;  // what makes its input of int8 x: "quillet_spread"; empty: x itself
    Tensor weights;       // int8, uint8 or uint32, a row for each strip of rows
    Type input_type;      // of the prepared input: int8, int32, uint16
    int rows;     // padded: acc needs room for so many int32, and the kernels are called with it
    int columns;  // padded: x needs room for so many int8, zero beyond the real ones
    int64_t input_count;  // elements of the prepared input
};

// How many ternary weights are looked up at once: five take less memory, six less time where the
// tables' making (176 cycles a column, fives 80) is shared by some hundred rows.
enum class TernaryGroup { automatic, five, six };

// Throws Error(where, …) naming the row where a weight is out of range or the sum can leave 32
// bits.
PackedWeights pack(const SmallWeights& weights, Target target, const std::string& where,
                   TernaryGroup group = TernaryGroup::automatic);

// The weights of pack(), row-major, zeros where it padded; `product` is the kernel that reads them, `rows`
// and `columns` the packed counts. Empty where they are packed for a device alone (strips of int8, sixes).
std::vector<int8_t> unpack(const std::string& product, const Tensor& weights, int rows,
                           int columns);

// The largest |sum of W[row][column] * x[column]| for x in -127 .. 127: 127 * sum |W[row]|, a row
// each.
std::vector<int64_t> largest_sums(const SmallWeights& weights);

// An input table of weights in -7 .. 7 as quillet_table_row4 reads it.
Tensor pack_table4(std::span<const int8_t> values, int rows, int columns);

// QUILLET_SCALE a row, uint32: asr(x * m, k) for k >= 0, x * m << -k for k < 0. Throws Error(where,
// …) naming the row that a scale cannot hold: m negative or, shifted left, 2^24 or more; k
// above 31.
Tensor pack_scales(std::span<const int> m, std::span<const int> k, const std::string& where);

// The row-major matrix `values` (rows, columns), rounded to float32 and packed as
// runtime/quillet_kernels_f32.h says. The shape stays (rows, columns).
Tensor pack_f32(const std::vector<double>& values, int64_t rows, int64_t columns);

}  // namespace quillet
