/* A picture of one bit a pixel, as e-ink shows it.
 * SPDX-License-Identifier: MIT */
#include "canvas.h"

void eink_canvas_begin(eink_canvas* canvas, int width, int height, uint8_t* bytes) {
    canvas->width = (int16_t)width;
    canvas->height = (int16_t)height;
    canvas->stride = (uint16_t)((width + 7) / 8);
    canvas->bytes = bytes;
    for (int i = 0; i < canvas->stride * height; i++) bytes[i] = 0;
}

static bool is_inside(const eink_canvas* canvas, int x, int y) {
    return x >= 0 && y >= 0 && x < canvas->width && y < canvas->height;
}

bool eink_ink_at(const eink_canvas* canvas, int x, int y) {
    return is_inside(canvas, x, y) &&
           (canvas->bytes[y * canvas->stride + x / 8] >> (7 - x % 8) & 1);
}

void eink_set(eink_canvas* canvas, int x, int y, bool ink) {
    if (!is_inside(canvas, x, y)) return;
    uint8_t* byte = &canvas->bytes[y * canvas->stride + x / 8];
    uint8_t bit = (uint8_t)(0x80 >> x % 8);
    *byte = (uint8_t)(ink ? *byte | bit : *byte & ~bit);
}

void eink_fill(eink_canvas* canvas, int x, int y, int width, int height, bool ink) {
    for (int row = y; row < y + height; row++) {
        for (int column = x; column < x + width; column++) eink_set(canvas, column, row, ink);
    }
}
