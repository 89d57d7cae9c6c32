// The LSTM without peepholes.
// SPDX-License-Identifier: MIT
#include "cells/activation.h"
#include "cells/cell.h"

namespace quillet {
namespace {

// i, o, f = s(W x + Wb + R h + Rb), g = tanh(…) by the rows ONNX calls c, c' = f * c + i * g,
// h' = o * tanh(c'). Work row: i, o, f, g; backward: their gradients.
template <class T>
void forward(const CellStep<T>& row) {
    const int H = row.hidden;
    const T *x = row.x, *p = row.p, *before = row.previous_c;
    T *i = row.work, *o = i + H, *f = o + H, *g = f + H, *c = row.c, *h = row.h;
    QUILLET_INDEPENDENT
    for (int j = 0; j < H; j++) {
        T ij = sigmoid(x[j] + p[j]);
        T oj = sigmoid(x[H + j] + p[H + j]);
        T fj = sigmoid(x[2 * H + j] + p[2 * H + j]);
        T gj = hyperbolic_tangent(x[3 * H + j] + p[3 * H + j]);
        T cj = fj * before[j] + ij * gj;
        c[j] = cj;
        h[j] = oj * hyperbolic_tangent(cj);
        i[j] = ij, o[j] = oj, f[j] = fj, g[j] = gj;
    }
}

template <class T>
void backward(const CellGradient<T>& row) {
    const int H = row.hidden;
    const T *before = row.previous_c, *dh = row.dh, *c = row.c;
    T *i = row.work, *o = i + H, *f = o + H, *g = f + H, *carry_h = row.carry_h,
      *carry_c = row.carry_c;
    QUILLET_INDEPENDENT
    for (int j = 0; j < H; j++) {
        T ij = i[j], oj = o[j], fj = f[j], gj = g[j], tj = hyperbolic_tangent(c[j]);
        T dc = carry_c[j] + dh[j] * oj * (1 - tj * tj);
        carry_c[j] = dc * fj;
        carry_h[j] = 0;
        i[j] = dc * gj * ij * (1 - ij);
        o[j] = dh[j] * tj * oj * (1 - oj);
        f[j] = dc * before[j] * fj * (1 - fj);
        g[j] = dc * ij * (1 - gj * gj);
    }
}

// docs/integer.md.
void integer_step(IntegerStep& s) {
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
            .integer_step = integer_step,
            .integer_kernel = "quillet_lstm_gates",
            .trains_quantized = false,
            .work_columns = 4,
            .input_columns = 4,
            .input = {{0, 0, 4}},
            .recurrent = {{0, 0, 4}},
            .math32 = {forward<float>, backward<float>},
            .math64 = {forward<double>, backward<double>}};
}

}  // namespace quillet
