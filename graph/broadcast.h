// Numpy's broadcasting and the walk over a tensor's elements, for the evaluator's rules.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "graph/value.h"

namespace quillet {

// The shape that `a` and `b` broadcast to; nullopt where they do not.
std::optional<Dimensions> broadcast(const Dimensions& a, const Dimensions& b);

// Elements between neighbors along each axis of a row-major tensor.
Dimensions strides_of(const Dimensions& shape);

// The strides with which a tensor of shape `from` is read as `to`, of no fewer axes.
Dimensions broadcast_strides(const Dimensions& from, const Dimensions& to);

// Offsets into a tensor of shape `input`, broadcast to `output`, in the order of the output's
// elements. REQUIRES: input broadcasts to output.
std::vector<size_t> broadcast_offsets(const Dimensions& input, const Dimensions& output);

// For each index of `shape`, in order, the sum of index times stride: how transposes, slices and
// broadcasts read.
std::vector<size_t> offsets_of(const Dimensions& shape, const Dimensions& strides, int64_t start);

// result[i] = source[offsets[i]] of either kind of element.
void gather(const Value& source, const std::vector<size_t>& offsets, Value& result);

// A shape as three: the axes before `axis`, axis itself, those after it.
struct Around {
    size_t outer = 1, size = 1, inner = 1;
    Around(const Dimensions& shape, size_t axis);
};

}  // namespace quillet
