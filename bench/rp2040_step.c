/* The benchmark's program: whole steps of a 395k-weight GRU, look-up, product, gates and sampler,
 * on a bare RP2040.
 * SPDX-License-Identifier: MIT
 *
 * Compiled with -DKIND=FLOAT, INT8, INT4 or TERNARY and weights.c of rp2040_weights; on a device
 * the first measured interval is a whole step, those after it are its parts. Prints the tokens,
 * which the same program prints on the host. */
#include <stdint.h>

#include "runtime/quillet_cores.h"
#include "runtime/quillet_integer.h"
#include "runtime/quillet_kernels_f32.h"
#include "runtime/quillet_sampler.h"
#include "runtime/quillet_stream.h"
#include "tests/device/shares.h"

#define FLOAT 0
#define INT8 1
#define INT4 2
#define TERNARY 3

#if defined(__arm__)
#    include "firmware/rp2040_bare/cores.h"
#    include "firmware/rp2040_bare/start.h"
#    define SRAM __attribute__((section(".time_critical.weights"), aligned(4)))
#    define FLASH __attribute__((aligned(4)))
#else
#    include <stdio.h>
#    define SRAM __attribute__((aligned(4)))
#    define FLASH __attribute__((aligned(4)))
#    define QUILLET_MEASURE_BEGIN() ((void)0)
#    define QUILLET_MEASURE_END() ((void)0)
#endif

enum { HIDDEN = 320, ALPHABET = 64, ROWS = 3 * HIDDEN };

#include "weights.c"

static int32_t logits[ALPHABET];

/* Where a step's parts begin and end. */
static int in_parts;
static void part_ends(void) {
    if (!in_parts) return;
    QUILLET_MEASURE_END();
    QUILLET_MEASURE_BEGIN();
}

#if KIND == FLOAT
static float h[HIDDEN];
static float zr[2 * HIDDEN];
static float gh_n[HIDDEN];
static float outputs[ALPHABET];

static void set_up(void) {}

static void step(uint32_t token) {
    part_ends();
    quillet_affine_f32(zr, recurrent, table + token * ROWS, h, 2 * HIDDEN, HIDDEN);
    quillet_product_f32(gh_n, recurrent + 2 * HIDDEN * HIDDEN, h, HIDDEN, HIDDEN);
    part_ends();
    quillet_gru_f32(h, zr, table + token * ROWS + 2 * HIDDEN, gh_n, HIDDEN);
    part_ends();
    quillet_product_f32(outputs, output, h, ALPHABET, HIDDEN);
    part_ends();
    quillet_logits_f32(logits, outputs, ALPHABET);
}
#else
static int16_t h[HIDDEN];
static int8_t x[COLUMNS]; /* zeros beyond HIDDEN */
static int32_t g[ROWS];
static int32_t acc[ROWS];
static int32_t spread[QUILLET_SPREAD_COUNT(HIDDEN)];

#    if KIND == TERNARY
static uint32_t input[(INPUT_COUNT + 3) / 4];
#    endif

static void multiply(int32_t* to, const uint32_t* weights, const void* prepared, int32_t strips) {
#    if KIND == TERNARY
    const uint16_t* tables = (const uint16_t*)input;
    if (BY_SIXES) {
        quillet_product_ternary6(to, weights, tables, STRIP_ROWS * strips, COLUMNS);
    } else {
        quillet_product_ternary(to, (const uint8_t*)weights, tables, STRIP_ROWS * strips, COLUMNS);
    }
#    elif KIND == INT4
    quillet_product_int4(to, weights, prepared, 8 * strips, COLUMNS);
#    else
    quillet_product_int8_strips(to, weights, prepared, 8 * strips, COLUMNS);
#    endif
}

enum { RESIDENT = SRAM_ROWS / STRIP_ROWS, STREAMED = ROWS / STRIP_ROWS - RESIDENT };

/* Strips that lie in flash: copied while those before them are multiplied. */
static void stream(int32_t* to, const uint32_t* weights, const void* prepared, int32_t strips) {
    static uint32_t buffers[STREAMED ? 2 * STRIP_WORDS : 1];
    int32_t rows = STRIP_ROWS * strips;
#    if KIND == TERNARY
    const uint8_t* bytes = (const uint8_t*)weights;
    if (BY_SIXES) {
        quillet_stream_ternary6(to, weights, prepared, rows, COLUMNS, STRIP_WORDS, buffers);
    } else {
        quillet_stream_ternary(to, bytes, prepared, rows, COLUMNS, STRIP_WORDS, buffers);
    }
#    elif KIND == INT4
    quillet_stream_int4(to, weights, prepared, rows, COLUMNS, STRIP_WORDS, buffers);
#    else
    quillet_stream_int8_strips(to, weights, prepared, rows, COLUMNS, STRIP_WORDS, buffers);
#    endif
}

