/* A picture of one bit a pixel, as e-ink shows it; the caller owns the bytes.
 * SPDX-License-Identifier: MIT */
#ifndef EINK_CANVAS_H
#define EINK_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes that a canvas of width x height pixels needs. */
#define EINK_CANVAS_BYTES(width, height) ((((width) + 7) / 8) * (height))

/* Rows from the top, each padded to whole bytes, the leftmost pixel in the highest bit; 1 is ink
 * (black). */
typedef struct eink_canvas {
    int16_t width, height;
    uint16_t stride; /* bytes a row */
    uint8_t* bytes;  /* stride * height */
} eink_canvas;

/* A blank canvas in `bytes` (EINK_CANVAS_BYTES(width, height), the caller's).
 * REQUIRES: width, height > 0. */
void eink_canvas_begin(eink_canvas* canvas, int width, int height, uint8_t* bytes);

/* Whether there is ink at (x, y); none outside. */
bool eink_ink_at(const eink_canvas* canvas, int x, int y);

/* Puts ink, or takes it away; outside the canvas nothing happens. */
void eink_set(eink_canvas* canvas, int x, int y, bool ink);
void eink_fill(eink_canvas* canvas, int x, int y, int width, int height, bool ink);

#ifdef __cplusplus
}
#endif

#endif
