// Float matrices in the order that the product kernels read them.
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "graph/graph.h"

namespace quillet {

// The row-major matrix `values` (rows, columns), rounded to float32 and packed as
// runtime/quillet_kernels_f32.h says. The shape stays (rows, columns).
Tensor pack_f32(const std::vector<double>& values, int64_t rows, int64_t columns);

}  // namespace quillet
