/* The e-ink panels for a page: sets a text and draws it as a device's panel shows it.
 * SPDX-License-Identifier: MIT */
#include "eink/panel.h"

#define PAGE_EXPORT(name) __attribute__((export_name(#name)))

enum { TEXT_BYTES = 4096, CANVAS_BYTES = 1 << 16 };

static eink_page page;
static char text[TEXT_BYTES];
static uint8_t bytes[CANVAS_BYTES];
static uint16_t codes[EINK_TEXT_MAX];

/* Where the caller puts the text and, right behind it, the author: panel_room() bytes. */
PAGE_EXPORT(panel_text) char* panel_text(void) {
    return text;
}

PAGE_EXPORT(panel_room) int32_t panel_room(void) {
    return TEXT_BYTES;
}

/* Draws the text and author at panel_text() as panel `i` of eink_panels shows them, upright where `portrait` is
 * not 0. Returns 0, or an eink_error and leaves the picture as it was. */
PAGE_EXPORT(panel_draw)
int32_t panel_draw(int32_t i, int32_t portrait, uint32_t text_length, uint32_t author_length) {
    eink_style style = eink_panel_style(eink_panels[i]);
    if (portrait) {
        style.width = eink_panels[i]->height;
        style.height = eink_panels[i]->width;
    }
    const int error =
        eink_typeset(text, text_length, text + text_length, author_length, &style, &page);
    if (error) return error;
    eink_canvas canvas;
    eink_canvas_begin(&canvas, style.width, style.height, bytes);
    eink_draw_page(&canvas, &page);
    return 0;
}

/* Writes the text at panel_text() as a typesetter has it, in quotation marks where `marks` is not 0,
 * to panel_codes(); returns how many codes, or an eink_error. */
PAGE_EXPORT(panel_prose) int32_t panel_prose(uint32_t length, int32_t marks) {
    return eink_prose(text, length, marks ? EINK_MARKS_ENGLISH : EINK_MARKS_NONE, codes,
                      EINK_TEXT_MAX);
}

PAGE_EXPORT(panel_codes) const uint16_t* panel_codes(void) {
    return codes;
}

/* The picture: rows of (width + 7) / 8 bytes, the leftmost pixel in the highest bit, 1 is ink. */
PAGE_EXPORT(panel_bytes) const uint8_t* panel_bytes(void) {
    return bytes;
}
