// A matrix in someone else's memory.
// SPDX-License-Identifier: MIT
#pragma once

namespace quillet::train {

// Row-major; `stride` elements from a row to the next.
template <class T>
struct View {
    T* data;
    int rows;
    int columns;
    int stride;
};

}  // namespace quillet::train
