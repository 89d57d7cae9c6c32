/* 7.5", 800 x 480, UC8179: Waveshare 7.5inch e-Paper V2, Good Display GDEW075T7 and GDEY075T7.
 * SPDX-License-Identifier: MIT
 *
 * Commands by the UC8179 data sheet. In black and white, 10h takes the old picture and 13h the new;
 * with DDX = 1 (50h), 1 is white. BUSY_N is low while busy. The full waveform is the one in the
 * controller's one-time memory. */
#include "eink/panel.h"
#include "eink/panels/waveforms.h"

#define POWER                                                                                \
    EINK_COMMAND_WITH(0x01, 0x07, 0x07, 0x3F, 0x3F),     /* PWR: internal, +-20 V, +-15 V */ \
        EINK_COMMAND_WITH(0x06, 0x17, 0x17, 0x28, 0x17), /* BTST: soft start */              \
        EINK_COMMAND(0x04), EINK_WAIT(1, 2000)           /* PON */

#define SIZE                                                               \
    EINK_COMMAND_WITH(0x61, 0x03, 0x20, 0x01, 0xE0), /* TRES: 800 x 480 */ \
        EINK_COMMAND_WITH(0x15, 0x00),               /* DUSPI: one wire */ \
        EINK_COMMAND_WITH(0x60, 0x22)                /* TCON */

static const eink_step full[] = {
    EINK_RESET(20),
    EINK_WAIT(1, 500),
    POWER,
    EINK_COMMAND_WITH(0x00, 0x1F), /* PSR: waveform from memory, black and white, scan up, shift
                                      right, booster on */
    SIZE,
    EINK_COMMAND_WITH(0x50, 0x29, 0x07), /* CDI: white border, 1 is white, new is copied to old */
    EINK_FRAME(0x10, EINK_FRAME_OLD),
    EINK_FRAME(0x13, EINK_FRAME_NEW),
    EINK_REFRESH(0x12, 20000), /* DRF */
    EINK_END,
};

static const eink_step partial[] = {
    EINK_RESET(20),
    EINK_WAIT(1, 500),
    POWER,
    EINK_COMMAND_WITH(0x00, 0x3F), /* PSR: as above, waveform from the registers */
    SIZE,
    EINK_COMMAND_WITH(0x82, 0x26),       /* VDCS: VCOM -2.0 V */
    EINK_COMMAND_WITH(0x50, 0xA9, 0x07), /* CDI: the border floats */
    EINK_COMMAND_TABLE(0x20, eink_wave_still_42),
    EINK_COMMAND_TABLE(0x21, eink_wave_still_42),
    EINK_COMMAND_TABLE(0x22, eink_wave_to_white),
    EINK_COMMAND_TABLE(0x23, eink_wave_to_black),
    EINK_COMMAND_TABLE(0x24, eink_wave_still_42),
    EINK_FRAME(0x10, EINK_FRAME_OLD),
    EINK_FRAME(0x13, EINK_FRAME_NEW),
    EINK_REFRESH(0x12, 10000),
    EINK_END,
};

static const eink_step sleep[] = {
    EINK_COMMAND_WITH(0x50, 0xA9, 0x07), /* CDI: the border floats */
    EINK_COMMAND(0x02),                  /* POF */
    EINK_WAIT(1, 2000),
    EINK_COMMAND_WITH(0x07, 0xA5), /* DSLP */
    EINK_END,
};

const eink_panel eink_uc8179_800x480 = {
    .name = "uc8179-800x480",
    .controller = "UC8179",
    .description = "7.5\": Waveshare 7.5inch V2, Good Display GDEW075T7",
    .width = 800,
    .height = 480,
    .ram_columns = 800,
    .ram_rows = 480,
    .rotation = EINK_UPRIGHT,
    .busy_level = 0,
    .reset_low_ms = 2,
    .dots_per_inch = 124,
    .refresh_ms = 4200,
    .partial_ms = 1600,
    .margin = 40,
    .largest = 60,
    .full = full,
    .partial = partial,
    .sleep = sleep,
};
