// The Elman cell, by tanh or by ReLU.
// SPDX-License-Identifier: MIT
#include "cells/cell.h"
#include "cells/rnn_step.h"

namespace quillet {
namespace {

// docs/integer.md.
void rnn_integer_step(IntegerStep& s) {
    s.set_state(0, s.tanh(s.add(s.recurrent_part(), s.input_part(), "pre"), "h_wide"));
}

void rnn_relu_integer_step(IntegerStep& s) {
    const auto pre = s.add(s.recurrent_part(), s.input_part(), "pre");
    const auto kept = s.clip(pre, 0, 1024, "kept");
    s.set_state(0, s.asr(s.multiply_by(kept, 127, "kept_127"), 2, "h_wide"));
}

}  // namespace

CellRow rnn_row() {
    return {.cell = Cell::rnn,
            .name = "rnn",
            .op = "RNN",
            .gates = 1,
            .joined_biases = 1,
            .remember_gate = -1,
            .resets_after = false,
            .activation = nullptr,
            .stateless_name = "tanh",
            .is_homogeneous = false,
            .states = {{"h", kHiddenLimit, false}},
            .integer_step = rnn_integer_step,
            .integer_kernel = "quillet_rnn_gates",
            .trains_quantized = false,
            .work_columns = 1,
            .input_columns = 1,
            .input = {{0, 0, 1}},
            .recurrent = {{0, 0, 1}},
            .forward = rnn::forward<double>};
}

CellRow rnn_relu_row() {
    CellRow row = rnn_row();
    row.cell = Cell::rnn_relu;
    row.name = "rnn_relu";
    row.activation = "Relu";
    row.stateless_name = "relu";
    row.is_homogeneous = true;
    row.integer_step = rnn_relu_integer_step;
    row.forward = rnn_relu::forward<double>;
    row.integer_kernel = "quillet_rnn_relu_gates";
    return row;
}

}  // namespace quillet
