// A float model as an integer model, which writes the same text to the bit in every runtime.
// SPDX-License-Identifier: MIT
#pragma once

#include "quillet/model.h"

namespace quillet {

// 0 bits: those that the model was trained for, or 8.
struct QuantizeConfig {
    int bits = 0;           // of the recurrent weights: 8, 4 or 2 (ternary)
    std::string text = {};  // a file to score before and after, one item a line; empty: none
    int table_bits = 0, output_bits = 0;  // of the input table and the output matrix: 8 or 4
};

struct QuantizeResult {
    Model model;
    double float_bits = 0, integer_bits = 0;  // per character of `text`; 0 without one
    std::string tightest;  // the intermediate that comes nearest to 32 bits, and how near
    int scaled_rows = 0;   // of recurrent matrices, scaled down so that nothing leaves 32 bits
};

// Throws Error for what cannot be quantized or proven to stay within 32 bits.
QuantizeResult quantize(const Model& model, const QuantizeConfig& config = {});

}  // namespace quillet
