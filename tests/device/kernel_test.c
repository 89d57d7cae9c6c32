/* Runs every integer kernel on a device or an emulated one against the plain loop's results; one
 * line a kernel.
 * SPDX-License-Identifier: MIT */
#include <stddef.h>

#include "firmware/rp2040_bare/start.h"
#include "runtime/quillet_integer.h"

struct product {
    const char* kernel;
    int32_t rows; /* real ones */
    int32_t packed_rows;
    int32_t columns; /* packed ones */
    int32_t real_columns;
    const void* weights;
    const int8_t* x;
    const int32_t* expected;
};

#include "kernel_vectors.c"

enum { HIDDEN = 160, MOST_ROWS = 240, MOST_COLUMNS = 512 };

static int32_t acc[MOST_ROWS + 8];
static uint32_t input[(QUILLET_TABLES6_COUNT(MOST_COLUMNS + 6) * 2 + 3) / 4];
static int16_t h[HIDDEN];
static int32_t c[HIDDEN];
static int32_t out[HIDDEN];
static int8_t x[HIDDEN];
static int failures;

static int same_text(const char* a, const char* b) {
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}

static int same_bytes(const void* a, const void* b, size_t count) {
    const uint8_t* p = a;
    const uint8_t* q = b;
    for (size_t i = 0; i < count; i++) {
        if (p[i] != q[i]) return 0;
    }
    return 1;
}

static void report(const char* name, int32_t rows, int32_t columns, int good) {
    quillet_put(good ? "ok " : "WRONG ");
    quillet_put(name);
    quillet_put(" ");
    quillet_put_number((uint32_t)rows);
    quillet_put(" x ");
    quillet_put_number((uint32_t)columns);
    quillet_put("\n");
    failures += !good;
}

/* Two measured intervals: preparing the input, then the product. */
static void multiply(const struct product* p) {
    const int8_t* direct = p->x;
    int tables = same_text(p->kernel, "quillet_product_ternary");
    int tables6 = same_text(p->kernel, "quillet_product_ternary6");
    int rows8 = same_text(p->kernel, "quillet_product_int8");
    QUILLET_MEASURE_BEGIN();
    if (tables) quillet_tables((uint16_t*)input, direct, p->columns);
    if (tables6) quillet_tables6((uint16_t*)input, direct, p->columns);
    if (!tables && !tables6 && !rows8) quillet_spread((int32_t*)input, direct, p->columns);
    QUILLET_MEASURE_END();
    QUILLET_MEASURE_BEGIN();
    if (tables) {
        quillet_product_ternary(acc, p->weights, (const uint16_t*)input, p->packed_rows,
                                p->columns);
    } else if (tables6) {
        quillet_product_ternary6(acc, p->weights, (const uint16_t*)input, p->packed_rows,
                                 p->columns);
    } else if (rows8) {
        quillet_product_int8(acc, p->weights, direct, p->packed_rows, p->columns);
    } else if (same_text(p->kernel, "quillet_product_int4")) {
        quillet_product_int4(acc, p->weights, (const int32_t*)input, p->packed_rows, p->columns);
    } else {
        quillet_product_int8_strips(acc, p->weights, (const int32_t*)input, p->packed_rows,
                                    p->columns);
    }
    QUILLET_MEASURE_END();
    report(p->kernel, p->rows, p->real_columns,
           same_bytes(acc, p->expected, (size_t)p->rows * sizeof acc[0]));
}

