/* The float kernels: what one step of a float model is made of (docs/DESIGN.md, contract 6).
 * SPDX-License-Identifier: MIT */
#include "quillet_kernels_f32.h"

#include "quillet_math_f32.h"

/* Before a loop that reads each element before it writes that of the same place: arrays are the same or
 * apart, so no iteration waits for another. */
#if defined(__clang__)
#    pragma clang diagnostic ignored "-Wpass-failed" /* of machines and flags without vectors */
#    define QUILLET_EACH _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#    define QUILLET_EACH _Pragma("GCC ivdep")
#else
#    define QUILLET_EACH
#endif

/* A whole strip: its sums, which begin with `start`, stay in registers while the columns go by. The
 * loops over rows become two (AVX-512) to eight (SSE) vector operations. */
static inline void add_strip(float* y, const float* start, const float* restrict weights,
                             const float* restrict x, uint32_t columns) {
    float sums[QUILLET_STRIP_F32];
    for (uint32_t r = 0; r < QUILLET_STRIP_F32; r++) sums[r] = start[r];
    for (uint32_t c = 0; c < columns; c++) {
        float value = x[c];
        for (uint32_t r = 0; r < QUILLET_STRIP_F32; r++) sums[r] += weights[r] * value;
        weights += QUILLET_STRIP_F32;
    }
    for (uint32_t r = 0; r < QUILLET_STRIP_F32; r++) y[r] = sums[r];
}

/* The last strip, of fewer rows, added to y: how many is known when it runs, so that its sums lie in
 * memory anyway. */
static void add_last_strip(float* restrict y, const float* restrict weights,
                           const float* restrict x, uint32_t width, uint32_t columns) {
    for (uint32_t c = 0; c < columns; c++) {
        float value = x[c];
        for (uint32_t r = 0; r < width; r++) y[r] += weights[r] * value;
        weights += width;
    }
}

void quillet_product_f32(float* restrict y, const float* restrict weights, const float* restrict x,
                         uint32_t rows, uint32_t columns) {
    static const float zeros[QUILLET_STRIP_F32];
    for (; rows >= QUILLET_STRIP_F32; rows -= QUILLET_STRIP_F32) {
        add_strip(y, zeros, weights, x, columns);
        y += QUILLET_STRIP_F32;
        weights += QUILLET_STRIP_F32 * columns;
    }
    for (uint32_t r = 0; r < rows; r++) y[r] = 0.0f;
    add_last_strip(y, weights, x, rows, columns);
}

void quillet_affine_f32(float* y, const float* restrict weights, const float* bias,
                        const float* restrict x, uint32_t rows, uint32_t columns) {
    for (; rows >= QUILLET_STRIP_F32; rows -= QUILLET_STRIP_F32) {
        add_strip(y, bias, weights, x, columns);
        y += QUILLET_STRIP_F32;
        bias += QUILLET_STRIP_F32;
        weights += QUILLET_STRIP_F32 * columns;
    }
    for (uint32_t r = 0; r < rows; r++) y[r] = bias[r];
    add_last_strip(y, weights, x, rows, columns);
}

void quillet_gru_f32(float* restrict h, const float* restrict zr, const float* restrict gx_n,
                     const float* restrict gh_n, uint32_t hidden) {
    const float *gate_z = zr, *gate_r = zr + hidden;
    for (uint32_t i = 0; i < hidden; i++) {
        float z = quillet_sigmoid_f32(gate_z[i]);
        float r = quillet_sigmoid_f32(gate_r[i]);
        float n = quillet_tanh_f32(gx_n[i] + r * gh_n[i]);
        h[i] = n + z * (h[i] - n);
    }
}

void quillet_lstm_f32(float* restrict h, float* restrict c, const float* restrict gates,
                      uint32_t hidden) {
    const float *gate_i = gates, *gate_o = gates + hidden;
    const float *gate_f = gates + 2 * hidden, *gate_g = gates + 3 * hidden;
    for (uint32_t k = 0; k < hidden; k++) {
        float i = quillet_sigmoid_f32(gate_i[k]);
        float o = quillet_sigmoid_f32(gate_o[k]);
        float f = quillet_sigmoid_f32(gate_f[k]);
        float g = quillet_tanh_f32(gate_g[k]);
        float next = f * c[k] + i * g;
        c[k] = next;
        h[k] = o * quillet_tanh_f32(next);
    }
}

void quillet_blend_f32(float* restrict h, const float* restrict z, const float* restrict n,
                       uint32_t count) {
    for (uint32_t i = 0; i < count; i++) h[i] = n[i] + z[i] * (h[i] - n[i]);
}

void quillet_add_f32(float* y, const float* a, const float* b, uint32_t count) {
    QUILLET_EACH
    for (uint32_t i = 0; i < count; i++) y[i] = a[i] + b[i];
}

void quillet_subtract_f32(float* y, const float* a, const float* b, uint32_t count) {
    QUILLET_EACH
    for (uint32_t i = 0; i < count; i++) y[i] = a[i] - b[i];
}

void quillet_multiply_f32(float* y, const float* a, const float* b, uint32_t count) {
    QUILLET_EACH
    for (uint32_t i = 0; i < count; i++) y[i] = a[i] * b[i];
}

void quillet_divide_f32(float* y, const float* a, const float* b, uint32_t count) {
    QUILLET_EACH
    for (uint32_t i = 0; i < count; i++) y[i] = a[i] / b[i];
}

void quillet_sigmoid_each_f32(float* y, const float* x, uint32_t count) {
    QUILLET_EACH
    for (uint32_t i = 0; i < count; i++) y[i] = quillet_sigmoid_f32(x[i]);
}

void quillet_tanh_each_f32(float* y, const float* x, uint32_t count) {
    QUILLET_EACH
    for (uint32_t i = 0; i < count; i++) y[i] = quillet_tanh_f32(x[i]);
}

void quillet_relu_f32(float* y, const float* x, uint32_t count) {
    QUILLET_EACH
    for (uint32_t i = 0; i < count; i++) y[i] = x[i] > 0.0f ? x[i] : 0.0f;
}

void quillet_copy_f32(float* restrict y, const float* restrict x, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) y[i] = x[i];
}

void quillet_logits_f32(int32_t* restrict logits, const float* restrict x, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        float scaled = x[i] * 1024.0f;
        scaled = scaled > -16777216.0f ? scaled : -16777216.0f;
        scaled = scaled < 16777216.0f ? scaled : 16777216.0f;
        int32_t whole = (int32_t)scaled; /* towards zero; the rest below is exact */
        float rest = scaled - (float)whole;
        logits[i] = whole + (rest >= 0.5f) - (rest <= -0.5f);
    }
}
