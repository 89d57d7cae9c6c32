// Sums of products of two tensors over shared axes: what MatMul, Gemm and Einsum are.
// SPDX-License-Identifier: MIT
#pragma once

#include "graph/operators.h"

namespace quillet {

// An axis of the loop over all products: its size and its stride in the result and both operands; 0 where
// a tensor lacks it. Axes of stride 0 in the result are summed over.
struct ContractionAxis {
    int64_t size, y, a, b;
    bool summed;
};

struct Contraction {
    Dimensions shape;                   // of the result
    std::vector<ContractionAxis> axes;  // the result's in its order, then those summed over

    size_t kept() const;  // how many are the result's
};

// Of a MatMul, a Gemm (without its third input and factors) or an Einsum of one or two operands. Throws
// context's Error where shapes do not fit.
Contraction contraction_of(const NodeContext& context);

}  // namespace quillet
