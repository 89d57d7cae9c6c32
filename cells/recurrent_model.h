// A float character model as its weights: what the trainer makes, the quantizer takes and the model
// file holds.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/alphabet.h"
#include "cells/cell.h"
#include "graph/graph.h"

namespace quillet {

// Row-major, values.size() == rows * columns.
struct Matrix {
    int rows = 0;
    int columns = 0;
    std::vector<float> values;
};

// What a layer or the logits read besides the layer below: a residual, a skipped layer.
struct Skip {
    int from;  // a layer by its number, lower than the layer below; or kToken
    Matrix
        W;  // as a layer's W, on that layer's h or on the token's embedding row (or one-hot vector)
};
inline constexpr int kToken = -1;

// One layer with ONNX's names, gate order and equations (operators GRU with linear_before_reset = 1,
// LSTM and RNN, opset 14): gates z, r, h for a GRU and i, o, f, c for an LSTM; G = gates_of(cell), H =
// hidden size, I = input size. A layer without R keeps no state: h = f(W x + Wb + Rb), of a cell with
// a stateless_name; never the first.
struct RecurrentLayer {
    Matrix W;               // (G*H, I)
    Matrix R;               // (G*H, H), or 0 x 0
    std::vector<float> Wb;  // (G*H)
    std::vector<float> Rb;  // (G*H)
    Cell cell = kDefaultCell;
    std::vector<Skip> skips = {};

    int hidden() const { return static_cast<int>(Wb.size()) / gates_of(cell); }
    bool keeps_state() const { return R.columns > 0; }
};

// "gru", or with its number "gru0" in a model of several layers; "relu1" where it keeps no state.
std::string layer_name(Cell cell, bool keeps_state, size_t index, size_t layers);

// token -> embedding row, or one-hot where there is no embedding -> layers -> logits = output * h +
// output_bias. With no embedding the first layer's W is (G*H, V): its columns are the input table.
struct RecurrentModel {
    Alphabet alphabet;  // V = alphabet.size()
    Matrix embedding;   // (V, E), or 0 x 0 for one-hot
    std::vector<RecurrentLayer> layers;
    Matrix output;  // (V, H) on the last layer's h
    std::vector<Skip> output_skips;
    std::vector<float> output_bias;  // (V)
    std::map<std::string, std::string>
        metadata;  // see namespace key; the alphabet's and the format's are made by to_graph

    int64_t weight_count() const;  // every number above that training moves
    int width_of(int from) const;  // of layer `from`'s h, or of what stands for the token
    // Whether all layers are of one cell and size, each on the one below: what training makes.
    bool is_stack() const;
};

// The ONNX graph: inputs token int64 [1] and, a layer, h0.. (and c0.. for LSTM) float32 [1, 1, H],
// named h and c without a number in a model of one layer; outputs logits float32 [1, V] and the
// states in the same order, h_next …. Operators: OneHot or Gather, GRU, LSTM or RNN, MatMul, Add,
// Tanh, Relu, Concat (of skips) and shape operators only, opset 17.
Graph to_graph(const RecurrentModel& model);

// The model in `graph`, which need not be ours but must have that form. Throws Error(where, …)
// naming the first node that does not fit.
RecurrentModel recurrent_model_from(const Graph& graph, const std::string& where);

// Whether `graph` says of itself that it is an integer model (metadata key::kFormat).
bool is_integer(const Graph& graph);

}  // namespace quillet
