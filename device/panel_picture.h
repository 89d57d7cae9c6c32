// What a panel shows, as a picture: its bare pixels, or the panel on a shelf.
// SPDX-License-Identifier: MIT
#pragma once

#include "device/png.h"
#include "eink/canvas.h"

namespace quillet {

// Black on white, every pixel of the canvas `scale` x `scale` (1 or more).
Picture panel_picture(const eink_canvas& canvas, int scale);

// The same in gray paper and soft ink, within a mat and a frame that throws a shadow.
Picture framed_picture(const eink_canvas& canvas, int scale);

}  // namespace quillet
