// The GRU's float step in training, forward and backward.
// SPDX-License-Identifier: MIT
//
// Static, for each file that includes it to have its own: train/kernels.inc is compiled for several
// instruction sets.
#pragma once

#include "cells/activation.h"
#include "cells/cell_step.h"

namespace quillet::gru {

//   z = s(Wz x + Wbz + Rz h + Rbz), r likewise, q = Rh h + Rbh, n = tanh(Wh x + Wbh + r * q), h' =
//   n + z * (h - n)
// Work row: n, z, r, q; backward: dn, dz, dr, dq.
template <class T>
static void forward(const CellStep<T>& row) {
    const int H = row.hidden;
    const T *xz = row.x, *xr = xz + H, *xn = xr + H;
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

}  // namespace quillet::gru