static void set_up(void) {
#    if CORES == 2
    quillet_cores_set_up();
#    endif
}

static void multiply_all(const void* prepared) {
    if (RESIDENT) multiply(acc, recurrent_sram, prepared, RESIDENT);
    if (STREAMED) stream(acc + SRAM_ROWS, recurrent_flash, prepared, STREAMED);
}

static void prepare(void* to, const int8_t* from, int32_t columns) {
#    if KIND == TERNARY
    if (BY_SIXES) {
        quillet_tables6(to, from, columns);
    } else {
        quillet_tables(to, from, columns);
    }
#    else
    quillet_spread(to, from, columns);
#    endif
}

#    if KIND == TERNARY
static void* const prepared = input;
#    else
static void* const prepared = spread;
#    endif

#    if CORES == 2
/* A core's part of a step. Core 1 looks the row up, so it gets EARLIER strips less of the product.
 */
enum { EARLIER = KIND == TERNARY ? 3 : 1 };

static void run_part(void* state, int core) {
    if (core) quillet_table_row(g, table, table_scales, bias, *(const uint32_t*)state, ROWS);
#        if KIND == TERNARY
    int32_t columns = share_first(COLUMNS, BY_SIXES ? 6 : 5, core);
    prepare((char*)input + INPUT_COUNT / COLUMNS * columns, x + columns,
            share_count(COLUMNS, BY_SIXES ? 6 : 5, core));
#        else
    if (!core) prepare(prepared, x, COLUMNS);
#        endif
    quillet_barrier_wait(core);
    int32_t split = share_first(RESIDENT, 1, 1) + EARLIER;
    int32_t strip = core ? split : 0;
    multiply(acc + strip * STRIP_ROWS, recurrent_sram + strip * STRIP_WORDS, prepared,
             core ? RESIDENT - split : split);
    quillet_barrier_wait(core);
    int32_t unit = share_first(HIDDEN, 1, core);
    int32_t units = share_count(HIDDEN, 1, core);
    quillet_gru_gates(h, acc, recurrent_scales, g, bias, HIDDEN, unit, units);
    quillet_narrow(x + unit, h + unit, units);
    quillet_barrier_wait(core);
    if (!core) quillet_spread(spread, x, HIDDEN);
    quillet_barrier_wait(core);
    int32_t row = share_first(ALPHABET, 8, core);
    int32_t rows = share_count(ALPHABET, 8, core);
    quillet_product_int8_strips(logits + row, output_sram + row * 2 * HIDDEN / 8, spread, rows,
                                HIDDEN);
    quillet_scale_rows(logits + row, logits + row, output_scales + row, bias + row, rows);
}

static void step(uint32_t token) {
    quillet_run_on_both(run_part, &token);
}
#    else
static void step(uint32_t token) {
    quillet_table_row(g, table, table_scales, bias, token, ROWS);
    part_ends();
#        if KIND == TERNARY
    if (BY_SIXES) {
        quillet_tables6((uint16_t*)input, x, COLUMNS);
    } else {
        quillet_tables((uint16_t*)input, x, COLUMNS);
    }
#        else
    quillet_spread(spread, x, HIDDEN);
#        endif
    part_ends();
    multiply_all(prepared);
    part_ends();
    quillet_gru_gates(h, acc, recurrent_scales, g, bias, HIDDEN, 0, HIDDEN);
    part_ends();
    quillet_narrow(x, h, HIDDEN);
    quillet_spread(spread, x, HIDDEN);
    quillet_product_int8_strips(logits, output_sram, spread, ALPHABET, HIDDEN);
    part_ends();
    quillet_scale_rows(logits, logits, output_scales, bias, ALPHABET);
}
#    endif
#endif

static void print(uint32_t number) {
#if defined(__arm__)
    quillet_put_number(number);
    quillet_put(" ");
#else
    printf("%u ", (unsigned)number);
#endif
}

int main(void) {
    const quillet_sampling sampling = {369, 3072, 0, 230}; /* T = 1, min-p 0.05, top-p 0.9 */
    quillet_random random;
    quillet_random_seed(&random, 1);
    uint32_t token = 0;
    set_up();
    for (int i = 0; i < STEPS; i++) {
        in_parts = i == STEPS - 1;
        QUILLET_MEASURE_BEGIN();
        step(token);
        part_ends();
        token = quillet_sample(logits, ALPHABET, &sampling, &random);
        QUILLET_MEASURE_END();
        print(token);
    }
    return 0;
}
