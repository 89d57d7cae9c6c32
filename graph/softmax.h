// What a Softmax sets against each other: the one place that knows how its axis depends on the opset.
// SPDX-License-Identifier: MIT
#pragma once

#include "graph/operators.h"

namespace quillet {

// The input read as [outer, size, inner]: numbers of one outer and one inner place are normalized
// together.
struct SoftmaxExtent {
    int64_t outer = 1, size = 1, inner = 1;
};

// Of a Softmax, LogSoftmax or Hardmax. Before opset 13 over all axes from `axis` on, by default from
// 1; since then over one, by default the last. Throws context's Error where there is no such axis.
SoftmaxExtent softmax_extent(const NodeContext& context);

}  // namespace quillet
