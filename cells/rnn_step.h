// The Elman cell's float step in training, by tanh or by ReLU, forward and backward.
// SPDX-License-Identifier: MIT
//
// Static, for each file that includes it to have its own: train/kernels.inc is compiled for several
// instruction sets.
#pragma once

#include "cells/activation.h"
#include "cells/cell_step.h"

namespace quillet::rnn {

// h' = f(W x + Wb + R h + Rb). Work row: h'; backward: the gradient by what f takes.
template <class T>
static void forward(const CellStep<T>& row) {
    const T *x = row.x, *p = row.p;
    T *work = row.work, *h = row.h;
    QUILLET_INDEPENDENT
    for (int i = 0; i < row.hidden; i++) {
        T hi = hyperbolic_tangent(x[i] + p[i]);
        h[i] = hi, work[i] = hi;
    }
}

template <class T>
static void backward(const CellGradient<T>& row) {
    const T* dh = row.dh;
    T *work = row.work, *carry = row.carry_h;
    QUILLET_INDEPENDENT
    for (int i = 0; i < row.hidden; i++) {
        work[i] = dh[i] * (1 - work[i] * work[i]);
        carry[i] = 0;
    }
}

}  // namespace quillet::rnn

namespace quillet::rnn_relu {

template <class T>
static void forward(const CellStep<T>& row) {
    const T *x = row.x, *p = row.p;
    T *work = row.work, *h = row.h;
    QUILLET_INDEPENDENT
    for (int i = 0; i < row.hidden; i++) {
        T a = x[i] + p[i], hi = a > 0 ? a : T(0);
        h[i] = hi, work[i] = hi;
    }
}

template <class T>
static void backward(const CellGradient<T>& row) {
    const T* dh = row.dh;
    T *work = row.work, *carry = row.carry_h;
    QUILLET_INDEPENDENT
    for (int i = 0; i < row.hidden; i++) {
        work[i] = work[i] > 0 ? dh[i] : T(0);
        carry[i] = 0;
    }
}

}  // namespace quillet::rnn_relu
