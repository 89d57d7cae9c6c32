/* The panels that there are.
 * SPDX-License-Identifier: MIT */
#include "panel.h"

#include <string.h>

extern const eink_panel eink_uc8176_400x300, eink_ssd1683_400x300, eink_ssd1680_296x128,
    eink_uc8151_296x128, eink_ssd1680_250x122, eink_uc8179_800x480;

const eink_panel* const eink_panels[] = {
    &eink_ssd1683_400x300, &eink_uc8176_400x300,  &eink_ssd1680_296x128,
    &eink_uc8151_296x128,  &eink_ssd1680_250x122, &eink_uc8179_800x480,
};
const int eink_panel_count = sizeof eink_panels / sizeof *eink_panels;

const eink_panel* eink_panel_named(const char* name) {
    for (int i = 0; i < eink_panel_count; i++) {
        if (strcmp(eink_panels[i]->name, name) == 0) return eink_panels[i];
    }
    return 0;
}

eink_style eink_panel_style(const eink_panel* panel) {
    eink_style style = {
        .text_family = &eink_roman,
        .author_family = &eink_italic,
        .width = panel->width,
        .height = panel->height,
        .margin = panel->margin,
        .largest = panel->largest,
        .few_words_above = panel->few_words_above,
        .smallest = 12,
        .alignment = EINK_LEFT,
        .quotation_marks = EINK_MARKS_ENGLISH,
    };
    return style;
}
