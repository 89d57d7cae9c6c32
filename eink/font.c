/* Proportional fonts of one bit a pixel: look-up, kerning, drawing.
 * SPDX-License-Identifier: MIT */
#include "font.h"

#include <stddef.h>

const eink_glyph* eink_glyph_of(const eink_font* font, uint16_t code) {
    int low = 0, high = font->glyph_count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (font->glyphs[middle].code < code) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < font->glyph_count && font->glyphs[low].code == code ? &font->glyphs[low] : NULL;
}

int eink_kerning(const eink_font* font, uint16_t left, uint16_t right) {
    uint32_t wanted = (uint32_t)left << 16 | right;
    int low = 0, high = font->kern_count;
    while (low < high) {
        int middle = (low + high) / 2;
        const eink_kern* kern = &font->kerns[middle];
        uint32_t found = (uint32_t)kern->left << 16 | kern->right;
        if (found == wanted) return kern->move;
        if (found < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return 0;
}

static void draw_glyph(eink_canvas* canvas, const eink_font* font, const eink_glyph* glyph, int x,
                       int baseline) {
    for (int row = 0; row < glyph->height; row++) {
        for (int column = 0; column < glyph->width; column++) {
            if (eink_glyph_ink(font, glyph, row, column))
                eink_set(canvas, x + glyph->left + column, baseline - glyph->top + row, true);
        }
    }
}

/* Whether codes[at] is the space behind an initial, as in "T. W. Young": half of it is enough. */
static bool is_behind_initial(const uint16_t* codes, int at) {
    if (at < 2 || codes[at] != ' ' || codes[at - 1] != '.') return false;
    bool capital = codes[at - 2] >= 'A' && codes[at - 2] <= 'Z';
    return capital && (at == 2 || codes[at - 3] == ' ');
}

/* Walks the pen over the codes; draws them where there is a canvas. */
static int walk(eink_canvas* canvas, const eink_font* font, const uint16_t* codes, int count, int x,
                int baseline) {
    uint16_t previous = 0;
    for (int i = 0; i < count; i++) {
        const eink_glyph* glyph = eink_glyph_of(font, codes[i]);
        if (!glyph) continue;
        if (previous) x += eink_kerning(font, previous, codes[i]);
        if (canvas) draw_glyph(canvas, font, glyph, x, baseline);
        x += is_behind_initial(codes, i) ? (glyph->advance + 1) / 2 : glyph->advance;
        previous = codes[i];
    }
    return x;
}

int eink_text_width(const eink_font* font, const uint16_t* codes, int count) {
    return walk(NULL, font, codes, count, 0, 0);
}

int eink_draw_text(eink_canvas* canvas, const eink_font* font, const uint16_t* codes, int count,
                   int x, int baseline) {
    return walk(canvas, font, codes, count, x, baseline);
}
