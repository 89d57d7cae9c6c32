/* 2.9", 296 x 128, Solomon Systech SSD1680: Good Display GDEY029T94, Waveshare 2.9inch e-Paper V2.
 * SPDX-License-Identifier: MIT
 *
 * Commands by the SSD1680 data sheet. The RAM is 128 wide and 296 high; the panel is looked at on
 * its side. RAM 24h holds the picture, RAM 26h the old one; 1 is white. BUSY is high while busy. */
#include "eink/panel.h"

/* A waveform for the partial refresh, since the memory of Waveshare's variant has none: five tables
 * of twelve groups (two bits a phase: 00 ground, 01 VSH1, which blackens, 10 VSL, which whitens), by
 * old and new pixel; twelve groups of lengths in frames and repeats; frame rates. The figures are
 * those of the drivers that are known to work on it: thirty frames, then one to even out. */
enum { GROUPS = 12, TABLES = 5, TIMES = 7, FRAME_RATES = TABLES * GROUPS + TIMES * GROUPS };
static const uint8_t partial_waveform[153] = {
    [0 * GROUPS + 1] = 0x40,                               /* black stays */
    [1 * GROUPS + 0] = 0x80,    [1 * GROUPS + 1] = 0x80,   /* black to white */
    [2 * GROUPS + 0] = 0x40,    [2 * GROUPS + 1] = 0x40,   /* white to black */
    [3 * GROUPS + 1] = 0x80,                               /* white stays */
    [TABLES * GROUPS + 0] = 10, [TABLES * GROUPS + 6] = 2, /* ten frames, three times */
    [TABLES * GROUPS + 7] = 1,  [TABLES * GROUPS + 14] = 1, [FRAME_RATES + 0] = 0x22,
    [FRAME_RATES + 1] = 0x22,   [FRAME_RATES + 2] = 0x22,   [FRAME_RATES + 3] = 0x22,
    [FRAME_RATES + 4] = 0x22,   [FRAME_RATES + 5] = 0x22,
};

#define SET_UP                                                                                 \
    EINK_RESET(10), EINK_WAIT(1, 500), EINK_COMMAND(0x12),                                     \
        EINK_WAIT(10, 500),                             /* software reset */                   \
        EINK_COMMAND_WITH(0x01, 0x27, 0x01, 0x00),      /* 296 gates */                        \
        EINK_COMMAND_WITH(0x18, 0x80),                  /* the controller's own thermometer */ \
        EINK_COMMAND_WITH(0x21, 0x00, 0x80),            /* sources S8 to S167 */               \
        EINK_COMMAND_WITH(0x11, 0x03),                  /* x then y, both growing */           \
        EINK_COMMAND_WITH(0x44, 0x00, 0x0F),            /* x: bytes 0 to 15 */                 \
        EINK_COMMAND_WITH(0x45, 0x00, 0x00, 0x27, 0x01) /* y: 0 to 295 */

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
    EINK_COMMAND_TABLE(0x32, partial_waveform),
    EINK_COMMAND_WITH(0x3F, 0x22),             /* its end */
    EINK_COMMAND_WITH(0x03, 0x17),             /* gates 20 V */
    EINK_COMMAND_WITH(0x04, 0x41, 0xB0, 0x32), /* sources 15, 5 and -15 V */
    EINK_COMMAND_WITH(0x2C, 0x36),             /* VCOM -1.4 V */
    AT_ORIGIN,
    EINK_FRAME(0x26, EINK_FRAME_OLD),
    AT_ORIGIN,
    EINK_FRAME(0x24, EINK_FRAME_NEW),
    EINK_COMMAND_WITH(0x22, 0xCF), /* power on, mode 2 with the waveform above, power off */
    EINK_REFRESH(0x20, 10000),
    EINK_END,
};

/* Deep sleep mode 1. BUSY stays high in it. */
static const eink_step sleep[] = {EINK_COMMAND_WITH(0x10, 0x01), EINK_DELAY(10), EINK_END};

const eink_panel eink_ssd1680_296x128 = {
    .name = "ssd1680-296x128",
    .controller = "SSD1680",
    .description = "2.9\": Waveshare 2.9inch V2, Good Display GDEY029T94",
    .width = 296,
    .height = 128,
    .ram_columns = 128,
    .ram_rows = 296,
    .rotation = EINK_QUARTER,
    .busy_level = 1,
    .reset_low_ms = 2,
    .dots_per_inch = 112,
    .refresh_ms = 3000,
    .partial_ms = 600,
    .margin = 10,
    .largest = 31,
    .few_words_above = 24,
    .full = full,
    .partial = partial,
    .sleep = sleep,
};
