/* Integer kernels: exact products of small weights, and the cells' gates (docs/DESIGN.md, 5).
 * SPDX-License-Identifier: MIT
 *
 * A step of a layer: narrow the state to 8 bits, prepare it for the weights' layout (int8 rows need
 * no preparation), multiply, then gates. Every product gives acc[row] = sum over columns of
 * W[row][column] * x[column], exactly, in int32. compile/pack.h packs the weights, proves the
 * bounds that a kernel requires and says how large each buffer is.
 *
 *   weights    layout                        prepared by       multiplied by
 *   int8       rows (c99, Cortex-M33/M4)     -                 quillet_product_int8
 *   int8       strips of 8 rows (M0+)        quillet_spread    quillet_product_int8_strips
 *   int4       strips of 8 rows              quillet_spread    quillet_product_int4
 *   ternary    strips of 8 rows, by fives    quillet_tables    quillet_product_ternary
 *   ternary    strips of 6 rows, by sixes    quillet_tables6   quillet_product_ternary6
 *
 * `rows` and `columns` are the packed counts: padded with zero weights, so acc has room for `rows`
 * values and x for `columns`, zero beyond the real ones. A range of rows beginning at a strip is
 * multiplied by advancing `weights` and `acc`; that is how two cores share a product.
 *
 * asr(x, k) = (x + (1 << (k - 1))) >> k, >> being the floor shift. A scale is m and k in one word,
 * QUILLET_SCALE; asr(x * m, 0) is written as asr(x * 2m, 1).
 *
 * REQUIRES everywhere: no product or sum named here leaves int32 (the exporter proves it), pointers
 * are aligned to 4 bytes but those to h and to int8 rows.
 *
 * Cortex-M0+ and DSP forms of the same functions are integer_m0*.S and quillet_integer_dsp.c; define
 * QUILLET_PORTABLE to keep to C. */
#ifndef QUILLET_INTEGER_H
#define QUILLET_INTEGER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* x * m shifted right by k with rounding; 0 <= m < 2^24, 1 <= k <= 31. */
#define QUILLET_SCALE(m, k) ((uint32_t)(m) << 8 | (uint32_t)((k)-1))

/* x[i] = (h[i] + 128) >> 8: the state in 8 bits, value x / 127. REQUIRES: |h| <= 32512. */
void quillet_narrow(int8_t* x, const int16_t* h, int32_t count);

/* spread[0 .. columns) = x as words, then columns / 8 + 1 sums:
 * spread[columns + u] = x[0] + … + x[8 u - 1]. REQUIRES: columns is a multiple of 8. */
void quillet_spread(int32_t* spread, const int8_t* x, int32_t columns);
#define QUILLET_SPREAD_COUNT(columns) ((columns) + (columns) / 8 + 1)

/* For each five columns the table of the 243 partial sums, in the places that packed weights name.
 * REQUIRES: columns is a multiple of 5, x in -127 .. 127. */
void quillet_tables(uint16_t* tables, const int8_t* x, int32_t columns);
#define QUILLET_TABLE_STRIDE 252 /* places a table; some stay unused */
#define QUILLET_TABLES_COUNT(columns) ((columns) / 5 * QUILLET_TABLE_STRIDE)

/* The same of six columns and 729 sums. REQUIRES: columns is a multiple of 6, x in -127 .. 127. */
void quillet_tables6(uint16_t* tables, const int8_t* x, int32_t columns);
#define QUILLET_TABLE6_STRIDE 756
#define QUILLET_TABLES6_COUNT(columns) ((columns) / 6 * QUILLET_TABLE6_STRIDE)

/* weights: rows * columns int8, row-major. REQUIRES: columns is a multiple of 16. */
void quillet_product_int8(int32_t* acc, const int8_t* weights, const int8_t* x, int32_t rows,
                          int32_t columns);

/* weights: rows / 8 strips of 2 * columns words: for each column rows 0..3, then 4..7, a byte each,
 * the lowest byte first; the first three bytes of a word hold w + 128, the fourth w.
 * REQUIRES: rows and columns are multiples of 8. */
void quillet_product_int8_strips(int32_t* acc, const uint32_t* weights, const int32_t* spread,
                                 int32_t rows, int32_t columns);

/* weights: rows / 8 strips, a strip being blocks of columns: one word with the block's length in
 * units of 8 columns (bit 31: the strip's last), then a word a column with w + 8 in four bits: row
 * 0 in bits 0..3, row 1 in 16..19, row 2 in 4..7, row 3 in 20..23, and so on.
 * REQUIRES: rows and columns are multiples of 8; in every block and row sum |w| * 127 <= 32767 (any
 * block of 32 columns is safe). */
