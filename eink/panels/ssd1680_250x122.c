/* 2.13", 250 x 122, SSD1680: Good Display GDEY0213B74, Waveshare 2.13inch e-Paper V3 and V4.
 * SPDX-License-Identifier: MIT
 *
 * Commands by the SSD1680 data sheet. The RAM is 128 wide, of which the glass has 122, and 250
 * high; the panel is looked at on its side. RAM 24h holds the picture, RAM 26h the old one; 1 is
 * white. BUSY is high while busy. */
#include "eink/panel.h"

#define SET_UP                                                                                 \
    EINK_RESET(10), EINK_WAIT(1, 500), EINK_COMMAND(0x12),                                     \
        EINK_WAIT(10, 500),                             /* software reset */                   \
        EINK_COMMAND_WITH(0x01, 0xF9, 0x00, 0x00),      /* 250 gates */                        \
        EINK_COMMAND_WITH(0x18, 0x80),                  /* the controller's own thermometer */ \
        EINK_COMMAND_WITH(0x21, 0x00, 0x80),            /* sources S8 to S167 */               \
        EINK_COMMAND_WITH(0x11, 0x03),                  /* x then y, both growing */           \
        EINK_COMMAND_WITH(0x44, 0x00, 0x0F),            /* x: bytes 0 to 15 */                 \
        EINK_COMMAND_WITH(0x45, 0x00, 0x00, 0xF9, 0x00) /* y: 0 to 249 */

#define AT_ORIGIN EINK_COMMAND_WITH(0x4E, 0x00), EINK_COMMAND_WITH(0x4F, 0x00, 0x00)

static const eink_step full[] = {
    SET_UP,
    EINK_COMMAND_WITH(0x3C, 0x05), /* the border follows white */
    AT_ORIGIN,
    EINK_FRAME(0x24, EINK_FRAME_NEW),
    AT_ORIGIN,
    EINK_FRAME(0x26, EINK_FRAME_NEW),
    EINK_COMMAND_WITH(0x22, 0xF7), /* power on, thermometer, waveform, mode 1, power off */
    EINK_REFRESH(0x20, 20000),
    EINK_END,
};

static const eink_step partial[] = {
    SET_UP,
    EINK_COMMAND_WITH(0x3C, 0x80), /* the border stays as it is */
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

const eink_panel eink_ssd1680_250x122 = {
    .name = "ssd1680-250x122",
    .controller = "SSD1680",
    .description = "2.13\": Waveshare 2.13inch V3 and V4, Good Display GDEY0213B74",
    .width = 250,
    .height = 122,
    .ram_columns = 128,
    .ram_rows = 250,
    .rotation = EINK_QUARTER,
    .busy_level = 1,
    .reset_low_ms = 2,
    .dots_per_inch = 130,
    .refresh_ms = 3000,
    .partial_ms = 600,
    .margin = 10,
    .largest = 28,
    .few_words_above = 22,
    .full = full,
    .partial = partial,
    .sleep = sleep,
};
