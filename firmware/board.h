/* A board: which pin does what, how the supply is measured, how the power ends. One row a board.
 * SPDX-License-Identifier: MIT
 *
 * A new board is one row in boards.c; `quillet firmware --pins` overrides single pins of it. */
#ifndef QUILLET_BOARD_H
#define QUILLET_BOARD_H

#include "hal.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum quillet_chip { QUILLET_RP2040, QUILLET_RP2350 } quillet_chip;

typedef struct quillet_board {
    const char* name;        /* "pico", of `quillet firmware --board` */
    const char* description; /* sold as, and what is special about it */
    quillet_chip chip;
    int8_t pins[QUILLET_PIN_COUNT]; /* GPIO numbers by quillet_pin, QUILLET_NO_PIN where there is
                                       none */
    uint8_t button_level; /* of the button while it is pressed; it is pulled the other way */
    uint16_t
        reference_mv; /* what QUILLET_PIN_REFERENCE measures; 0: the ADC's full scale is 3.3 V */
    uint8_t supply_divisor; /* the supply's voltage by that at QUILLET_PIN_SUPPLY */
    uint32_t inside;        /* GPIOs, a bit each, that no pin of the board's edge is connected to */
    const char* panel;      /* the name of the panel that is part of the board, or NULL */
} quillet_board;

enum { QUILLET_NO_PIN = -1 };

extern const quillet_board quillet_boards[];
extern const int quillet_board_count;

/* The supply in millivolts, by the sums of eight samples of 12 bits at QUILLET_PIN_SUPPLY and at
 * QUILLET_PIN_REFERENCE. The ADC's full scale is 3.3 V, or known from the reference: on a board whose
 * 3.3 V sink with its cells. 0: not known. */
static inline uint32_t quillet_supply_mv(const quillet_board* board, uint32_t supply,
                                         uint32_t reference) {
    if (board->pins[QUILLET_PIN_REFERENCE] >= 0)
        return reference ? supply * board->supply_divisor * board->reference_mv / reference : 0;
    return supply * board->supply_divisor / 8u * 3300u / 4096u;
}

/* The name of a pin in --pins and in tables: "busy". */
extern const char* const quillet_pin_names[QUILLET_PIN_COUNT];

/* The board that a device's program runs on; `quillet firmware` writes it, for programs for a board. */
extern const quillet_board* const quillet_this_board;

#ifdef __cplusplus
}
#endif

#endif
