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

// One layer with ONNX's names, gate order and equations (operators GRU with linear_before_reset = 1
// and LSTM, opset 14): gates z, r, h for a GRU and i, o, f, c for an LSTM; G = gates_of(cell), H =
// hidden size, I = input size.
struct RecurrentLayer {
    Matrix W;               // (G*H, I)
    Matrix R;               // (G*H, H)
    std::vector<float> Wb;  // (G*H)
    std::vector<float> Rb;  // (G*H)
};

// token -> embedding row, or one-hot where there is no embedding -> layers -> logits = output * h +
// output_bias. With no embedding the first layer's W is (G*H, V): its columns are the input table.
struct RecurrentModel {
    Cell cell = Cell::gru;
    Alphabet alphabet;  // V = alphabet.size()
    int hidden = 0;     // H, the same in every layer
    Matrix embedding;   // (V, E), or 0 x 0 for one-hot
    std::vector<RecurrentLayer> layers;
    Matrix output;                   // (V, H)
    std::vector<float> output_bias;  // (V)
    std::map<std::string, std::string>
        metadata;  // see namespace key; the alphabet's and the format's are made by to_graph

    int64_t weight_count() const;  // every number above that training moves
};

// The ONNX graph: inputs token int64 [1] and, a layer, h0.. (and c0.. for LSTM) float32 [1, 1, H],
// named h and c without a number in a model of one layer; outputs logits float32 [1, V] and the
// states in the same order, h_next …. Operators: OneHot or Gather, GRU or LSTM, MatMul, Add and
// shape operators only, opset 17.
Graph to_graph(const RecurrentModel& model);

// The model in `graph`, which need not be ours but must have that form. Throws Error(where, …)
// naming the first node that does not fit.
RecurrentModel recurrent_model_from(const Graph& graph, const std::string& where);

// Whether `graph` says of itself that it is an integer model (metadata key::kFormat).
bool is_integer(const Graph& graph);

}  // namespace quillet
