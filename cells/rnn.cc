// The Elman cell, by tanh or by ReLU.
// SPDX-License-Identifier: MIT
#include "cells/activation.h"
#include "cells/cell.h"

namespace quillet {
namespace {

// h' = f(W x + Wb + R h + Rb). Work row: h'; backward: the gradient by what f takes.
template <class T>
void forward_tanh(const CellStep<T>& row) {
    const T *x = row.x, *p = row.p;
    T *work = row.work, *h = row.h;
    QUILLET_INDEPENDENT
    for (int i = 0; i < row.hidden; i++) {
        T hi = hyperbolic_tangent(x[i] + p[i]);
        h[i] = hi, work[i] = hi;
    }
}

template <class T>
void backward_tanh(const CellGradient<T>& row) {
    const T* dh = row.dh;
    T *work = row.work, *carry = row.carry_h;
    QUILLET_INDEPENDENT
    for (int i = 0; i < row.hidden; i++) {
        work[i] = dh[i] * (1 - work[i] * work[i]);
        carry[i] = 0;
    }
}

template <class T>
void forward_relu(const CellStep<T>& row) {
    const T *x = row.x, *p = row.p;
    T *work = row.work, *h = row.h;
    QUILLET_INDEPENDENT
    for (int i = 0; i < row.hidden; i++) {
        T a = x[i] + p[i], hi = a > 0 ? a : T(0);
        h[i] = hi, work[i] = hi;
    }
}

template <class T>
void backward_relu(const CellGradient<T>& row) {
    const T* dh = row.dh;
    T *work = row.work, *carry = row.carry_h;
    QUILLET_INDEPENDENT
    for (int i = 0; i < row.hidden; i++) {
        work[i] = work[i] > 0 ? dh[i] : T(0);
        carry[i] = 0;
    }
}

// docs/integer.md.
void integer_step_tanh(IntegerStep& s) {
    s.set_state(0, s.tanh(s.add(s.recurrent_part(), s.input_part(), "pre"), "h_wide"));
}

void integer_step_relu(IntegerStep& s) {
    const auto pre = s.add(s.recurrent_part(), s.input_part(), "pre");
    const auto kept = s.clip(pre, 0, 1024, "kept");
    s.set_state(0, s.asr(s.multiply_by(kept, 127, "kept_127"), 2, "h_wide"));
}

CellRow elman_row() {
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
            .integer_step = integer_step_tanh,
            .integer_kernel = "quillet_rnn_gates",
            .trains_quantized = false,
            .work_columns = 1,
            .input_columns = 1,
            .input = {{0, 0, 1}},
            .recurrent = {{0, 0, 1}},
            .math32 = {forward_tanh<float>, backward_tanh<float>},
            .math64 = {forward_tanh<double>, backward_tanh<double>}};
}

}  // namespace

CellRow rnn_row() {
    return elman_row();
}

CellRow rnn_relu_row() {
    CellRow row = elman_row();
    row.cell = Cell::rnn_relu;
    row.name = "rnn_relu";
    row.activation = "Relu";
    row.stateless_name = "relu";
    row.is_homogeneous = true;
    row.integer_step = integer_step_relu;
    row.integer_kernel = "quillet_rnn_relu_gates";
    row.math32 = {forward_relu<float>, backward_relu<float>};
    row.math64 = {forward_relu<double>, backward_relu<double>};
    return row;
}

}  // namespace quillet
