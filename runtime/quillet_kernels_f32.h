/* The float kernels: what one step of a float model is made of (docs/DESIGN.md, contract 6).
 * SPDX-License-Identifier: MIT
 *
 * Every kernel writes its first arrays from its later ones; an array that is written overlaps no
 * other, save that y may be the bias of quillet_affine_f32, or an array that quillet_add_f32 to
 * quillet_relu_f32 read. Each sum runs in the order of its columns and each product is rounded, so that every
 * compiler and vector width gives the same bits. Formulas and gate orders are ONNX's (operators GRU
 * and LSTM). */
#ifndef QUILLET_KERNELS_F32_H
#define QUILLET_KERNELS_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Rows of a packed matrix that run side by side. A matrix (rows, columns) is packed as strips of
 * this many rows, each strip column by column: element (r, c) of strip s at s * strip * columns + c
 * * strip + r. The last strip holds the rows that are left, with that as its width. */
#define QUILLET_STRIP_F32 32

/* y = W x; packed W (rows, columns), x (columns), y (rows). */
void quillet_product_f32(float* y, const float* weights, const float* x, uint32_t rows,
                         uint32_t columns);

/* y = b + W x, the sum beginning with b; b (rows). */
void quillet_affine_f32(float* y, const float* weights, const float* bias, const float* x,
                        uint32_t rows, uint32_t columns);

/* A GRU that resets after the multiplication: h = n + z * (h - n), where
 * z = sigmoid(zr_z), r = sigmoid(zr_r), n = tanh(gx_n + r * gh_n).
 * h, gx_n and gh_n (hidden), the n gate of W x and of R h; zr (2, hidden), gates z, r of their sum; biases
 * included. */
void quillet_gru_f32(float* h, const float* zr, const float* gx_n, const float* gh_n,
                     uint32_t hidden);

/* An LSTM: c = sigmoid(f) * c + sigmoid(i) * tanh(g), h = sigmoid(o) * tanh(c).
 * h and c (hidden); gates (4, hidden): i, o, f, g, biases included. */
void quillet_lstm_f32(float* h, float* c, const float* gates, uint32_t hidden);

/* h = n + z * (h - n), element by element: the end of a GRU that resets before the multiplication.
 */
void quillet_blend_f32(float* h, const float* z, const float* n, uint32_t count);

void quillet_add_f32(float* y, const float* a, const float* b, uint32_t count);
void quillet_subtract_f32(float* y, const float* a, const float* b, uint32_t count);
void quillet_multiply_f32(float* y, const float* a, const float* b, uint32_t count);
void quillet_divide_f32(float* y, const float* a, const float* b, uint32_t count);

void quillet_sigmoid_each_f32(float* y, const float* x, uint32_t count);
void quillet_tanh_each_f32(float* y, const float* x, uint32_t count);
void quillet_relu_f32(float* y, const float* x, uint32_t count);
void quillet_copy_f32(float* y, const float* x, uint32_t count);

/* The contract's logits: x * 1024, rounded half away from zero, within +-2^24 (a NaN: -2^24). */
void quillet_logits_f32(int32_t* logits, const float* x, uint32_t count);

#ifdef __cplusplus
}
#endif

#endif
