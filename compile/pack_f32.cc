// Float matrices in the order that the product kernels read them.
// SPDX-License-Identifier: MIT
#include "compile/pack_f32.h"

#include <algorithm>

#include "runtime/quillet_kernels_f32.h"

namespace quillet {

Tensor pack_f32(const std::vector<double>& values, int64_t rows, int64_t columns) {
    std::vector<float> packed;
    packed.reserve(values.size());
    for (int64_t row = 0; row < rows; row += QUILLET_STRIP_F32) {
        int64_t end = std::min<int64_t>(row + QUILLET_STRIP_F32, rows);
        for (int64_t column = 0; column < columns; column++)
            for (int64_t r = row; r < end; r++)
                packed.push_back(
                    static_cast<float>(values[static_cast<size_t>(r * columns + column)]));
    }
    return Tensor::of(Type::float32, {rows, columns}, packed);
}

}  // namespace quillet
