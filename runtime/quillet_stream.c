/* Products whose weights lie in slow memory: a strip of rows is copied while the one before it is
 * multiplied.
 * SPDX-License-Identifier: MIT */
#include "quillet_stream.h"

#include <string.h>

#include "quillet_integer.h"

#if defined(__ARM_ARCH_6M__)
#    define IN_SRAM __attribute__((section(".time_critical.stream"), noinline))
#else
#    define IN_SRAM
#    define quillet_stream_open(words) ((void)0)
#    define quillet_stream_begin(to, from, words) memcpy(to, from, (words) * sizeof *(to))
#    define quillet_stream_wait() ((void)0)
#    define quillet_stream_close() ((void)0)
#endif

/* The kernel and its arguments, a strip at a time. */
typedef struct strips {
    void (*multiply)(int32_t* acc, const uint32_t* weights, const void* input, int32_t columns);
    int32_t* acc;
    const uint32_t* weights;
    const void* input;
    int32_t count, rows, columns, words; /* strips; rows and words of one */
    uint32_t* buffers;
} strips;

IN_SRAM static void multiply_all(const strips* s) {
    const uint32_t words = (uint32_t)s->words;
    quillet_stream_open(words);
    if (s->count) quillet_stream_begin(s->buffers, s->weights, words);
    for (int32_t i = 0; i < s->count; i++) {
        uint32_t* here = s->buffers + (i & 1) * s->words;
        uint32_t* next = s->buffers + (~i & 1) * s->words;
        quillet_stream_wait();
        if (i + 1 < s->count) quillet_stream_begin(next, s->weights + (i + 1) * s->words, words);
        s->multiply(s->acc + i * s->rows, here, s->input, s->columns);
    }
    quillet_stream_close();
}

IN_SRAM static void int8_strip(int32_t* acc, const uint32_t* weights, const void* input,
                               int32_t columns) {
    quillet_product_int8_strips(acc, weights, input, 8, columns);
}

IN_SRAM static void int4_strip(int32_t* acc, const uint32_t* weights, const void* input,
                               int32_t columns) {
    quillet_product_int4(acc, weights, input, 8, columns);
}

IN_SRAM static void ternary_strip(int32_t* acc, const uint32_t* weights, const void* input,
                                  int32_t columns) {
    quillet_product_ternary(acc, (const uint8_t*)weights, input, 8, columns);
}

IN_SRAM static void ternary6_strip(int32_t* acc, const uint32_t* weights, const void* input,
                                   int32_t columns) {
    quillet_product_ternary6(acc, weights, input, 6, columns);
}

void quillet_stream_int8_strips(int32_t* acc, const uint32_t* weights, const int32_t* spread,
                                int32_t rows, int32_t columns, int32_t strip_words,
                                uint32_t* buffers) {
    strips s = {int8_strip, acc, weights, spread, rows / 8, 8, columns, strip_words, buffers};
    multiply_all(&s);
}

void quillet_stream_int4(int32_t* acc, const uint32_t* weights, const int32_t* spread, int32_t rows,
                         int32_t columns, int32_t strip_words, uint32_t* buffers) {
    strips s = {int4_strip, acc, weights, spread, rows / 8, 8, columns, strip_words, buffers};
    multiply_all(&s);
}

void quillet_stream_ternary(int32_t* acc, const uint8_t* weights, const uint16_t* tables,
                            int32_t rows, int32_t columns, int32_t strip_words, uint32_t* buffers) {
    const void* words = weights; /* aligned to words, as every array of weights is */
    strips s = {ternary_strip, acc, words, tables, rows / 8, 8, columns, strip_words, buffers};
    multiply_all(&s);
}

void quillet_stream_ternary6(int32_t* acc, const uint32_t* weights, const uint16_t* tables,
                             int32_t rows, int32_t columns, int32_t strip_words,
                             uint32_t* buffers) {
    strips s = {ternary6_strip, acc, weights, tables, rows / 6, 6, columns, strip_words, buffers};
    multiply_all(&s);
}
