// What is in a model: cells, sizes, operators and what of it is not supported, for people and
// programs to read.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "graph/value.h"

namespace quillet {

struct Summary {
    struct Cell {
        std::string name;  // of the node
        std::string op;    // "GRU", "LSTM", "RNN"
        int64_t inputs, hidden;
        bool linear_before_reset;  // of a GRU
    };
    struct Constant {
        std::string name;
        TypedShape what;
        int64_t bytes;
    };
    struct Unsupported {
        std::string node, op, reason;
    };

    std::vector<Cell> cells;
    std::string input;  // "embedding of 24", "one-hot"; "" where neither is seen
    std::map<std::string, int64_t> values;  // constants' elements by type, "float32" → 1234
    int64_t constant_bytes = 0;
    int64_t weights = 0;      // numbers that training moves; 0 where the model is not of our form
    int64_t state_bytes = 0;  // of the inputs that are handed on from outputs
    std::vector<Constant> largest;             // constants, the largest first
    std::map<std::string, int64_t> operators;  // how often each occurs
    std::vector<Unsupported> unsupported;
    std::string
        problem;  // what shape inference stops at with batch and sequence 1; "" where it passes
};

// The summary of `graph`; never throws for what a graph that was read may hold.
Summary summarize(const Graph& graph, const std::string& where);

}  // namespace quillet
