/* What the device does: wakes, invents a quote, shows it, sleeps.
 * SPDX-License-Identifier: MIT */
#ifndef QUILLET_DEVICE_H
#define QUILLET_DEVICE_H

#include "collection.h"
#include "eink/driver.h"
#include "hal.h"
#include "journal.h"
#include "quote.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    QUILLET_DAY_S = 24 * 60 * 60,
    QUILLET_SIX_HOURS_S = 6 * 60 * 60,
    /* Alkaline cells: at 1.1 V some weeks are left; at 0.9 V a refresh might brown out halfway. */
    QUILLET_CELL_LOW_MV = 1100,
    QUILLET_CELL_EMPTY_MV = 900,
    QUILLET_SUPPLY_MIN_MV = 1800,   /* below it no Pico runs: a reading that low is none */
    QUILLET_RESTARTS_MAX = 3,       /* in a row; then it sleeps until the next turn is due */
    QUILLET_CLOCK_PARTIAL_MAX = 29, /* of a clock: one flash in half an hour */
    QUILLET_PARTIAL_MAX = 5         /* refreshes without flashing between two with it */
};

/* What a device is made of; const, in flash. */
typedef struct quillet_device_parts {
    const quillet_hal* hal;
    const eink_panel* panel;
    const quillet_text_model *quotes, *names; /* both or neither */
    const quillet_collection* collection; /* or NULL; with models too, every second turn is its */
    uint8_t cells;                        /* of the battery, for its thresholds; 0: three */
    uint16_t
        turn_a_boots; /* with a timer that cuts the power: a turn each that many boots; 0: none */
    const quillet_word_filter* words; /* by which quotes are ranked, or NULL */
    uint32_t candidates;              /* quotes to choose from */
    bool german_marks;                /* around quotes, instead of English ones */
    bool bridged;                     /* I2C through an SC18IS602B instead of SPI */
    uint8_t bridge_address;
    uint8_t* pictures[2]; /* EINK_CANVAS_BYTES(panel->width, panel->height) each; the second may be
                             NULL: then every refresh flashes */
} quillet_device_parts;

/* Its memory. */
typedef struct quillet_device {
    const quillet_device_parts* parts;
    quillet_journal journal;
    eink_wires wires;
    eink_bridge bridge;
    eink_bus bus;
    eink_style style;
    quillet_quote quote;
    eink_page page;
    bool clicks;
    uint32_t next_s;   /* when the next daily turn is due */
    uint32_t zero_s;   /* when the clock's day began */
    bool shown;        /* pictures[1] is what the panel shows */
    uint32_t partials; /* since the last full refresh */
} quillet_device;

/* Sets a device up after power came; its journal is read. */
void quillet_device_begin(quillet_device* device, const quillet_device_parts* parts);

/* One turn: takes a seed, invents or looks up a quote, shows it, and returns how many seconds to
 * sleep. A button's quote and a clock's are refreshed without flashing where they can be. The
 * button does not move the hour of the daily quote; it sets a clock to its start. Whatever fails is
 * logged; the last quote then stays on the panel. With turn_a_boots most boots return at once. */
uint32_t quillet_device_turn(quillet_device* device, quillet_wake wake);

/* Turns and sleeps for ever. Where a timer cuts the power it is told after each turn; if the power
 * stays all the same, the device sleeps as the others do. */
void quillet_device_run(quillet_device* device, const quillet_device_parts* parts);

#ifdef __cplusplus
}
#endif

#endif
