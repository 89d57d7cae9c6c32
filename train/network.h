// The parameters as one flat vector, and the way to and from a RecurrentModel.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/alphabet.h"
#include "cells/recurrent_model.h"
#include "train/view.h"

namespace quillet::train {

struct Shape {
    Cell cell = kDefaultCell;
    int vocabulary = 0;  // V
    int hidden = 0;      // H
    int layers = 1;
    int embedding = 0;  // E; 0: one-hot

    int gates() const { return gates_of(cell) * hidden; }  // G*H
    // Columns of layer `layer`'s input weights.
    int input(int layer) const {
        return layer > 0 ? hidden : embedding > 0 ? embedding : vocabulary;
    }

    friend bool operator==(const Shape&, const Shape&) = default;
};

// One tensor of the flat vector, row-major without gaps.
struct Slot {
    std::string name;  // "layers.0.R"
    int64_t offset = 0;
    int rows = 0, columns = 0;
    bool is_matrix = false;  // weight decay moves matrices only

    int64_t size() const { return static_cast<int64_t>(rows) * columns; }
    template <class T>
    View<T> in(T* parameters) const {
        return {parameters + offset, rows, columns, columns};
    }
};

struct LayerSlots {
    Slot W;   // (G*H, I); layer 0 without embedding: its transpose (V, G*H), a row a token
    Slot R;   // (G*H, H)
    Slot Wb;  // (1, G*H)
    Slot Rb;  // (1, G*H)
};

// Where everything lies. Gate order is ONNX's: z, r, h (GRU) and i, o, f, c (LSTM).
struct Layout {
    explicit Layout(const Shape& shape);

    Shape shape;
    Slot embedding;  // (V, E), empty for one-hot
    std::vector<LayerSlots> layers;
    Slot output;       // (V, H)
    Slot output_bias;  // (1, V)
    int64_t size = 0;

    std::vector<Slot> all() const;  // in the order of the vector
};

// Inline, for the CUDA module has the header alone.
inline std::vector<Slot> Layout::all() const {
    std::vector<Slot> slots;
    if (embedding.size() > 0) slots.push_back(embedding);
    for (const LayerSlots& layer : layers)
        slots.insert(slots.end(), {layer.W, layer.R, layer.Wb, layer.Rb});
    slots.insert(slots.end(), {output, output_bias});
    return slots;
}

// The parameters that a training starts from, layout.size of them: tables and output normal, the other
// matrices uniform within 1/sqrt(hidden), biases 0 but for those that make a cell remember.
std::vector<float> initial_parameters(const Layout& layout, uint64_t seed);

// Throws Error where the layers are not of one cell and size, each on the one below.
Shape shape_of(const RecurrentModel& model);
std::vector<float> parameters_of(const RecurrentModel& model);
RecurrentModel model_of(const Layout& layout, const std::vector<float>& parameters,
                        const Alphabet& alphabet);

// `model` with `alphabet`, which begins with model.alphabet's tokens: a new token's rows
// are the mean of the known ones', its logit starts at the lowest known bias.
RecurrentModel with_alphabet(const RecurrentModel& model, const Alphabet& alphabet);

}  // namespace quillet::train
