/* The watchdog, and a record of why the program began anew (RP2040 data sheet 4.7).
 * SPDX-License-Identifier: MIT
 *
 * The record lies in the watchdog's scratch words, which outlive its resets but not the power. Words
 * 4 to 7 are the boot ROM's. */
#include "board.h"
#include "registers.h"

/* Microseconds: the most that 24 bits take, where the counter falls by two a tick (RP2040-E1). */
enum { PATIENCE = 0xFFFFFF };

#define WATCHDOG_ENABLE (1u << 30)
#define WATCHDOG_TRIGGER (1u << 31)

/* Word 0: magic, restarts in a row, stage. Word 1: a fault's address. Word 2: seconds. Word 3: what
 * is kept for the program. */
enum { MAGIC = 0x51750000, MAGIC_MASK = (int)0xFFFF0000, COUNT_SHIFT = 8, BYTE = 0xFF };

static quillet_register* word(uint32_t which) {
    return quillet_at(WATCHDOG_SCRATCH + 4u * which);
}

static uint32_t restarts(void) {
    return (*word(0) & (uint32_t)MAGIC_MASK) == MAGIC ? *word(0) >> COUNT_SHIFT & BYTE : 0;
}

static void note(uint32_t count, uint32_t stage) {
    *word(0) = MAGIC | count << COUNT_SHIFT | stage;
}

void board_alive(quillet_stage stage) {
    *quillet_at(WATCHDOG_LOAD) = PATIENCE;
    if (!(*quillet_at(WATCHDOG) & WATCHDOG_ENABLE)) {
        *quillet_at(PSM_WATCHDOG) = PSM_ALL_BUT_OSCILLATORS;
        quillet_set_bits(WATCHDOG, WATCHDOG_ENABLE);
    }
    note(stage == QUILLET_STAGE_IDLE ? 0 : restarts(), stage);
    *word(2) = board_seconds();
}

void board_keep(uint32_t kept) {
    *word(3) = kept;
}

void board_stop_watchdog(void) {
    quillet_clear_bits(WATCHDOG, WATCHDOG_ENABLE);
}

quillet_restart board_restart(uint32_t* seconds) {
    quillet_restart restart = {0, 0, 0, 0};
    *seconds = 0;
    if (!*quillet_at(WATCHDOG_REASON) || (*word(0) & (uint32_t)MAGIC_MASK) != MAGIC) {
        note(0, QUILLET_STAGE_IDLE);
        *word(1) = 0;
        return restart;
    }
    restart.count = restarts() + 1;
    restart.stage = *word(0) & BYTE;
    restart.fault = *word(1);
    restart.kept = *word(3);
    *seconds = *word(2);
    note(restart.count, restart.stage);
    *word(1) = 0;
    return restart;
}

void board_fault(uint32_t address) {
    *word(1) = address ? address : 1; /* 0 would be the watchdog's */
    *quillet_at(PSM_WATCHDOG) = PSM_ALL_BUT_OSCILLATORS;
    for (;;) quillet_set_bits(WATCHDOG, WATCHDOG_TRIGGER);
}