void quillet_product_int4(int32_t* acc, const uint32_t* weights, const int32_t* spread,
                          int32_t rows, int32_t columns);

/* weights: rows / 8 strips of columns / 5 groups of 8 bytes, one a row: the place in the group's
 * table. REQUIRES: rows is a multiple of 8, columns of 5. */
void quillet_product_ternary(int32_t* acc, const uint8_t* weights, const uint16_t* tables,
                             int32_t rows, int32_t columns);

/* weights: rows / 6 strips of columns / 6 groups of two words, each for three rows: the place in
 * the group's table in bits 1 .. 10, 11 .. 20 and 22 .. 31. REQUIRES: rows and columns are
 * multiples of 6. */
void quillet_product_ternary6(int32_t* acc, const uint32_t* weights, const uint16_t* tables,
                              int32_t rows, int32_t columns);

/* out[i] = asr(acc[i] * m[i], k[i]) + bias[i], Q10; a scale a row. out may be acc. */
void quillet_scale_rows(int32_t* out, const int32_t* acc, const uint32_t* scales,
                        const int32_t* bias, int32_t rows);

/* out[i] = asr(table[token][i] * m[token], k[token]) + bias[i], Q10; table is row-major with
 * `columns` a row, a scale a token. A left shift by s is m << (s + 1) with k = 1. */
void quillet_table_row(int32_t* out, const int8_t* table, const uint32_t* scales,
                       const int32_t* bias, uint32_t token, int32_t columns);

/* The same with a row of (columns + 1) / 2 bytes: column 2 i in the low four bits of byte i, column
 * 2 i + 1 in the high ones, each as w + 8. */
void quillet_table_row4(int32_t* out, const uint8_t* table, const uint32_t* scales,
                        const int32_t* bias, uint32_t token, int32_t columns);

/* Units first .. first + count - 1 of a GRU's new state, gates in ONNX's order z, r, n, each
 * `hidden` long in acc, scales (one a row) and g; with p = asr(acc * m, k):
 *   z, r = SIG[clip(asr(p + g, 4), -512, 511) + 512]       Q14
 *   n    = TANH[clip(asr(g_n + asr(r * (p_n + recurrent_bias), 14), 4), -512, 511) + 512]
 *   h    = n + asr(z * (h - n), 14)                        +-32512
 * g holds the input's part with all biases but n's recurrent one, recurrent_bias (hidden, Q10). */
void quillet_gru_gates(int16_t* h, const int32_t* acc, const uint32_t* scales, const int32_t* g,
                       const int32_t* recurrent_bias, int32_t hidden, int32_t first, int32_t count);

/* Units first .. first + count - 1 of an LSTM's new states, gates in ONNX's order i, o, f, c, each
 * `hidden` long in acc, scales and g; with a = asr(acc * m, k) + g, Q10:
 *   i, o, f = SIG[clip(asr(a, 4), -512, 511) + 512]        Q14
 *   u       = TANH[clip(asr(a_c, 4), -512, 511) + 512]     +-32512
 *   c       = clip(asr(f * c + asr(i * u, 3), 14), -65535, 65535)       value c / 4064
 *   h       = asr(o * TANH[clip(asr(c * 129, 13), -512, 511) + 512], 14)
 * (4064 = 32512 / 8; c * 129 / 2^13 is 64 c / 4064 to 6e-5.) */
void quillet_lstm_gates(int16_t* h, int32_t* c, const int32_t* acc, const uint32_t* scales,
                        const int32_t* g, int32_t hidden, int32_t first, int32_t count);

/* Units first .. first + count - 1 of an Elman cell's new state, with a = asr(acc * m, k) + g, Q10:
 *   h = TANH[clip(asr(a, 4), -512, 511) + 512]             +-32512
 *   h = asr(clip(a, 0, 1024) * 127, 2)                     of ReLU: 0 .. 32512
 * Of a layer that keeps no state acc is the product with the layer below and g its bias. */
void quillet_rnn_gates(int16_t* h, const int32_t* acc, const uint32_t* scales, const int32_t* g,
                       int32_t hidden, int32_t first, int32_t count);
void quillet_rnn_relu_gates(int16_t* h, const int32_t* acc, const uint32_t* scales,
                            const int32_t* g, int32_t hidden, int32_t first, int32_t count);

#ifdef __cplusplus
}
#endif

#endif
