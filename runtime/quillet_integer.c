/* Portable forms of the state, table row, requantizing and gates (docs/DESIGN.md, contract 5).
 * SPDX-License-Identifier: MIT
 *
 * >> of a negative number is the floor shift on every compiler that we know; integer_test.cc checks
 * it. */
#include "quillet_integer.h"

#include "quillet_tables.h"

static int32_t asr(int32_t x, uint32_t k) {
    return ((x >> (k - 1)) + 1) >> 1; /* asr without the sum that could leave int32 */
}

/* The place in a table of step/64, steps -512 .. 511; beyond, the nearest. */
static int32_t place_of(int32_t step) {
    return step < -512 ? 0 : step > 511 ? 1023 : step + 512;
}

static int32_t tanh_of(int32_t a) {
    return quillet_tanh_table[place_of(asr(a, 4))];
}

/* x by the scale's m and k. */
static int32_t rescaled(int32_t x, uint32_t scale) {
    return (((x * (int32_t)(scale >> 8)) >> (scale & 31u)) + 1) >> 1;
}

static int32_t scaled(const int32_t* acc, const uint32_t* scales, int32_t row) {
    return rescaled(acc[row], scales[row]);
}

#if defined(QUILLET_PORTABLE) || !defined(__ARM_ARCH_6M__) /* else quillet_integer_m0_cells.S */

/* Of a pre-activation, Q10. */
static int32_t sigmoid_of(int32_t a) {
    return quillet_sigmoid_table[place_of(asr(a, 4))];
}

void quillet_narrow(int8_t* x, const int16_t* h, int32_t count) {
    for (int32_t i = 0; i < count; i++) x[i] = (int8_t)((h[i] + 128) >> 8);
}

void quillet_scale_rows(int32_t* out, const int32_t* acc, const uint32_t* scales,
                        const int32_t* bias, int32_t rows) {
    for (int32_t i = 0; i < rows; i++) out[i] = scaled(acc, scales, i) + bias[i];
}

void quillet_table_row(int32_t* out, const int8_t* table, const uint32_t* scales,
                       const int32_t* bias, uint32_t token, int32_t columns) {
    const int8_t* row = table + (int32_t)token * columns;
    uint32_t scale = scales[token];
    for (int32_t i = 0; i < columns; i++) out[i] = rescaled(row[i], scale) + bias[i];
}

void quillet_gru_gates(int16_t* h, const int32_t* acc, const uint32_t* scales, const int32_t* g,
                       const int32_t* recurrent_bias, int32_t hidden, int32_t first,
                       int32_t count) {
    for (int32_t i = first; i < first + count; i++) {
        int32_t row_r = hidden + i;
        int32_t row_n = 2 * hidden + i;
        int32_t z = sigmoid_of(scaled(acc, scales, i) + g[i]);
        int32_t r = sigmoid_of(scaled(acc, scales, row_r) + g[row_r]);
        int32_t n =
            tanh_of(g[row_n] + asr(r * (scaled(acc, scales, row_n) + recurrent_bias[i]), 14));
        h[i] = (int16_t)(n + asr(z * (h[i] - n), 14));
    }
}

void quillet_lstm_gates(int16_t* h, int32_t* c, const int32_t* acc, const uint32_t* scales,
                        const int32_t* g, int32_t hidden, int32_t first, int32_t count) {
    for (int32_t i = first; i < first + count; i++) {
        int32_t a[4];
        for (int32_t gate = 0; gate < 4; gate++) {
            int32_t row = gate * hidden + i;
            a[gate] = scaled(acc, scales, row) + g[row];
        }
        int32_t add = asr(sigmoid_of(a[0]) * tanh_of(a[3]), 3);
        int32_t cell = asr(sigmoid_of(a[2]) * c[i] + add, 14);
        cell = cell > 65535 ? 65535 : cell < -65535 ? -65535 : cell;
        c[i] = cell;
        h[i] =
            (int16_t)asr(sigmoid_of(a[1]) * quillet_tanh_table[place_of(asr(cell * 129, 13))], 14);
    }
}

#endif

/* One form for all: a row's share of a step is small. */
void quillet_table_row4(int32_t* out, const uint8_t* table, const uint32_t* scales,
                        const int32_t* bias, uint32_t token, int32_t columns) {
    const uint8_t* row = table + (int32_t)token * ((columns + 1) / 2);
    uint32_t scale = scales[token];
    int32_t i = 0;
    for (; i + 1 < columns; i += 2) {
        uint32_t pair = *row++;
        out[i] = rescaled((int32_t)(pair & 15u) - 8, scale) + bias[i];
        out[i + 1] = rescaled((int32_t)(pair >> 4) - 8, scale) + bias[i + 1];
    }
    if (i < columns) out[i] = rescaled((int32_t)(*row & 15u) - 8, scale) + bias[i];
}

void quillet_rnn_gates(int16_t* h, const int32_t* acc, const uint32_t* scales, const int32_t* g,
                       int32_t hidden, int32_t first, int32_t count) {
    (void)hidden;
    for (int32_t i = first; i < first + count; i++)
        h[i] = (int16_t)tanh_of(scaled(acc, scales, i) + g[i]);
}

void quillet_rnn_relu_gates(int16_t* h, const int32_t* acc, const uint32_t* scales,
                            const int32_t* g, int32_t hidden, int32_t first, int32_t count) {
    (void)hidden;
    for (int32_t i = first; i < first + count; i++) {
        int32_t a = scaled(acc, scales, i) + g[i];
        a = a < 0 ? 0 : a > 1024 ? 1024 : a;
        h[i] = (int16_t)asr(a * 127, 2);
    }
}
