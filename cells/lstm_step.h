// The LSTM's float step in training, forward and backward.
// SPDX-License-Identifier: MIT
//
// Static, for each file that includes it to have its own: train/kernels.inc is compiled for several
// instruction sets.
#pragma once

#include "cells/activation.h"
#include "cells/cell_step.h"

namespace quillet::lstm {

// i, o, f = s(W x + Wb + R h + Rb), g = tanh(…) by the rows ONNX calls c, c' = f * c + i * g,
// h' = o * tanh(c'). Work row: i, o, f, g; backward: their gradients.
template <class T>
static void forward(const CellStep<T>& row) {
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
static void backward(const CellGradient<T>& row) {
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

}  // namespace quillet::lstm