static void step_cells(void) {
    for (int i = 0; i < HIDDEN; i++) h[i] = cell_h[i];
    QUILLET_MEASURE_BEGIN();
    quillet_gru_gates(h, cell_acc, cell_scales, cell_g, cell_bias, HIDDEN, 0, HIDDEN);
    QUILLET_MEASURE_END();
    report("quillet_gru_gates", HIDDEN, 1, same_bytes(h, gru_h, sizeof h));
    for (int i = 0; i < HIDDEN; i++) h[i] = cell_h[i];
    for (int i = 0; i < HIDDEN; i++) c[i] = cell_c[i];
    QUILLET_MEASURE_BEGIN();
    quillet_lstm_gates(h, c, cell_acc, cell_scales, cell_g, HIDDEN, 0, HIDDEN);
    QUILLET_MEASURE_END();
    report("quillet_lstm_gates", HIDDEN, 1,
           same_bytes(h, lstm_h, sizeof h) && same_bytes(c, lstm_c, sizeof c));
    QUILLET_MEASURE_BEGIN();
    quillet_rnn_gates(h, cell_acc, cell_scales, cell_g, HIDDEN, 0, HIDDEN);
    QUILLET_MEASURE_END();
    report("quillet_rnn_gates", HIDDEN, 1, same_bytes(h, rnn_h, sizeof h));
    QUILLET_MEASURE_BEGIN();
    quillet_rnn_relu_gates(h, cell_acc, cell_scales, cell_g, HIDDEN, 0, HIDDEN);
    QUILLET_MEASURE_END();
    report("quillet_rnn_relu_gates", HIDDEN, 1, same_bytes(h, rnn_relu_h, sizeof h));
    QUILLET_MEASURE_BEGIN();
    quillet_scale_rows(out, cell_acc, cell_scales, cell_bias, HIDDEN);
    QUILLET_MEASURE_END();
    report("quillet_scale_rows", HIDDEN, 1, same_bytes(out, scaled_rows, sizeof out));
    QUILLET_MEASURE_BEGIN();
    quillet_table_row(out, row_table, row_scales, cell_bias, 2, HIDDEN);
    QUILLET_MEASURE_END();
    report("quillet_table_row", HIDDEN, 1, same_bytes(out, row_of_two, sizeof out));
    QUILLET_MEASURE_BEGIN();
    quillet_narrow(x, cell_h, HIDDEN);
    QUILLET_MEASURE_END();
    report("quillet_narrow", HIDDEN, 1, same_bytes(x, narrow_x, sizeof x));
}

#if defined(__ARM_ARCH_6M__)
#    include "firmware/rp2040_bare/cores.h"
#    include "runtime/quillet_cores.h"
#    include "runtime/quillet_stream.h"
#    include "tests/device/shares.h"

enum { SPLIT_COLUMNS = 320, SPLIT_ROWS = 240, STRIP_WORDS = 2 * SPLIT_COLUMNS };

static const struct product* shared;

static void multiply_strips(int32_t* to, const uint32_t* weights, const void* prepared,
                            int32_t strips) {
    quillet_product_int8_strips(to, weights, prepared, 8 * strips, SPLIT_COLUMNS);
}

/* Each core prepares nothing, multiplies half the strips, and meets the other three times on the
 * way. */
static void multiply_half(void* state, int core) {
    (void)state;
    quillet_barrier_wait(core);
    if (core == 0) quillet_spread((int32_t*)input, shared->x, SPLIT_COLUMNS);
    quillet_barrier_wait(core);
    int32_t strip = share_first(SPLIT_ROWS, 8, core) / 8;
    multiply_strips(acc + 8 * strip, (const uint32_t*)shared->weights + strip * STRIP_WORDS, input,
                    share_count(SPLIT_ROWS, 8, core) / 8);
    quillet_barrier_wait(core);
}

static void clear(void) {
    for (int i = 0; i < SPLIT_ROWS; i++) acc[i] = -1;
}

/* The int8 product of 240 x 320 once on both cores, and with more and fewer of its strips streamed
 * from flash. */
static void share_and_stream(void) {
    static uint32_t buffers[2 * STRIP_WORDS];
    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
        const struct product* p = &products[i];
        if (p->rows == SPLIT_ROWS && same_text(p->kernel, "quillet_product_int8_strips"))
            shared = p;
    }
    size_t size = SPLIT_ROWS * sizeof acc[0];
    quillet_cores_set_up();
    for (int i = 0; i < 3; i++) {
        clear();
        quillet_run_on_both(multiply_half, NULL);
        report("both cores", SPLIT_ROWS, SPLIT_COLUMNS, same_bytes(acc, shared->expected, size));
    }
    for (int resident = 0; resident <= SPLIT_ROWS / 8; resident += 6) {
        const uint32_t* weights = shared->weights;
        const int32_t* spread = (const int32_t*)input;
        clear();
        if (resident) multiply_strips(acc, weights, spread, resident);
        quillet_stream_int8_strips(acc + 8 * resident, weights + resident * STRIP_WORDS, spread,
                                   SPLIT_ROWS - 8 * resident, SPLIT_COLUMNS, STRIP_WORDS, buffers);
        report("streamed", SPLIT_ROWS, SPLIT_COLUMNS, same_bytes(acc, shared->expected, size));
    }
}
#else
static void share_and_stream(void) {}
#endif

int main(void) {
    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) multiply(&products[i]);
    share_and_stream();
    step_cells();
    quillet_put(failures ? "FAILED\n" : "all right\n");
    return failures;
}
