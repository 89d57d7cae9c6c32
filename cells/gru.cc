// The GRU that resets after the multiplication (ONNX linear_before_reset = 1).
// SPDX-License-Identifier: MIT
#include "cells/cell.h"
#include "cells/gru_step.h"

namespace quillet {
namespace {

// docs/DESIGN.md, contract 5.
void gru_integer_step(IntegerStep& s) {
    const auto p = s.split(s.recurrent_part(), {2, 1}, {"p_zr", "p_n"});
    const auto g = s.split(s.input_part(), {2, 1}, {"g_zr", "g_n"});
    const auto zr = s.split(s.sigmoid(s.add(p[0], g[0], "pre_zr"), "zr"), {1, 1}, {"z", "r"});
    const auto inner = s.add(p[1], s.apart_bias(), "inner");
    const auto reset = s.asr(s.multiply(zr[1], inner, "r_inner"), 14, "reset");
    const auto n = s.tanh(s.add(g[1], reset, "pre_n"), "n");
    const auto difference = s.subtract(s.state(0), n, "h_minus_n");
    const auto kept = s.asr(s.multiply(zr[0], difference, "z_difference"), 14, "kept");
    s.set_state(0, s.add(n, kept, "h_wide"));
}

}  // namespace

CellRow gru_row() {
    return {.cell = Cell::gru,
            .name = "gru",
            .op = "GRU",
            .gates = 3,  // z, r, h
            .joined_biases = 2,
            .remember_gate = 0,
            .resets_after = true,
            .activation = nullptr,
            .stateless_name = nullptr,
            .is_homogeneous = false,
            .states = {{"h", kHiddenLimit, false}},
            .integer_step = gru_integer_step,
            .integer_kernel = "quillet_gru_gates",
            .trains_quantized = true,
            .work_columns = 4,
            .input_columns = 3,
            .input = {{0, 1, 2}, {2, 0, 1}},
            .recurrent = {{0, 1, 3}},
            .forward = gru::forward<double>};
}

}  // namespace quillet
