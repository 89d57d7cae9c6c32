/* 2.9", 296 x 128, Solomon Systech SSD1680: Good Display GDEY029T94, Waveshare 2.9inch e-Paper V2.
 * SPDX-License-Identifier: MIT
 *
 * Commands by the SSD1680 data sheet. The RAM is 128 wide and 296 high; the panel is looked at on
 * its side. */
#include "eink/panel.h"
#include "eink/panels/ssd16.h"

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

static const eink_step full[] = {EINK_SSD1680_FULL(296)};

static const eink_step partial[] = {
    EINK_SSD1680_SET_UP(296),
    EINK_SSD16_BORDER_STAYS,
    EINK_COMMAND_TABLE(0x32, partial_waveform),
    EINK_COMMAND_WITH(0x3F, 0x22),             /* its end */
    EINK_COMMAND_WITH(0x03, 0x17),             /* gates 20 V */
    EINK_COMMAND_WITH(0x04, 0x41, 0xB0, 0x32), /* sources 15, 5 and -15 V */
    EINK_COMMAND_WITH(0x2C, 0x36),             /* VCOM -1.4 V */
    EINK_SSD16_REFRESH_IN_PART(EINK_SSD16_BY_HOST),
};

static const eink_step sleep[] = {EINK_SSD16_SLEEP};

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
