/* A panel as tables of commands: what a driver sends to show a picture and to end in deep sleep.
 * SPDX-License-Identifier: MIT
 *
 * A new panel is one file in panels/ and one row in panel.c. */
#ifndef EINK_PANEL_H
#define EINK_PANEL_H

#include <stdint.h>

#include "typeset.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum eink_step_kind {
    EINK_STEP_END,
    EINK_STEP_RESET,   /* RST high, low for the panel's reset_low_ms, then high for `count` ms */
    EINK_STEP_COMMAND, /* `code` with D/C low, then `count` bytes of `bytes` with D/C high */
    EINK_STEP_FRAME,   /* `code`, then the whole picture `count` (eink_frame), 1 being white, row by
                          row of the RAM */
    EINK_STEP_WAIT, /* `code` ms, in which BUSY may still be on its way, then until it is idle, at
                          most `count` ms */
    EINK_STEP_REFRESH, /* `code` with D/C low, then BUSY must come within EINK_BUSY_COMES_MS and end
                          within `count` ms: one that never came is an error */
    EINK_STEP_DELAY    /* `count` ms */
} eink_step_kind;

/* Data sheets promise BUSY within 200 microseconds of a refresh; known drivers give it a millisecond
 * or more. */
enum { EINK_BUSY_COMES_MS = 20 };

/* What an EINK_STEP_FRAME sends. */
typedef enum eink_frame { EINK_FRAME_NEW, EINK_FRAME_OLD } eink_frame;

typedef struct eink_step {
    uint8_t kind, code;
    uint16_t count;
    const uint8_t* bytes;
} eink_step;

/* How the picture lies in the controller's RAM. */
typedef enum eink_rotation {
    EINK_UPRIGHT, /* RAM (x, y) shows at (x, y) */
    EINK_QUARTER  /* RAM (x, y) shows at (y, height - 1 - x): the panel is mounted on its side */
} eink_rotation;

typedef struct eink_panel {
    const char* name;              /* "ssd1680-296x128" */
    const char* controller;        /* "SSD1680" */
    const char* description;       /* sold as */
    int16_t width, height;         /* as people see it */
    int16_t ram_columns, ram_rows; /* as the controller counts; columns are a multiple of 8, those
                                      beyond the glass are sent white */
    eink_rotation rotation;
    uint8_t busy_level; /* of the BUSY pin while the controller works */
    uint8_t
        reset_low_ms; /* how long RST is held low: some boards take a long low for "power off" */
    uint16_t dots_per_inch;
    uint16_t refresh_ms,
        partial_ms; /* at 25 degrees, as modules of it were measured or their data sheets say */
    uint8_t margin, largest, few_words_above; /* typesetting: eink_style's */
    const eink_step* full;    /* reset, set up, send the picture, refresh with flashing */
    const eink_step* partial; /* the same without flashing, from the old picture; leaves ghosts
                                 after some times */
    const eink_step*
        sleep; /* power off, deep sleep, which only a reset ends; run to its end whatever fails */
} eink_panel;

extern const eink_panel* const eink_panels[];
extern const int eink_panel_count;

/* The panel of that name, or NULL. */
const eink_panel* eink_panel_named(const char* name);

/* How quotes are set on the panel, with the build's fonts. */
eink_style eink_panel_style(const eink_panel* panel);

/* Table rows. */
#define EINK_RESET(ms) \
    { EINK_STEP_RESET, 0, ms, 0 }
#define EINK_COMMAND(code) \
    { EINK_STEP_COMMAND, code, 0, 0 }
#define EINK_COMMAND_WITH(code, ...)                                                         \
    {                                                                                        \
        EINK_STEP_COMMAND, code, sizeof((const uint8_t[]){__VA_ARGS__}), (const uint8_t[]) { \
            __VA_ARGS__                                                                      \
        }                                                                                    \
    }
#define EINK_COMMAND_TABLE(code, table) \
    { EINK_STEP_COMMAND, code, sizeof table, table }
#define EINK_FRAME(code, frame) \
    { EINK_STEP_FRAME, code, frame, 0 }
#define EINK_WAIT(settle_ms, ms) \
    { EINK_STEP_WAIT, settle_ms, ms, 0 }
#define EINK_REFRESH(code, ms) \
    { EINK_STEP_REFRESH, code, ms, 0 }
#define EINK_DELAY(ms) \
    { EINK_STEP_DELAY, 0, ms, 0 }
#define EINK_END \
    { EINK_STEP_END, 0, 0, 0 }

#ifdef __cplusplus
}
#endif

#endif
