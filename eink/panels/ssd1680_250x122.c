/* 2.13", 250 x 122, SSD1680: Good Display GDEY0213B74, Waveshare 2.13inch e-Paper V3 and V4.
 * SPDX-License-Identifier: MIT
 *
 * Commands by the SSD1680 data sheet. The RAM is 128 wide, of which the glass has 122, and 250
 * high; the panel is looked at on its side. */
#include "eink/panel.h"
#include "eink/panels/ssd16.h"

static const eink_step full[] = {EINK_SSD1680_FULL(250)};

static const eink_step partial[] = {
    EINK_SSD1680_SET_UP(250),
    EINK_SSD16_BORDER_STAYS,
    EINK_SSD16_REFRESH_IN_PART(EINK_SSD16_BY_MEMORY),
};

static const eink_step sleep[] = {EINK_SSD16_SLEEP};

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
