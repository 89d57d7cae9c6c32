/* 4.2", 400 x 300, UC8176 (also IL0398): Good Display GDEW042T2, Waveshare 4.2inch e-Paper V1.
 * SPDX-License-Identifier: MIT
 *
 * Commands by the UC8176 data sheet. In black and white, 10h takes the old picture and 13h the new;
 * 1 is white. BUSY_N is low while busy. The full waveform is the one in the controller's one-time
 * memory. */
#include "eink/panel.h"
#include "eink/panels/waveforms.h"

#define POWER                                                                            \
    EINK_COMMAND_WITH(0x01, 0x03, 0x00, 0x2B, 0x2B), /* PWR: internal, +-16 V, +-11 V */ \
        EINK_COMMAND_WITH(0x06, 0x17, 0x17, 0x17),   /* BTST: soft start */              \
        EINK_COMMAND(0x04), EINK_WAIT(1, 2000)       /* PON */

#define SIZE EINK_COMMAND_WITH(0x61, 0x01, 0x90, 0x01, 0x2C) /* TRES: 400 x 300 */

/* Waveform from memory, black and white, scan up, shift right, booster on. */
static const eink_step full[] = {EINK_UC81_FULL(POWER, 0x1F, SIZE)};

/* The same with the waveform from the registers; VCOM -1.0 V. */
static const eink_step partial[] = {EINK_UC81_PARTIAL(POWER, 0x3F, SIZE, 0x12)};

static const eink_step sleep[] = {EINK_UC81_SLEEP};

const eink_panel eink_uc8176_400x300 = {
    .name = "uc8176-400x300",
    .controller = "UC8176 / IL0398",
    .description = "4.2\": Waveshare 4.2inch V1, Good Display GDEW042T2",
    .width = 400,
    .height = 300,
    .ram_columns = 400,
    .ram_rows = 300,
    .rotation = EINK_UPRIGHT,
    .busy_level = 0,
    .reset_low_ms = 10,
    .dots_per_inch = 119,
    .refresh_ms = 4000,
    .partial_ms = 600,
    .margin = 26,
    .largest = 60,
    .few_words_above = 38,
    .full = full,
    .partial = partial,
    .sleep = sleep,
};
