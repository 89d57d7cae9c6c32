// The tuples of indices by which GatherND and ScatterND choose rows of their data.
// SPDX-License-Identifier: MIT
#pragma once

#include "graph/operators.h"

namespace quillet {

// Inputs 0 and 1, the data and the indices: `batches` axes in common, tuples of `depth` indices into the
// axes after them, rows of `row` elements.
struct Tuples {
    size_t batches = 0, depth = 0;
    int64_t row = 1;

    // Of a GatherND or ScatterND. Throws context's Error where the shapes do not fit.
    explicit Tuples(const NodeContext& context);
};

}  // namespace quillet
