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

static const eink_step full[] = {
    EINK_RESET(10),
    EINK_WAIT(1, 500),
    POWER,
    EINK_COMMAND_WITH(
        0x00,
        0x1F), /* PSR: waveform from memory, black and white, scan up, shift right, booster on */
    SIZE,
    EINK_COMMAND_WITH(0x50, 0x97), /* CDI: white border, ten lines of VCOM */
    EINK_FRAME(0x10, EINK_FRAME_OLD),
    EINK_FRAME(0x13, EINK_FRAME_NEW),
    EINK_REFRESH(0x12, 20000), /* DRF */
    EINK_END,
};

static const eink_step partial[] = {
    EINK_RESET(10),
    EINK_WAIT(1, 500),
    POWER,
    EINK_COMMAND_WITH(0x00, 0x3F), /* PSR: as above, waveform from the registers */
    SIZE,
    EINK_COMMAND_WITH(0x30, 0x3A), /* PLL: 100 Hz */
    EINK_COMMAND_WITH(0x82, 0x12), /* VDCS: VCOM -1.0 V */
    EINK_COMMAND_WITH(0x50, 0xD7), /* CDI: border floats */
    EINK_PARTIAL_WAVEFORM,
    EINK_FRAME(0x10, EINK_FRAME_OLD),
    EINK_FRAME(0x13, EINK_FRAME_NEW),
    EINK_REFRESH(0x12, 10000), /* DRF */
    EINK_END,
};

static const eink_step sleep[] = {
    EINK_COMMAND_WITH(0x50, 0xF7), /* CDI: the border floats */
    EINK_COMMAND(0x02),            /* POF */
    EINK_WAIT(1, 2000),
    EINK_COMMAND_WITH(0x07, 0xA5), /* DSLP */
    EINK_END,
};

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
