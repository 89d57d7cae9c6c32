// Along which axes of its input a node works: the one place that knows how that depends on the opset.
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "graph/broadcast.h"
#include "graph/operators.h"

namespace quillet {

// Whether each axis of input 0 is reduced by a Reduce… operator, whose axes became an input in opset 18,
// ReduceSum's in 13. Throws context's Error where there is no such axis.
std::vector<bool> reduced_axes(const NodeContext& context);

// What a Softmax, LogSoftmax or Hardmax sets against each other: numbers of one outer and one inner place
// are normalized together. Before opset 13 over all axes from `axis` on, by default from 1; since then over
// one, by default the last. Throws context's Error where there is no such axis.
Around softmax_around(const NodeContext& context);

}  // namespace quillet
