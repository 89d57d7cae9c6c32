// Small integer models with random weights, for tests.
// SPDX-License-Identifier: MIT
#pragma once

#include "cells/test_models.h"
#include "integer/integer_model.h"
#include "integer/row_quantization.h"

namespace quillet {

// Rows of `bits` whose products are of the order of one, whatever the number of columns.
inline IntegerMatrix random_integer_matrix(int rows, int columns, int bits, std::mt19937& random) {
    IntegerMatrix matrix{rows, columns, {}, {}, {}};
    const int limit = limit_of(bits);
    for (int i = 0; i < rows * columns; i++) {
        matrix.q.push_back(static_cast<int8_t>(
            static_cast<int>(random() % static_cast<unsigned>(2 * limit + 1)) - limit));
    }
    for (int row = 0; row < rows; row++) {
        matrix.m.push_back(bits == 8 ? 1 : 64 + static_cast<int>(random() % 64));
        matrix.k.push_back((bits == 8 ? 3 : bits == 4 ? 6 : 4) + static_cast<int>(random() % 3));
    }
    return matrix;
}

inline std::vector<int32_t> random_biases(int count, std::mt19937& random) {
    std::vector<int32_t> biases;
    for (int i = 0; i < count; i++) biases.push_back(static_cast<int>(random() % 2049) - 1024);
    return biases;
}

// A model of 12 characters.
inline IntegerModel random_integer_model(Cell cell, int layers, int hidden, int bits,
                                         unsigned seed) {
    std::mt19937 random(seed);
    IntegerModel model;
    model.alphabet = Alphabet(U"\nabcdefghij\u00e9");
    model.bits = bits;
    const int rows = gates_of(cell) * hidden;
    model.table = random_integer_matrix(12, rows, 8, random);
    for (int& m : model.table.m) m = 64 + static_cast<int>(random() % 64);
    for (int i = 0; i < layers; i++) {
        IntegerLayer layer;
        layer.cell = cell;
        if (i > 0) layer.input = random_integer_matrix(rows, hidden, bits, random);
        layer.recurrent = random_integer_matrix(rows, hidden, bits, random);
        layer.b = random_biases(rows, random);
        layer.b_hn = random_biases(row_of(cell).apart_biases() * hidden, random);
        model.layers.push_back(std::move(layer));
    }
    model.output = random_integer_matrix(12, hidden, 8, random);
    model.output_bias = random_biases(12, random);
    return model;
}

// A model of 12 characters whose layers differ in cell and size, some without state, with skips of
// every kind; two readings of layer 0 are by the same matrix, as a residual's are.
inline IntegerModel random_mixed_integer_model(int bits, unsigned seed) {
    std::mt19937 random(seed);
    IntegerModel model = random_integer_model(Cell::gru, 1, 9, bits, seed);
    const auto table = [&](int rows) {
        IntegerMatrix result = random_integer_matrix(12, rows, 8, random);
        for (int& k : result.k) k = 5;
        return result;
    };
    const auto add = [&](Cell cell, int hidden, bool keeps_state) {
        IntegerLayer layer;
        const int rows = gates_of(cell) * hidden, below = model.layers.back().hidden();
        layer.cell = cell;
        layer.input = random_integer_matrix(rows, below, bits, random);
        if (keeps_state) layer.recurrent = random_integer_matrix(rows, hidden, bits, random);
        layer.b = random_biases(rows, random);
        layer.b_hn = random_biases(row_of(cell).apart_biases() * hidden, random);
        model.layers.push_back(std::move(layer));
    };
    add(Cell::rnn_relu, 9, false);
    model.layers[1].skips.push_back({kToken, table(9)});
    add(Cell::lstm, 5, true);
    model.layers[2].skips.push_back({0, model.layers[2].input});
    add(Cell::rnn, 18, true);
    model.layers[3].skips.push_back({kToken, table(18)});
    model.layers[3].skips.push_back({1, random_integer_matrix(18, 9, bits, random)});
    add(Cell::rnn_relu, 6, true);
    add(Cell::rnn, 7, false);
    model.output = random_integer_matrix(12, 7, 8, random);
    model.output_skips.push_back({kToken, table(12)});
    model.output_skips.push_back({0, random_integer_matrix(12, 9, 8, random)});
    model.output_skips.push_back({3, random_integer_matrix(12, 18, 8, random)});
    return model;
}

// `model` with input table and output matrix of so many bits.
inline IntegerModel narrowed(IntegerModel model, int table_bits, int output_bits) {
    std::mt19937 random(31);
    model.table_bits = table_bits;
    model.output_bits = output_bits;
    model.table = random_integer_matrix(model.table.rows, model.table.columns, table_bits, random);
    for (int& k : model.table.k) k = table_bits == 8 ? k : 0;
    model.output =
        random_integer_matrix(model.output.rows, model.output.columns, output_bits, random);
    const auto narrow = [&](std::vector<IntegerSkip>& skips, int bits) {
        for (IntegerSkip& skip : skips) {
            IntegerMatrix& matrix = skip.matrix;
            if (skip.from == kToken)
                matrix = random_integer_matrix(matrix.rows, matrix.columns, table_bits, random);
            else if (bits != 0)
                matrix = random_integer_matrix(matrix.rows, matrix.columns, bits, random);
        }
    };
    for (IntegerLayer& layer : model.layers) narrow(layer.skips, 0);
    narrow(model.output_skips, output_bits);
    return model;
}

}  // namespace quillet
