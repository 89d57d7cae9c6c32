// The table of cells: a row says all that the layers above need to know of a recurrent cell.
// SPDX-License-Identifier: MIT
//
// docs/DESIGN.md lists the files that adding a cell touches. An ONNX operator that compile/ cannot
// lower yet needs its float lowering as well.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cells/cell_list.h"
#include "cells/cell_step.h"
#include "cells/integer_step.h"

namespace quillet {

#define QUILLET_VALUE(name) name,
enum class Cell { QUILLET_CELL_LIST(QUILLET_VALUE) };
#undef QUILLET_VALUE

// One state of a layer, H values.
struct CellState {
    const char* name;  // "h"; a layer's number follows it in a model of several layers
    int64_t limit;     // of the integer state: |value| <= limit
    bool is_wide;      // int32 in a compiled model, else int16
};

struct CellRow {
    Cell cell;
    const char* name;  // on the command line, in files and in the names of tensors: "gru"
    const char* op;    // ONNX's operator of a layer: "GRU"
    int gates;         // W is (gates * H, I), R (gates * H, H), gates in ONNX's order
    // The recurrent biases of the first so many gates are only ever added to the input's biases.
    // Those of the others, called b_hn in an integer model, stay with the recurrent product.
    int joined_biases;
    int remember_gate;  // the gate that carries the old state on: its bias starts above zero; or -1
    bool resets_after;  // the operator's node has linear_before_reset = 1
    const char* activation;  // the one of the operator's node; null: those that it has unnamed
    // What a layer of this cell is named that keeps no state (h = activation(W x + b)): null where
    // there is none.
    const char* stateless_name;
    // h(W, R, b) of a layer all of whose inputs are s times as large is s times as large: states have
    // no bound, and quantize chooses a scale of each unit's.
    bool is_homogeneous;
    std::vector<CellState> states;  // h first: what the layer above reads

    // The integer step (docs/integer.md) between the matrix products, and the kernel that does the
    // same in C: NAME(every state, sums, scales, input part[, b_hn], hidden, first, count).
    void (*integer_step)(IntegerStep& step);
    const char* integer_kernel;
    bool trains_quantized;  // train --bits has a rounding of its weights and states

    // The float step in training: where W and R meet the columns of the work row. The step itself
    // is in a header of its own (gru_step.h), for train/kernels.inc, by cell_list.h.
    int work_columns;   // in units of H
    int input_columns;  // of them, the first so many are reached by W
    std::vector<CellBlock> input, recurrent;
    void (*forward)(const CellStep<double>& step);  // what integer/ measures states by

    // Gates whose recurrent biases stay apart.
    int apart_biases() const { return gates - joined_biases; }
};

// Every cell, in the order of the enumeration.
std::span<const CellRow> cell_table();

// What is trained where nobody says which.
inline constexpr Cell kDefaultCell = Cell::gru;

const CellRow& row_of(Cell cell);
// Null where there is none.
const CellRow* find_cell(std::string_view name);
std::vector<std::string> cell_names();

inline std::string name_of(Cell cell) {
    return row_of(cell).name;
}
inline int gates_of(Cell cell) {
    return row_of(cell).gates;
}
inline size_t states_of(Cell cell) {
    return row_of(cell).states.size();
}

// The rows, each in its own file.
#define QUILLET_ROW(name) CellRow name##_row();
QUILLET_CELL_LIST(QUILLET_ROW)
#undef QUILLET_ROW

}  // namespace quillet
