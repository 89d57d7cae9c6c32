/* What the device does: wakes, invents a quote, shows it, sleeps.
 * SPDX-License-Identifier: MIT */
#ifndef QUILLET_DEVICE_H
#define QUILLET_DEVICE_H

#include "eink/bus.h"
#include "hal.h"
#include "journal.h"
#include "quote.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    QUILLET_DAY_S = 24 * 60 * 60,
    QUILLET_SIX_HOURS_S = 6 * 60 * 60,
    QUILLET_BATTERY_LOW_MV = 3300,   /* three alkaline cells at 1.1 V: some weeks are left */
    QUILLET_BATTERY_EMPTY_MV = 2700, /* no refresh: it might brown out halfway */
    QUILLET_PARTIAL_MAX = 5          /* refreshes without flashing between two with it */
};

/* What a device is made of; const, in flash. */
typedef struct quillet_device_parts {
    const quillet_hal* hal;
    const eink_panel* panel;
    const quillet_text_model *quotes, *names;
    const quillet_lexicon* lexicon; /* or NULL */
    uint32_t candidates;            /* quotes to choose from */
    bool bridged;                   /* I2C through an SC18IS602B instead of SPI */
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
    bool shown;        /* pictures[1] is what the panel shows */
    uint32_t partials; /* since the last full refresh */
} quillet_device;

/* Sets a device up after power came; its journal is read. */
void quillet_device_begin(quillet_device* device, const quillet_device_parts* parts);

/* One turn: takes a seed, invents, shows, and returns how many seconds to sleep. A button's quote
 * is refreshed without flashing where it can be. Whatever fails is logged; the last quote then
 * stays on the panel. */
uint32_t quillet_device_turn(quillet_device* device, quillet_wake wake);

/* Turns and sleeps for ever. */
void quillet_device_run(quillet_device* device, const quillet_device_parts* parts);

#ifdef __cplusplus
}
#endif

#endif
