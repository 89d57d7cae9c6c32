/* Portable forms of the integer products and of what prepares their input, in quillet_integer.h's layouts.
 * SPDX-License-Identifier: MIT
 *
 * int8 rows: plain sums of four rows at once with x widened to 16 bits, which GCC and clang turn
 * into multiply-adds of pairs at -O3 -march=native.
 *
 * int8 strips: a word w of four rows is summed as w x, (w >> 8) x, (w >> 16) x and (w >> 24) x,
 * modulo 2^32. With an arithmetic shift each sum is its own row's plus 2^8 times the next one, so
 * subtraction undoes the mixture, and the bias of 128 comes off as 128 times the sum of x. No bound
 * is needed beyond int32 for the result.
 *
 * int4: two rows' sums, 16 bits each, share one multiplication. The four bits of w + 8 of a pair of
 * rows stand 16 bits apart; (w >> 4 i) & 0x000F000F is pair i. Pair 0 is multiplied unmasked: what
 * leaks into it is known, being 2^4, 2^8 and 2^12 times the other pairs' sums, and is subtracted at
 * the end of the block. Sums are modulo 2^32, so the bias of 8 in both lanes is one constant a
 * block, which also makes the lower lane positive; then the lanes come apart exactly, because the
 * packer proved that each holds a sum within 16 bits.
 *
 * int4 with vectors (x86-64, NEON): eight words, a unit of columns, are sixteen halves of four rows each.
 * A half h is multiplied as h, h >> 4, h >> 8 and h >> 12, modulo 2^16 and unmasked: each of these sums is
 * its own row's plus 2^4 times the next one, so subtraction undoes the mixture, and sixteen units at a time
 * fit, for 16 * 15 * 127 < 2^15, whatever the packer's blocks are. The bias of 8 comes off once a row.
 *
 * Ternary: five columns have 3^5 = 243 partial sums; they are tabled once a step and each byte of
 * weights is a place in its table. Entries carry +635 = 5 * 127, so that none is negative. Six
 * columns have 729 sums: larger tables and a third fewer places to look up; it pays for matrices of
 * some hundred rows. */
#include "quillet_integer.h"

/* What quillet_integer_m0.S, quillet_integer_m0_ternary.S and quillet_integer_dsp.c have instead. */
#if !defined(QUILLET_PORTABLE) && defined(__ARM_ARCH_6M__)
#    define QUILLET_M0 1
#elif !defined(QUILLET_PORTABLE) && defined(__ARM_FEATURE_SIMD32)
#    define QUILLET_DSP 1
#endif

/* Vectors of GNU C, which GCC and clang turn into AVX2, pairs of SSE2 or of NEON. */
#if !defined(QUILLET_M0) && !defined(QUILLET_DSP) && defined(__BYTE_ORDER__) && \
    (defined(__SSE2__) || defined(__ARM_NEON))
#    if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#        define QUILLET_VECTORS 1
#        include <string.h>
#    endif
#endif

#ifndef QUILLET_DSP
enum { CHUNK = 512 }; /* columns widened at once, on the stack */

/* acc[0 .. 4) += four rows, `stride` apart, times x. Compilers make this multiply-adds of pairs. */
static void add_four_rows(int32_t* acc, const int8_t* weights, int32_t stride, const int16_t* x,
                          int32_t count) {
    const int8_t* second = weights + stride;
    const int8_t* third = second + stride;
    const int8_t* fourth = third + stride;
    int32_t sum[4] = {acc[0], acc[1], acc[2], acc[3]};
    for (int32_t i = 0; i < count / 16 * 16; i++) {
        sum[0] += weights[i] * x[i];
        sum[1] += second[i] * x[i];
        sum[2] += third[i] * x[i];
        sum[3] += fourth[i] * x[i];
    }
    for (int32_t k = 0; k < 4; k++) acc[k] = sum[k];
}

static void add_row(int32_t* acc, const int8_t* weights, const int16_t* x, int32_t count) {
    for (int32_t i = 0; i < count; i++) *acc += weights[i] * x[i];
}

