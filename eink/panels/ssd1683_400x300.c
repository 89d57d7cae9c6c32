/* 4.2", 400 x 300, Solomon Systech SSD1683: Good Display GDEY042T81, Waveshare 4.2inch e-Paper V2.
 * SPDX-License-Identifier: MIT
 *
 * Commands by the SSD1683 data sheet. RAM 24h holds the picture, RAM 26h the old one; 1 is white.
 * BUSY is high while busy. */
#include "eink/panel.h"

#define SET_UP                                                                                 \
    EINK_RESET(10), EINK_WAIT(1, 500), EINK_COMMAND(0x12),                                     \
        EINK_WAIT(10, 500),                             /* software reset */                   \
        EINK_COMMAND_WITH(0x01, 0x2B, 0x01, 0x00),      /* 300 gates */                        \
        EINK_COMMAND_WITH(0x18, 0x80),                  /* the controller's own thermometer */ \
        EINK_COMMAND_WITH(0x11, 0x03),                  /* x then y, both growing */           \
        EINK_COMMAND_WITH(0x44, 0x00, 0x31),            /* x: bytes 0 to 49 */                 \
        EINK_COMMAND_WITH(0x45, 0x00, 0x00, 0x2B, 0x01) /* y: 0 to 299 */

#define AT_ORIGIN EINK_COMMAND_WITH(0x4E, 0x00), EINK_COMMAND_WITH(0x4F, 0x00, 0x00)

static const eink_step full[] = {
    SET_UP,
    EINK_COMMAND_WITH(0x3C, 0x05),       /* the border follows white */
    EINK_COMMAND_WITH(0x21, 0x40, 0x00), /* leave RAM 26h out of it */
    AT_ORIGIN,
    EINK_FRAME(0x24, EINK_FRAME_NEW),
    EINK_COMMAND_WITH(0x22, 0xF7), /* power on, thermometer, waveform, mode 1, power off */
    EINK_REFRESH(0x20, 20000),
    EINK_END,
};

static const eink_step partial[] = {
    SET_UP,
    EINK_COMMAND_WITH(0x3C, 0x80), /* the border stays as it is */
    EINK_COMMAND_WITH(0x21, 0x00, 0x00),
    AT_ORIGIN,
    EINK_FRAME(0x26, EINK_FRAME_OLD),
    AT_ORIGIN,
    EINK_FRAME(0x24, EINK_FRAME_NEW),
    EINK_COMMAND_WITH(0x22, 0xFF), /* as above in mode 2: only pixels that change */
    EINK_REFRESH(0x20, 10000),
    EINK_END,
};

/* Deep sleep mode 1. BUSY stays high in it. */
static const eink_step sleep[] = {EINK_COMMAND_WITH(0x10, 0x01), EINK_DELAY(10), EINK_END};

const eink_panel eink_ssd1683_400x300 = {
    .name = "ssd1683-400x300",
    .controller = "SSD1683",
    .description = "4.2\": Waveshare 4.2inch V2, Good Display GDEY042T81",
    .width = 400,
    .height = 300,
    .ram_columns = 400,
    .ram_rows = 300,
    .rotation = EINK_UPRIGHT,
    .busy_level = 1,
    .reset_low_ms = 2,
    .dots_per_inch = 119,
    .refresh_ms = 3000,
    .partial_ms = 600,
    .margin = 26,
    .largest = 60,
    .few_words_above = 38,
    .full = full,
    .partial = partial,
    .sleep = sleep,
};
