/* 2.9", 296 x 128, UC8151 (also IL0373): Pimoroni Badger 2040, Good Display GDEW029T5D.
 * SPDX-License-Identifier: MIT
 *
 * Commands by the UC8151 data sheet. The RAM is 128 wide and 296 high; the panel is looked at on
 * its side. In black and white, 10h takes the old picture and 13h the new; 1 is white. BUSY_N is
 * low while busy. The full waveform is the one in the controller's one-time memory. */
#include "eink/panel.h"
#include "eink/panels/waveforms.h"

#define POWER                                                                                  \
    EINK_COMMAND_WITH(0x01, 0x03, 0x00, 0x2B, 0x2B, 0x2B), /* PWR: internal, +-16 V, +-11 V */ \
        EINK_COMMAND_WITH(0x06, 0x17, 0x17, 0x17),         /* BTST: soft start */              \
        EINK_COMMAND(0x04), EINK_WAIT(1, 2000)             /* PON */

#define SIZE EINK_COMMAND_WITH(0x61, 0x80, 0x01, 0x28) /* TRES: 128 x 296 */

/* 128 x 296, waveform from memory, black and white, scan down, shift left (the picture upright on a
 * Badger), booster on. */
static const eink_step full[] = {EINK_UC81_FULL(POWER, 0x93, SIZE)};

/* The same with the waveform from the registers; VCOM -0.5 V. */
static const eink_step partial[] = {EINK_UC81_PARTIAL(POWER, 0xB3, SIZE, 0x08)};

static const eink_step sleep[] = {EINK_UC81_SLEEP};

const eink_panel eink_uc8151_296x128 = {
    .name = "uc8151-296x128",
    .controller = "UC8151 / IL0373",
    .description = "2.9\": Pimoroni Badger 2040, Good Display GDEW029T5D",
    .width = 296,
    .height = 128,
    .ram_columns = 128,
    .ram_rows = 296,
    .rotation = EINK_QUARTER,
    .busy_level = 0,
    .reset_low_ms = 10,
    .dots_per_inch = 112,
    .refresh_ms = 4500,
    .partial_ms = 600,
    .margin = 10,
    .largest = 31,
    .few_words_above = 24,
    .full = full,
    .partial = partial,
    .sleep = sleep,
};
