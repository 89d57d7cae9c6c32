/* 4.2", 400 x 300, Solomon Systech SSD1683: Good Display GDEY042T81, Waveshare 4.2inch e-Paper V2.
 * SPDX-License-Identifier: MIT
 *
 * Commands by the SSD1683 data sheet. */
#include "eink/panel.h"
#include "eink/panels/ssd16.h"

#define SET_UP EINK_SSD16_BEGIN(300), EINK_SSD16_WINDOW(400, 300)

static const eink_step full[] = {
    SET_UP,
    EINK_SSD16_BORDER_WHITE,
    EINK_COMMAND_WITH(0x21, 0x40, 0x00), /* leave RAM 26h out of it */
    EINK_SSD16_PICTURE(0x24, EINK_FRAME_NEW),
    EINK_SSD16_REFRESH,
};

static const eink_step partial[] = {
    SET_UP,
    EINK_SSD16_BORDER_STAYS,
    EINK_COMMAND_WITH(0x21, 0x00, 0x00),
    EINK_SSD16_REFRESH_IN_PART(EINK_SSD16_BY_MEMORY),
};

static const eink_step sleep[] = {EINK_SSD16_SLEEP};

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
