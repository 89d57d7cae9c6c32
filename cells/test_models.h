// Small models with random weights, for tests.
// SPDX-License-Identifier: MIT
#pragma once

#include <random>

#include "cells/recurrent_model.h"

namespace quillet {

// Values in -scale .. scale, the same on every machine (std::mt19937's numbers are fixed,
// distributions' are not).
inline std::vector<float> random_values(size_t count, float scale, std::mt19937& random) {
    std::vector<float> values(count);
    for (float& value : values)
        value = scale * (static_cast<float>(random() >> 8) / static_cast<float>(1 << 23) - 1.0f);
    return values;
}

inline Matrix random_matrix(int rows, int columns, std::mt19937& random) {
    return {rows, columns,
            random_values(static_cast<size_t>(rows) * static_cast<size_t>(columns), 0.5f, random)};
}

// A model of 12 characters and `hidden` units a layer; no embedding where `embedding` is 0.
inline RecurrentModel random_model(Cell cell, int layers, int embedding, int hidden = 8,
                                   unsigned seed = 1) {
    std::mt19937 random(seed);
    RecurrentModel model;
    model.alphabet = Alphabet(U"\nabcdefghij\u00e9");
    int vocabulary = model.alphabet.size(), rows = gates_of(cell) * hidden;
    if (embedding > 0) model.embedding = random_matrix(vocabulary, embedding, random);
    for (int i = 0; i < layers; i++) {
        int inputs = i > 0 ? hidden : embedding > 0 ? embedding : vocabulary;
        RecurrentLayer layer;
        layer.cell = cell;
        layer.W = random_matrix(rows, inputs, random);
        layer.R = random_matrix(rows, hidden, random);
        layer.Wb = random_values(static_cast<size_t>(rows), 0.5f, random);
        layer.Rb = random_values(static_cast<size_t>(rows), 0.5f, random);
        model.layers.push_back(std::move(layer));
    }
    model.output = random_matrix(vocabulary, hidden, random);
    model.output_bias = random_values(static_cast<size_t>(vocabulary), 0.5f, random);
    return model;
}

// A model of 12 characters whose layers differ in cell and size, some without state, with skips of
// every kind; no embedding where `embedding` is 0.
inline RecurrentModel random_mixed_model(int embedding, unsigned seed = 1) {
    std::mt19937 random(seed);
    RecurrentModel model = random_model(Cell::gru, 1, embedding, 9, seed);
    const int token = model.width_of(kToken);
    const auto add = [&](Cell cell, int hidden, bool keeps_state) {
        RecurrentLayer layer;
        const int rows = gates_of(cell) * hidden;
        layer.cell = cell;
        layer.W = random_matrix(rows, model.layers.back().hidden(), random);
        if (keeps_state) layer.R = random_matrix(rows, hidden, random);
        layer.Wb = random_values(static_cast<size_t>(rows), 0.5f, random);
        layer.Rb = std::vector<float>(static_cast<size_t>(rows));
        if (keeps_state) layer.Rb = random_values(static_cast<size_t>(rows), 0.5f, random);
        model.layers.push_back(std::move(layer));
    };
    add(Cell::rnn_relu, 9, false);
    model.layers[1].skips.push_back({kToken, random_matrix(9, token, random)});
    add(Cell::lstm, 5, true);
    model.layers[2].skips.push_back({0, model.layers[2].W});
    add(Cell::rnn, 8, true);
    model.layers[3].skips.push_back({kToken, random_matrix(8, token, random)});
    model.layers[3].skips.push_back({1, random_matrix(8, 9, random)});
    add(Cell::rnn_relu, 6, true);
    for (float& weight : model.layers[4].R.values) weight *= 0.5f;  // its states do not grow
    add(Cell::rnn, 7, false);
    model.output = random_matrix(12, 7, random);
    model.output_skips.push_back({kToken, random_matrix(12, token, random)});
    model.output_skips.push_back({0, random_matrix(12, 9, random)});
    model.output_skips.push_back({3, random_matrix(12, 8, random)});
    return model;
}

}  // namespace quillet