void quillet_product_int8(int32_t* acc, const int8_t* weights, const int8_t* x, int32_t rows,
                          int32_t columns) {
    int16_t wide[CHUNK];
    for (int32_t row = 0; row < rows; row++) acc[row] = 0;
    for (int32_t first = 0; first < columns; first += CHUNK) {
        int32_t count = columns - first < CHUNK ? columns - first : CHUNK;
        for (int32_t i = 0; i < count; i++) wide[i] = x[first + i];
        const int8_t* part = weights + first;
        int32_t row = 0;
        for (; row + 4 <= rows; row += 4, part += 4 * columns)
            add_four_rows(acc + row, part, columns, wide, count);
        for (; row < rows; row++, part += columns) add_row(acc + row, part, wide, count);
    }
}
#endif

#ifndef QUILLET_M0
void quillet_spread(int32_t* spread, const int8_t* x, int32_t columns) {
    int32_t* sums = spread + columns;
    int32_t sum = 0;
    *sums++ = 0;
    for (int32_t i = 0; i < columns; i += 8) {
        for (int32_t j = i; j < i + 8; j++) {
            spread[j] = x[j];
            sum += x[j];
        }
        *sums++ = sum;
    }
}

void quillet_product_int8_strips(int32_t* acc, const uint32_t* weights, const int32_t* spread,
                                 int32_t rows, int32_t columns) {
    uint32_t bias = 128u * (uint32_t)spread[columns + columns / 8];
    for (int32_t row = 0; row < rows; row += 4) {
        const uint32_t* word = weights + row / 8 * 2 * columns + row / 4 % 2;
        uint32_t sum[4] = {0, 0, 0, 0};
        for (int32_t i = 0; i < columns; i++, word += 2) {
            for (int32_t k = 0; k < 4; k++)
                sum[k] += (uint32_t)((int32_t)*word >> (8 * k)) * (uint32_t)spread[i];
        }
        for (int32_t k = 0; k < 3; k++) acc[row + k] = (int32_t)(sum[k] - (sum[k + 1] << 8) - bias);
        acc[row + 3] = (int32_t)sum[3];
    }
}

#    ifndef QUILLET_DSP
/* Adds one block's lanes to the strip's eight sums. */
static void add_lanes(int32_t* acc, const uint32_t lanes[4], int32_t input_sum) {
    uint32_t bias = 0x8000u - 8u * (uint32_t)input_sum * 0x10001u;
    uint32_t pair[4] = {lanes[0] - (lanes[1] << 4) - (lanes[2] << 8) - (lanes[3] << 12), lanes[1],
                        lanes[2], lanes[3]};
    for (int32_t i = 0; i < 4; i++) {
        uint32_t both = pair[i] + bias;
        acc[2 * i] += (int32_t)(both & 0xFFFFu) - 0x8000;
        acc[2 * i + 1] += (int32_t)both >> 16;
    }
}

#        ifdef QUILLET_VECTORS
typedef uint16_t int4_halves __attribute__((vector_size(32)));
typedef uint32_t int4_words __attribute__((vector_size(32)));
typedef int32_t int4_sums __attribute__((vector_size(32)));
enum { UNITS_A_SUM = 16, UNITS_ON_STACK = 128 };

#            ifdef __clang__
#                define INT4_PICKED(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#            else
#                define INT4_PICKED(a, b, ...) __builtin_shuffle(a, b, (int4_sums){__VA_ARGS__})
#            endif

/* Adds `count` units to the mixed sums of a strip's four pairs of rows. */
static inline void add_units(int4_halves mixed[4], const uint32_t* weights, const int4_halves* x,
                             int32_t count) {
    for (int32_t u = 0; u < count; u++) {
        int4_halves halves;
        memcpy(&halves, weights + 8 * u, sizeof halves);
        mixed[0] += halves * x[u];
        mixed[1] += (halves >> 4) * x[u];
        mixed[2] += (halves >> 8) * x[u];
        mixed[3] += (halves >> 12) * x[u];
    }
}

