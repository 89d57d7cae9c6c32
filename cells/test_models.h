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
    model.cell = cell;
    model.alphabet = Alphabet(U"\nabcdefghij\u00e9");
    model.hidden = hidden;
    int vocabulary = model.alphabet.size(), rows = gates_of(cell) * hidden;
    if (embedding > 0) model.embedding = random_matrix(vocabulary, embedding, random);
    for (int i = 0; i < layers; i++) {
        int inputs = i > 0 ? hidden : embedding > 0 ? embedding : vocabulary;
        RecurrentLayer layer;
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

}  // namespace quillet
