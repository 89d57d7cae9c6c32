/* Proportional fonts of one bit a pixel: glyphs, kerning and how to draw them.
 * SPDX-License-Identifier: MIT
 *
 * The data are made at build time from outline fonts by fonts/make_fonts_main.cc. */
#ifndef EINK_FONT_H
#define EINK_FONT_H

#include <stdint.h>

#include "canvas.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct eink_glyph {
    uint16_t code;         /* Unicode */
    uint8_t width, height; /* of the bitmap */
    int8_t left,
        top; /* its left edge from the pen, its first row above the baseline (1: just above it) */
    uint8_t advance; /* how far the pen moves */
    uint32_t offset; /* of its first bit in eink_font.bits / 8: row by row, no padding but at the
                        glyph's end */
} eink_glyph;

typedef struct eink_kern {
    uint16_t left, right; /* codes */
    int8_t move;          /* added to the advance of `left` */
} eink_kern;

typedef struct eink_font {
    const char* name;        /* "Charis SIL 24" */
    uint8_t size;            /* pixels an em */
    uint8_t ascent, descent; /* of unaccented letters (b, p): rows above and below the baseline */
    uint8_t x_height;
    uint8_t line_height; /* from baseline to baseline */
    uint16_t glyph_count, kern_count;
    const eink_glyph* glyphs; /* by ascending code */
    const eink_kern* kerns;   /* by ascending left, then right */
    const uint8_t* bits;
} eink_font;

/* The sizes of a typeface, smallest first. */
typedef struct eink_family {
    const char* name;
    uint16_t count;
    const eink_font* const* fonts;
} eink_family;

/* The fonts that the build made (fonts.c). */
extern const eink_family eink_roman;  /* for quotes */
extern const eink_family eink_italic; /* for authors */

/* Whether there is ink in a column of a glyph's row, counted from its top and left. */
static inline bool eink_glyph_ink(const eink_font* font, const eink_glyph* glyph, int row,
                                  int column) {
    uint32_t bit = (uint32_t)(row * glyph->width + column);
    return font->bits[glyph->offset + bit / 8] >> (7 - bit % 8) & 1;
}

/* The glyph of `code`, or NULL. */
const eink_glyph* eink_glyph_of(const eink_font* font, uint16_t code);

/* How far the pen moves between `left` and `right` beyond the advance of `left`; mostly 0. */
int eink_kerning(const eink_font* font, uint16_t left, uint16_t right);

/* How far the pen moves over `count` codes; codes without a glyph are left out. */
int eink_text_width(const eink_font* font, const uint16_t* codes, int count);

/* Draws `count` codes with the pen starting at (x, baseline); returns where the pen ends. */
int eink_draw_text(eink_canvas* canvas, const eink_font* font, const uint16_t* codes, int count,
                   int x, int baseline);

#ifdef __cplusplus
}
#endif

#endif