/* Adds the mixed sums, undone, to those of the eight rows, and begins them anew. */
static inline void empty_mixed(int4_sums sums[8], int4_halves mixed[4]) {
    for (int32_t k = 0; k < 4; k++) {
        int4_words both = (int4_words)(k < 3 ? mixed[k] - (mixed[k + 1] << 4) : mixed[k]);
        sums[2 * k] += (int4_sums)(both << 16) >> 16;
        sums[2 * k + 1] += (int4_sums)both >> 16;
    }
    for (int32_t k = 0; k < 4; k++) mixed[k] ^= mixed[k];
}

/* acc[k] = the sum of sums[k] less the bias, by halves: of neighbors, of pairs of them, of fours. */
static inline void add_across(int32_t* acc, const int4_sums sums[8], int32_t bias) {
    int4_sums two[4], four[2], eight;
    for (int32_t k = 0; k < 4; k++)
        two[k] = INT4_PICKED(sums[2 * k], sums[2 * k + 1], 0, 8, 2, 10, 4, 12, 6, 14) +
                 INT4_PICKED(sums[2 * k], sums[2 * k + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    for (int32_t k = 0; k < 2; k++)
        four[k] = INT4_PICKED(two[2 * k], two[2 * k + 1], 0, 1, 8, 9, 4, 5, 12, 13) +
                  INT4_PICKED(two[2 * k], two[2 * k + 1], 2, 3, 10, 11, 6, 7, 14, 15);
    eight = INT4_PICKED(four[0], four[1], 0, 1, 2, 3, 8, 9, 10, 11) +
            INT4_PICKED(four[0], four[1], 4, 5, 6, 7, 12, 13, 14, 15) - bias;
    memcpy(acc, &eight, sizeof eight);
}

/* One strip; the weights behind it. */
static inline const uint32_t* int4_strip(int32_t* acc, const uint32_t* weights,
                                         const int4_halves* x, int32_t bias) {
    int4_sums sums[8] = {{0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}};
    int4_halves mixed[4] = {{0}, {0}, {0}, {0}};
    int32_t room = UNITS_A_SUM;
    uint32_t header;
    do {
        header = *weights++;
        int32_t units = (int32_t)(header & 0xFFFFu);
        while (units > 0) {
            int32_t count = units < room ? units : room;
            add_units(mixed, weights, x, count);
            weights += 8 * count;
            x += count;
            units -= count;
            room -= count;
            if (room > 0) continue;
            empty_mixed(sums, mixed);
            room = UNITS_A_SUM;
        }
    } while (!(header >> 31));
    empty_mixed(sums, mixed);
    add_across(acc, sums, bias);
    return weights;
}

/* REQUIRES: columns <= 8 * UNITS_ON_STACK. */
static void int4_by_vectors(int32_t* acc, const uint32_t* weights, const int32_t* spread,
                            int32_t rows, int32_t columns) {
    int4_halves twice[UNITS_ON_STACK]; /* each input in both halves of a word */
    for (int32_t u = 0; u < columns / 8; u++) {
        int4_words x;
        memcpy(&x, spread + 8 * u, sizeof x);
        twice[u] = (int4_halves)(x << 16 | (x & 0xFFFFu));
    }
    int32_t bias = 8 * spread[columns + columns / 8];
    for (int32_t row = 0; row < rows; row += 8)
        weights = int4_strip(acc + row, weights, twice, bias);
}
#        endif

void quillet_product_int4(int32_t* acc, const uint32_t* weights, const int32_t* spread,
                          int32_t rows, int32_t columns) {
#        ifdef QUILLET_VECTORS
    if (columns <= 8 * UNITS_ON_STACK) {
        int4_by_vectors(acc, weights, spread, rows, columns);
        return;
    }
#        endif
    for (int32_t row = 0; row < rows; row += 8, acc += 8) {
        for (int32_t i = 0; i < 8; i++) acc[i] = 0;
        const int32_t* x = spread;
        const int32_t* sums = spread + columns;
        uint32_t header;
        do {
            header = *weights++;
            int32_t units = (int32_t)(header & 0xFFFFu);
            uint32_t lanes[4] = {0, 0, 0, 0};
            for (int32_t i = 0; i < 8 * units; i++) {
                uint32_t word = *weights++;
                uint32_t value = (uint32_t)*x++;
                lanes[0] += word * value;
                lanes[1] += ((word >> 4) & 0x000F000Fu) * value;
                lanes[2] += ((word >> 8) & 0x000F000Fu) * value;
                lanes[3] += ((word >> 12) & 0x000F000Fu) * value;
            }
            add_lanes(acc, lanes, sums[units] - sums[0]);
            sums += units;
        } while (!(header >> 31));
    }
}

#    endif

/* Writes the `count` entries at table plus x, then plus 2 x, behind them. */
static void add_level(uint16_t* table, int32_t x, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        table[count + i] = (uint16_t)(table[i] + x);
        table[2 * count + i] = (uint16_t)(table[i] + 2 * x);
    }
}

/* The table of `group` columns: place sum of (t_i + 1) * stride_i, strides 1, 3, 9, 28, 84, 252.
 * Levels of 28 rather than 27 entries are whole words, two entries each, for assembly. */
static void make_table(uint16_t* table, const int8_t* x, int32_t group) {
    int32_t lowest = 127 * group;
    for (int32_t i = 0; i < group; i++) lowest -= x[i];
    table[0] = (uint16_t)lowest;
    table[27] = 0;
    add_level(table, x[0], 1);
    add_level(table, x[1], 3);
    add_level(table, x[2], 9);
    int32_t count = 28;
    for (int32_t i = 3; i < group; i++, count *= 3) add_level(table, x[i], count);
}

void quillet_tables(uint16_t* tables, const int8_t* x, int32_t columns) {
    for (int32_t i = 0; i < columns; i += 5, tables += QUILLET_TABLE_STRIDE)
        make_table(tables, x + i, 5);
}

void quillet_tables6(uint16_t* tables, const int8_t* x, int32_t columns) {
    for (int32_t i = 0; i < columns; i += 6, tables += QUILLET_TABLE6_STRIDE)
        make_table(tables, x + i, 6);
}

void quillet_product_ternary(int32_t* acc, const uint8_t* weights, const uint16_t* tables,
                             int32_t rows, int32_t columns) {
    int32_t groups = columns / 5;
    for (int32_t row = 0; row < rows; row += 8) {
        int32_t sum[8] = {0, 0, 0, 0, 0, 0, 0, 0};
        const uint16_t* table = tables;
        for (int32_t group = 0; group < groups; group++, table += QUILLET_TABLE_STRIDE) {
            for (int32_t k = 0; k < 8; k++) sum[k] += table[*weights++];
        }
        for (int32_t k = 0; k < 8; k++) acc[row + k] = sum[k] - 635 * groups;
    }
}

void quillet_product_ternary6(int32_t* acc, const uint32_t* weights, const uint16_t* tables,
                              int32_t rows, int32_t columns) {
    int32_t groups = columns / 6;
    for (int32_t row = 0; row < rows; row += 6) {
        int32_t sum[6] = {0, 0, 0, 0, 0, 0};
        const uint16_t* table = tables;
        for (int32_t group = 0; group < groups; group++, table += QUILLET_TABLE6_STRIDE) {
            for (int32_t k = 0; k < 6; k += 3) {
                uint32_t word = *weights++;
                sum[k] += table[(word >> 1) & 0x3FFu];
                sum[k + 1] += table[(word >> 11) & 0x3FFu];
                sum[k + 2] += table[word >> 22];
            }
        }
        for (int32_t k = 0; k < 6; k++) acc[row + k] = sum[k] - 762 * groups;
    }
}
#endif
