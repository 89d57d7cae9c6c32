// The recurrent cells, forward beside backward: what stands between the matrix products.
// SPDX-License-Identifier: MIT
#pragma once

#include "cells/recurrent_model.h"
#include "train/activation.h"

// No two rows overlap but where they are the same, element for element.
#if defined(__clang__)
#    define QUILLET_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#    define QUILLET_INDEPENDENT _Pragma("GCC ivdep")
#endif

namespace quillet::train {

// Where the rows of W or R meet the columns of the work row, which holds the gates going forward
// and the gradients of their pre-activations going backward.
struct Block {
    int first_row;     // of the weights, in units of H
    int first_column;  // of the work row, in units of H
    int count;         // in units of H
};

constexpr int kWorkColumns = 4;  // in units of H, for both cells

// One stream at one step. Every pointer is to H elements unless said otherwise.
template <class T>
struct CellRow {
    int hidden;
    const T* x;  // pre-activations from below, biases included: gate g at x + x_offset(g) * H, by
                 // the cell
    bool x_is_table;  // x is a row of the input table, gates in ONNX order; else it lies in `work`
                      // in the work row's order
    const T* p;       // R * (previous state): G*H, ONNX order
    const T* recurrent_bias;  // G*H, used by the GRU alone: the other biases are in x
    const T* previous;        // h(t-1), zero at a line's start
    const T* previous_c;
    T* work;  // 4*H
    T* h;
    T* c;
};

template <class T>
struct CellGradient {
    int hidden;
    const T* previous;
    const T* previous_c;
    const T* c;
    const T* dh;  // of the loss by h(t)
    T* work;      // in: the gates; out: gradients by the pre-activations
    T* carry_h;   // out: what of dh reaches h(t-1) without a product
    T* carry_c;   // in: dc(t) from t+1; out: dc(t-1)
};

// GRU, reset after the multiplication (ONNX linear_before_reset = 1):
//   z = s(Wz x + Wbz + Rz h + Rbz), r likewise, q = Rh h + Rbh, n = tanh(Wh x + Wbh + r * q), h' =
//   n + z * (h - n)
// Work row: n, z, r, q; backward: dn, dz, dr, dq.
struct Gru {
    static constexpr Block kInput[] = {{0, 1, 2}, {2, 0, 1}};
    static constexpr int kInputColumns = 3;  // the first of the work row, in units of H
    static constexpr Block kRecurrent[] = {{0, 1, 3}};

    template <class T>
    static void forward(const CellRow<T>& row) {
        const int H = row.hidden;
        const T *xz = row.x + (row.x_is_table ? 0 : H), *xr = row.x + (row.x_is_table ? H : 2 * H);
        const T* xn = row.x + (row.x_is_table ? 2 * H : 0);
        const T *pz = row.p, *pr = pz + H, *pn = pr + H, *bias = row.recurrent_bias + 2 * H;
        const T* before = row.previous;
        T *n = row.work, *z = n + H, *r = z + H, *q = r + H, *h = row.h;
        QUILLET_INDEPENDENT
        for (int i = 0; i < H; i++) {
            T zi = sigmoid(xz[i] + pz[i]);
            T ri = sigmoid(xr[i] + pr[i]);
            T qi = pn[i] + bias[i];
            T ni = hyperbolic_tangent(xn[i] + ri * qi);
            h[i] = ni + zi * (before[i] - ni);
            n[i] = ni, z[i] = zi, r[i] = ri, q[i] = qi;
        }
    }

    template <class T>
    static void backward(const CellGradient<T>& row) {
        const int H = row.hidden;
        const T *before = row.previous, *dh = row.dh;
        T *n = row.work, *z = n + H, *r = z + H, *q = r + H, *carry = row.carry_h;
        QUILLET_INDEPENDENT
        for (int i = 0; i < H; i++) {
            T di = dh[i], zi = z[i], ri = r[i], ni = n[i];
            T dn = di * (1 - zi) * (1 - ni * ni);
            carry[i] = di * zi;
            z[i] = di * (before[i] - ni) * zi * (1 - zi);
            r[i] = dn * q[i] * ri * (1 - ri);
            n[i] = dn;
            q[i] = dn * ri;
        }
    }
};

// LSTM: i, o, f = s(W x + Wb + R h + Rb), g = tanh(…) by the rows ONNX calls c, c' = f * c + i * g,
// h' = o * tanh(c') Work row: i, o, f, g; backward: their gradients.
struct Lstm {
    static constexpr Block kInput[] = {{0, 0, 4}};
    static constexpr int kInputColumns = 4;
    static constexpr Block kRecurrent[] = {{0, 0, 4}};

    template <class T>
    static void forward(const CellRow<T>& row) {
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
};

}  // namespace quillet::train
