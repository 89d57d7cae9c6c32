// The GRU that resets after the multiplication (ONNX linear_before_reset = 1).
// SPDX-License-Identifier: MIT
#include "cells/activation.h"
#include "cells/cell.h"

namespace quillet {
namespace {

//   z = s(Wz x + Wbz + Rz h + Rbz), r likewise, q = Rh h + Rbh, n = tanh(Wh x + Wbh + r * q), h' =
//   n + z * (h - n)
// Work row: n, z, r, q; backward: dn, dz, dr, dq.
template <class T>
void forward(const CellStep<T>& row) {
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
void backward(const CellGradient<T>& row) {
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

// docs/DESIGN.md, contract 5.
void integer_step(IntegerStep& s) {
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
            .integer_step = integer_step,
            .integer_kernel = "quillet_gru_gates",
            .trains_quantized = true,
            .work_columns = 4,
            .input_columns = 3,
            .input = {{0, 1, 2}, {2, 0, 1}},
            .recurrent = {{0, 1, 3}},
            .math32 = {forward<float>, backward<float>},
            .math64 = {forward<double>, backward<double>}};
}

}  // namespace quillet
