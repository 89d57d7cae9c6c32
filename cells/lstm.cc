// The LSTM without peepholes.
// SPDX-License-Identifier: MIT
#include "cells/cell.h"
#include "cells/lstm_step.h"

namespace quillet {
namespace {

// docs/integer.md.
void lstm_integer_step(IntegerStep& s) {
    const auto sums = s.add(s.recurrent_part(), s.input_part(), "pre");
    const auto pre = s.split(sums, {3, 1}, {"pre_iof", "pre_c"});
    const auto gates = s.split(s.sigmoid(pre[0], "iof"), {1, 1, 1}, {"i", "o", "f"});
    const auto g = s.tanh(pre[1], "g");
    const auto kept = s.multiply(gates[2], s.state(1), "f_c");
    const auto added = s.asr(s.multiply(gates[0], g, "i_g"), 3, "added");
    const auto sum = s.asr(s.add(kept, added, "c_fine"), 14, "c_sum");
    const auto c = s.clip(sum, -kCellLimit, kCellLimit, "c_wide");
    const auto index = s.asr(s.multiply_by(c, 129, "c_129"), 13, "c_index");
    const auto bent = s.tanh_at(index, "c_entry", "tanh_c");
    const auto h = s.asr(s.multiply(gates[1], bent, "o_tanh_c"), 14, "h_wide");
    s.set_state(1, c);
    s.set_state(0, h);
}

}  // namespace

CellRow lstm_row() {
    return {.cell = Cell::lstm,
            .name = "lstm",
            .op = "LSTM",
            .gates = 4,  // i, o, f, c
            .joined_biases = 4,
            .remember_gate = 2,
            .resets_after = false,
            .activation = nullptr,
            .stateless_name = nullptr,
            .is_homogeneous = false,
            .states = {{"h", kHiddenLimit, false}, {"c", kCellLimit, true}},
            .integer_step = lstm_integer_step,
            .integer_kernel = "quillet_lstm_gates",
            .trains_quantized = false,
            .work_columns = 4,
            .input_columns = 4,
            .input = {{0, 0, 4}},
            .recurrent = {{0, 0, 4}},
            .forward = lstm::forward<double>};
}

}  // namespace quillet
