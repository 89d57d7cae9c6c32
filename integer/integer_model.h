// An integer character model as a value: what quantize.h makes, the integer ONNX file holds,
// compile/ packs.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/alphabet.h"
#include "cells/recurrent_model.h"
#include "graph/graph.h"

namespace quillet {

// Rows of small integers, each with its multiplier and shift: what a row's sum `acc` stands for in
// Q10 is asr(acc * m, k), where asr(x, k) = (x + ((1 << k) >> 1)) >> k, floored.
struct IntegerMatrix {
    int rows = 0;
    int columns = 0;
    std::vector<int8_t> q;   // (rows, columns), |q| <= 127, 7 or 1
    std::vector<int32_t> m;  // (rows), at least 1
    std::vector<int32_t> k;  // (rows), 0 .. 30

    friend bool operator==(const IntegerMatrix&, const IntegerMatrix&) = default;
};

// What a layer or the logits read besides the layer below (struct Skip).
struct IntegerSkip {
    int from;  // a layer by its number, or kToken
    IntegerMatrix
        matrix;  // as a layer's input on that layer's h8; of kToken a table, a row a token

    friend bool operator==(const IntegerSkip&, const IntegerSkip&) = default;
};

// Gates in ONNX's order: z, r, h for a GRU and i, o, f, c for an LSTM; G = gates_of(cell), H =
// hidden.
struct IntegerLayer {
    IntegerMatrix
        input;  // (G*H, H) on the previous layer's h8; empty in layer 0, which has the table
    IntegerMatrix recurrent;    // (G*H, H); empty in a layer that keeps no state
    std::vector<int32_t> b;     // (G*H) Q10, added to the input's part
    std::vector<int32_t> b_hn;  // (CellRow::apart_biases() * H) Q10: added to the recurrent part
    Cell cell = kDefaultCell;
    std::vector<IntegerSkip> skips = {};  // added to the input's part

    int hidden() const { return static_cast<int>(b.size()) / gates_of(cell); }
    bool keeps_state() const { return recurrent.columns > 0; }

    friend bool operator==(const IntegerLayer&, const IntegerLayer&) = default;
};

// The integer GRU, LSTM and RNN of docs/integer.md (docs/DESIGN.md, contract 5).
struct IntegerModel {
    Alphabet alphabet;  // V = alphabet.size()
    int bits = 8;  // of the recurrent and the deeper layers' input matrices: 8, 4 or 2 (ternary)
    int table_bits = 8;   // of the table: 8 or 4
    int output_bits = 8;  // of the output matrix: 8 or 4
    IntegerMatrix table;  // (V, G*H): layer 0's input part, a row a token
    std::vector<IntegerLayer> layers;
    IntegerMatrix output;  // (V, H) on the last layer's h8
    std::vector<IntegerSkip> output_skips;
    std::vector<int32_t> output_bias;             // (V) Q10
    std::map<std::string, std::string> metadata;  // see namespace key

    int64_t weight_count()
        const;  // products of a step: all matrices but the table, of which a step reads a row

    friend bool operator==(const IntegerModel&, const IntegerModel&) = default;
};

// Removes what to_graph writes into metadata by itself.
void erase_made(std::map<std::string, std::string>& metadata);

// Throws Error(where, …) when sizes, ranges or metadata do not fit one another.
void check_sizes(const IntegerModel& model, const std::string& where);

// The states in the order of inputs and outputs: "h", or "h", "c", or "h0", "c0", "h1", …
struct StateOf {
    std::string name;
    int size;
};
std::vector<StateOf> states_of(const IntegerModel& model);
std::vector<std::string> state_names(const IntegerModel& model);

// The name that a layer has in the graph.
std::string layer_name(const IntegerModel& model, size_t index);

// Ends the name of a skip's matrix: "gru2.W" + "_0", or "_token".
std::string skip_suffix(int from);

namespace key {
inline constexpr const char* kBits = "quillet.bits";  // "8", "4" or "2"
// "8" or "4"; files without them have 8.
inline constexpr const char* kTableBits = "quillet.table_bits";
inline constexpr const char* kOutputBits = "quillet.output_bits";
}  // namespace key
inline constexpr const char* kIntegerFormat = "integer-1";  // of to_graph, metadata key::kFormat
inline constexpr const char* kWriterFormat = "integer-writer-1";  // of to_writer_graph

// The ONNX graph of standard operators (opset 17) that computes exactly these integers. Inputs
// token int64 [1] and the states, int32 [1, 1, H]; outputs logits int32 [1, V] in Q10 and the
// states' next values.
Graph to_graph(const IntegerModel& model);

// The same with the contract's sampler and generator inside, so that one run is one character.
// Inputs: token, the states, `random` uint32 [4] (the generator's words) and `sampling` uint32 [4]
// (quillet_sampling's fields in order). Outputs: token_next int64 [1], the states' next values,
// random_next. REQUIRES of the caller: states zero and the line token at the start of a line.
Graph to_writer_graph(const IntegerModel& model);

// The model in a graph that one of the two made. Nothing is matched by its looks: the parameters
// are taken by name, the graph is made anew and must be equal. Throws Error(where, …) with what
// differs, and where integer_bounds.h refuses the model.
IntegerModel integer_model_from(const Graph& graph, const std::string& where);

}  // namespace quillet
