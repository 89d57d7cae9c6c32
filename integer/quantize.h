// Float models to integer models, rows rounded by integer/row_quantization.h and every intermediate
// proven to fit 32 bits; and back.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "cells/recurrent_model.h"
#include "integer/integer_bounds.h"
#include "integer/integer_model.h"

namespace quillet {

// A row of R whose product a gate multiplies, scaled down so that this fits 32 bits.
struct ScaledRow {
    int layer = 0;
    int row = 0;
    double scale = 1;  // 0.25 .. 1
};

struct Quantized {
    IntegerModel model;
    Bound tightest;                 // of its intermediates, the nearest to 2^31
    std::vector<ScaledRow> scaled;  // in order
};

// Bits of the recurrent matrices and the input matrices of layers above the first (8, 4 or 2), of
// the input table, into which an embedding is multiplied, and of the output (8 or 4).
struct Widths {
    Widths(int recurrent_bits, int table_bits = 8, int output_bits = 8)
        : recurrent(recurrent_bits), table(table_bits), output(output_bits) {}

    int recurrent, table, output;
};

// No text is needed: ranges of activations are known (|h| < 1, gates in 0 .. 1), only the weights' are
// measured; those of ReLU, on text of the model's own (bounded_states.h). A row that fits 32 bits only
// if it is scaled down is scaled, to no less than a quarter. Throws Error(where, …) where a row's
// intermediates cannot be proven to fit 32 bits.
Quantized quantize(const RecurrentModel& model, const Widths& widths, const std::string& where);

// The float model whose weights are those that the integers of `model` stand for, without an
// embedding: what training may start from. Its metadata is the integer model's.
RecurrentModel dequantize(const IntegerModel& model);

}  // namespace quillet
