/* Shows a picture on a panel.
 * SPDX-License-Identifier: MIT */
#include "driver.h"

enum {
    POLL_MS = 10,         /* between two looks at BUSY */
    BEFORE_RESET_MS = 10, /* RST high, for boards that switch their power by it */
    PIECE_BYTES = 200     /* a bus that wraps bytes in messages takes so many at once; a row of the
                            widest RAM is 100 */
};

/* A run over one table. */
typedef struct eink_run {
    const eink_panel* panel;
    const eink_bus* bus;
    const eink_canvas* frames[2]; /* by eink_frame */
    uint8_t command;              /* the last one sent */
    uint32_t waited_ms;           /* of the last wait */
} eink_run;

static void delay_ms(const eink_bus* bus, uint32_t ms) {
    bus->wires->delay_us(bus->wires->context, ms * 1000);
}

static bool ink_in_ram(const eink_panel* panel, const eink_canvas* picture, int x, int y) {
    if (panel->rotation == EINK_QUARTER) return eink_ink_at(picture, y, panel->height - 1 - x);
    return eink_ink_at(picture, x, y);
}

void eink_ram_row(const eink_panel* panel, const eink_canvas* picture, int row, uint8_t* bytes) {
    for (int i = 0; i < panel->ram_columns / 8; i++) {
        if (panel->rotation == EINK_UPRIGHT && i * 8 + 8 <= picture->width) {
            bytes[i] = (uint8_t)~picture->bytes[row * picture->stride + i];
            continue;
        }
        uint8_t byte = 0xFF;
        for (int bit = 0; bit < 8; bit++) {
            if (ink_in_ram(panel, picture, i * 8 + bit, row))
                byte = (uint8_t)(byte & ~(0x80 >> bit));
        }
        bytes[i] = byte;
    }
}

static int send_frame(const eink_run* run, const eink_canvas* picture) {
    uint8_t piece[PIECE_BYTES];
    int row_bytes = run->panel->ram_columns / 8, rows = PIECE_BYTES / row_bytes, error = 0;
    for (int row = 0; row < run->panel->ram_rows && error >= 0;) {
        int filled = 0;
        for (; filled < rows && row < run->panel->ram_rows; filled++, row++) {
            eink_ram_row(run->panel, picture, row, piece + filled * row_bytes);
        }
        error = run->bus->data(run->bus->context, piece, (size_t)(filled * row_bytes));
    }
    return error;
}

/* Looks every `poll_ms` whether BUSY is at the working level (or, not `working`, idle). Returns 0,
 * `late` when it was not within `limit_ms`, or the bus's error. */
static int wait_for_busy(eink_run* run, bool working, uint32_t poll_ms, uint32_t limit_ms,
                         int late) {
    const eink_bus* bus = run->bus;
    for (run->waited_ms = 0;; run->waited_ms += poll_ms) {
        int level = bus->busy(bus->context);
        if (level < 0) return level;
        if ((level == run->panel->busy_level) == working) return 0;
        if (run->waited_ms >= limit_ms) return late;
        delay_ms(bus, poll_ms);
    }
}

static int wait_for_idle(eink_run* run, uint32_t limit_ms) {
    return wait_for_busy(run, false, POLL_MS, limit_ms, EINK_BUSY_STUCK);
}

static int pulse_reset(const eink_run* run, uint32_t after_ms) {
    const eink_bus* bus = run->bus;
    int error = bus->set_reset(bus->context, 1);
    delay_ms(bus, BEFORE_RESET_MS);
    if (error >= 0) error = bus->set_reset(bus->context, 0);
    if (error < 0) return error;
    delay_ms(bus, run->panel->reset_low_ms);
    error = bus->set_reset(bus->context, 1);
    delay_ms(bus, after_ms);
    return error;
}

static int run_step(eink_run* run, const eink_step* step) {
    const eink_bus* bus = run->bus;
    int error = 0;
    switch (step->kind) {
        case EINK_STEP_RESET:
            return pulse_reset(run, step->count);
        case EINK_STEP_WAIT:
            delay_ms(bus, step->code);
            return wait_for_idle(run, step->count);
        case EINK_STEP_DELAY:
            delay_ms(bus, step->count);
            return 0;
        default:
            break;
    }
    run->command = step->code;
    error = bus->command(bus->context, step->code);
    if (error < 0) return error;
    if (step->kind == EINK_STEP_FRAME) return send_frame(run, run->frames[step->count]);
    if (step->kind == EINK_STEP_REFRESH) {
        error = wait_for_busy(run, true, 1, EINK_BUSY_COMES_MS, EINK_BUSY_NEVER);
        return error < 0 ? error : wait_for_idle(run, step->count);
    }
    return step->count ? bus->data(bus->context, step->bytes, step->count) : 0;
}

/* Runs a table up to the first error, or to its end all the same; returns that error or 0. */
static int run_table(eink_run* run, const eink_step* table, bool to_its_end) {
    int first_error = 0;
    run->waited_ms = 0;
    for (const eink_step* step = table; step->kind != EINK_STEP_END; step++) {
        int error = run_step(run, step);
        if (error < 0 && !first_error) first_error = error;
        if (first_error && !to_its_end) break;
    }
    return first_error;
}

int eink_show(const eink_panel* panel, const eink_bus* bus, const eink_canvas* picture,
              const eink_canvas* old) {
    eink_run run = {panel, bus, {picture, old ? old : picture}, 0, 0};
    int error = 0;
    for (int attempt = 1; attempt <= EINK_ATTEMPTS; attempt++) {
        error = run_table(&run, old && attempt == 1 ? panel->partial : panel->full, false);
        if (!error) break;
        bus->wires->failed(bus->wires->context, attempt, error, run.command, run.waited_ms);
    }
    int sleep_error = run_table(&run, panel->sleep, true);
    if (sleep_error && !error)
        bus->wires->failed(bus->wires->context, 1, sleep_error, run.command, 0);
    bus->rest(bus->context);
    return error;
}
