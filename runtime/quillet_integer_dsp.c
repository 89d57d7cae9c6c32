/* Products for Cortex-M4 and Cortex-M33, by their DSP instructions and MLA (layouts as in
 * quillet_integer_product.c).
 * SPDX-License-Identifier: MIT
 *
 * int8: SXTB16 widens bytes 0 and 2 of a word, or 1 and 3 after a rotation that costs nothing;
 * SMLAD multiplies two pairs of halves and adds both products. Four rows share the widened x: 5
 * loads, 10 SXTB16 and 8 SMLAD for 16 products, 1.44 instructions each. No bound is needed beyond
 * int32 for the result.
 *
 * int4: as quillet_integer_m0.S, two rows a multiplication: w, w with the bytes of its halves exchanged
 * (REV16), the odd pairs masked at once, and those exchanged: 8 instructions and 2 loads for 8
 * products, 1.25 each. Of S_even + 2^8 S_odd and S_odd + 2^8 S_even, one less 2^8 times the other
 * is S_low + 2^16 (S_high - S_low), which the bound makes exact.
 *
 * Ternary needs no other form than C's: LDRB, LDRH with the index doubled, ADD for five products.
 *
 * Instructions are counted from the compiled loops; QEMU runs these and counts no cycles. */
#include "quillet_integer.h"

#if defined(__ARM_FEATURE_SIMD32) && !defined(QUILLET_PORTABLE)

#    include <arm_acle.h>
#    include <string.h>

static uint32_t word_at(const int8_t* bytes) {
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static int16x2_t even_bytes(uint32_t word) {
    return __sxtb16((int8x4_t)word);
}

static int16x2_t odd_bytes(uint32_t word) {
    int16x2_t halves;
    __asm("sxtb16 %0, %1, ror #8" : "=r"(halves) : "r"(word));
    return halves;
}

/* sum + four products of the bytes of `weights` with x, whose even and odd bytes are widened
 * already. */
static int32_t add_four(int32_t sum, uint32_t weights, int16x2_t even, int16x2_t odd) {
    sum = __smlad(even_bytes(weights), even, sum);
    return __smlad(odd_bytes(weights), odd, sum);
}

static int32_t row_product(const int8_t* weights, const int8_t* x, int32_t columns) {
    int32_t sum = 0;
    for (int32_t i = 0; i < columns; i += 4) {
        uint32_t word = word_at(x + i);
        sum = add_four(sum, word_at(weights + i), even_bytes(word), odd_bytes(word));
    }
    return sum;
}

void quillet_product_int8(int32_t* acc, const int8_t* weights, const int8_t* x, int32_t rows,
                          int32_t columns) {
    int32_t row = 0;
    for (; row + 4 <= rows; row += 4, weights += 4 * columns) {
        const int8_t* second = weights + columns;
        const int8_t* third = second + columns;
        const int8_t* fourth = third + columns;
        int32_t a = 0, b = 0, c = 0, d = 0;
        for (int32_t i = 0; i < columns; i += 4) {
            uint32_t word = word_at(x + i);
            int16x2_t even = even_bytes(word);
            int16x2_t odd = odd_bytes(word);
            a = add_four(a, word_at(weights + i), even, odd);
            b = add_four(b, word_at(second + i), even, odd);
            c = add_four(c, word_at(third + i), even, odd);
            d = add_four(d, word_at(fourth + i), even, odd);
        }
        acc[row] = a;
        acc[row + 1] = b;
        acc[row + 2] = c;
        acc[row + 3] = d;
    }
    for (; row < rows; row++, weights += columns) acc[row] = row_product(weights, x, columns);
}

/* Sums of a block: of w, of w exchanged, of the odd pairs, of the odd pairs exchanged. */
struct lanes {
    uint32_t all, all_exchanged, odd, odd_exchanged;
};

static uint32_t exchanged(uint32_t word) {
    uint32_t bytes;
    __asm("rev16 %0, %1" : "=r"(bytes) : "r"(word));
    return bytes;
}

static inline void add_column(struct lanes* sum, uint32_t word, uint32_t x) {
    uint32_t odd = (word >> 4) & 0x0F0F0F0Fu;
    sum->all += word * x;
    sum->all_exchanged += exchanged(word) * x;
    sum->odd += odd * x;
    sum->odd_exchanged += exchanged(odd) * x;
}

/* Adds a pair of rows to acc; the two arguments hold each other 2^8 times, `bias` is 8 times the
 * sum of x. */
static void add_pair(int32_t* acc, uint32_t own, uint32_t other, uint32_t bias) {
    uint32_t apart = own - (other << 8) - bias;
    uint32_t both = apart + (apart << 16);
    acc[0] += (int16_t)(uint16_t)both;
    acc[1] += (int32_t)(both + 0x8000u) >> 16;
}

void quillet_product_int4(int32_t* acc, const uint32_t* weights, const int32_t* spread,
                          int32_t rows, int32_t columns) {
    for (int32_t row = 0; row < rows; row += 8, acc += 8) {
        for (int32_t i = 0; i < 8; i++) acc[i] = 0;
        const int32_t* x = spread;
        const int32_t* sums = spread + columns;
        uint32_t header;
        do {
            header = *weights++;
            int32_t units = (int32_t)(header & 0xFFFFu);
            struct lanes sum = {0, 0, 0, 0};
            for (const uint32_t* end = weights + 8 * units; weights < end; weights += 4, x += 4) {
                add_column(&sum, weights[0], (uint32_t)x[0]);
                add_column(&sum, weights[1], (uint32_t)x[1]);
                add_column(&sum, weights[2], (uint32_t)x[2]);
                add_column(&sum, weights[3], (uint32_t)x[3]);
            }
            uint32_t bias = 8u * (uint32_t)(sums[units] - sums[0]);
            sums += units;
            uint32_t even = sum.all - (sum.odd << 4);
            uint32_t even_exchanged = sum.all_exchanged - (sum.odd_exchanged << 4);
            add_pair(acc, even, even_exchanged, bias);
            add_pair(acc + 2, sum.odd, sum.odd_exchanged, bias);
            add_pair(acc + 4, even_exchanged, even, bias);
            add_pair(acc + 6, sum.odd_exchanged, sum.odd, bias);
        } while (!(header >> 31));
    }
}

#else
typedef int quillet_no_dsp; /* C99 wants a declaration */
#endif
