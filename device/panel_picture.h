// What a panel shows, as a picture: its bare pixels, or the panel on a shelf; as PNG.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "eink/canvas.h"

namespace quillet {

struct Color {
    uint8_t red = 0, green = 0, blue = 0;

    friend bool operator==(const Color&, const Color&) = default;
};

struct Picture {
    int width = 0, height = 0;
    std::vector<Color> pixels;  // (height, width), rows from the top

    Picture(int width_, int height_, Color color = {255, 255, 255})
        : width(width_),
          height(height_),
          pixels(static_cast<size_t>(width_) * static_cast<size_t>(height_), color) {}

    Color& at(int x, int y) {
        return pixels[static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)];
    }
    const Color& at(int x, int y) const { return const_cast<Picture*>(this)->at(x, y); }
};

// The PNG of `picture`, in gray where no pixel has a color. The same picture gives the same bytes
// on a machine.
std::string png_of(const Picture& picture);

// Black on white, every pixel of the canvas `scale` x `scale` (1 or more).
Picture panel_picture(const eink_canvas& canvas, int scale);

// The same in gray paper and soft ink, within a mat and a frame that throws a shadow.
Picture framed_picture(const eink_canvas& canvas, int scale);

}  // namespace quillet
