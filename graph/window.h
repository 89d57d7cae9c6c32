// What a convolution or pool slides over its input: sizes, strides and padding of each axis.
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "graph/operators.h"

namespace quillet {

struct WindowAxis {
    int64_t in, out, size, stride, dilation, before, after;  // before, after: padding
};

// Images (batch, groups * channels, axes…) to (batch, groups * outputs, axes…); a pool's groups are the
// channels, of one.
struct Window {
    int64_t batch, groups, channels, outputs;
    std::vector<WindowAxis> axes;

    size_t count_in() const;  // elements of one channel
    size_t count_out() const;
    size_t count_window() const;
};

// Of a Conv, ConvTranspose, MaxPool or AveragePool with explicit or automatic padding. Throws context's
// Error where shapes do not fit.
Window window_of(const NodeContext& context);

}  // namespace quillet
