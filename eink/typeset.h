/* Sets a quote and its author: the largest size that fits, balanced lines, hanging marks.
 * SPDX-License-Identifier: MIT
 *
 *     eink_page page;                               the caller's, about 5 kB
 *     if (eink_typeset(text, length, author, author_length, &style, &page) == 0)
 * eink_draw_page(&canvas, &page);
 */
#ifndef EINK_TYPESET_H
#define EINK_TYPESET_H

#include "font.h"
#include "prose.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EINK_TEXT_MAX 400  /* codes of a quote, its marks included */
#define EINK_AUTHOR_MAX 80 /* codes of an author, the dash included */
#define EINK_WORDS_MAX 100
#define EINK_LINES_MAX 12

typedef enum eink_alignment {
    EINK_LEFT,  /* lines begin at one edge, which the opening mark hangs out of; the author ends at
                   the other edge */
    EINK_CENTER /* lines and author are centered */
} eink_alignment;

typedef struct eink_style {
    const eink_family* text_family;
    const eink_family* author_family;
    int16_t width, height; /* of the canvas */
    int16_t margin;        /* that letters keep from its sides, less from top and bottom where it is
                              wide; the opening mark may hang into it */
    uint8_t largest, smallest; /* sizes of text_family that may be used */
    uint8_t few_words_above;   /* larger sizes than that are for few words; 0: for any */
    eink_alignment alignment;
    uint8_t quotation_marks; /* eink_marks: those to put around the text */
} eink_style;

/* A line of the quote: codes begin .. end - 1 of eink_page.text, drawn from (x, baseline). */
typedef struct eink_line {
    uint16_t begin, end;
    int16_t x, baseline;
    int16_t width; /* without marks that hang */
} eink_line;

/* A word, or the part of one up to a dash: what may stand at a line's end. */
typedef struct eink_word {
    uint16_t begin, end;
    int16_t width;     /* without marks that hang */
    bool space_before; /* of the font's space, when no line begins here */
} eink_word;

/* What was set, and the memory that setting it takes. */
typedef struct eink_page {
    const eink_font* text_font;
    const eink_font* author_font;
    uint16_t text[EINK_TEXT_MAX];
    uint16_t author[EINK_AUTHOR_MAX];
    uint16_t text_length, author_length; /* no author: 0 */
    eink_line lines[EINK_LINES_MAX];
    uint16_t line_count;
    int16_t author_x, author_baseline;
    uint16_t missing; /* after EINK_NO_GLYPH: the code */

    eink_word words[EINK_WORDS_MAX];
    uint16_t word_count;
    int16_t hyphen_width;              /* of the hyphen that a soft one becomes at a line's end */
    int32_t start[EINK_WORDS_MAX + 1]; /* where each word would begin on one endless line */
    uint32_t cost[2]
                 [EINK_WORDS_MAX + 1]; /* of the first n words on so many lines, and on one less */
    uint8_t from[EINK_LINES_MAX + 1][EINK_WORDS_MAX + 1]; /* the first word of the last of them */
} eink_page;

/* Sets `text` and `author` (UTF-8; an author of length 0 is left out). Returns 0, or an eink_error:
 * then the text is one to generate again, and the page is not to be drawn. Everything drawn lies
 * within the canvas. The last line is never a single word, unless the text has fewer than four. */
int eink_typeset(const char* text, size_t text_length, const char* author, size_t author_length,
                 const eink_style* style, eink_page* page);

/* Draws the page; the canvas is style.width x style.height. */
void eink_draw_page(eink_canvas* canvas, const eink_page* page);

/* A small battery, nearly empty, in the lower left corner. */
void eink_draw_low_battery(eink_canvas* canvas);

#ifdef __cplusplus
}
#endif

#endif
