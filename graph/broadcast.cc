// Numpy's broadcasting and the walk over a tensor's elements, for the evaluator's rules.
// SPDX-License-Identifier: MIT
#include "graph/broadcast.h"

#include <algorithm>

namespace quillet {

std::optional<Dimensions> broadcast(const Dimensions& a, const Dimensions& b) {
    Dimensions result(std::max(a.size(), b.size()));
    for (size_t i = 0; i < result.size(); i++) {  // from the last axis
        int64_t of_a = i < a.size() ? a[a.size() - 1 - i] : 1;
        int64_t of_b = i < b.size() ? b[b.size() - 1 - i] : 1;
        if (of_a != of_b && of_a != 1 && of_b != 1) return std::nullopt;
        result[result.size() - 1 - i] = of_a == 1 ? of_b : of_a;
    }
    return result;
}

Dimensions strides_of(const Dimensions& shape) {
    Dimensions strides(shape.size());
    int64_t stride = 1;
    for (size_t i = shape.size(); i-- > 0;) {
        strides[i] = stride;
        stride *= shape[i];
    }
    return strides;
}

std::vector<size_t> offsets_of(const Dimensions& shape, const Dimensions& strides, int64_t start) {
    std::vector<size_t> offsets(static_cast<size_t>(count_of(shape)));
    Dimensions index(shape.size(), 0);
    int64_t offset = start;
    for (size_t& result : offsets) {
        result = static_cast<size_t>(offset);
        for (size_t axis = shape.size(); axis-- > 0;) {
            offset += strides[axis];
            if (++index[axis] < shape[axis]) break;
            offset -= strides[axis] * shape[axis];
            index[axis] = 0;
        }
    }
    return offsets;
}

Dimensions broadcast_strides(const Dimensions& from, const Dimensions& to) {
    Dimensions own = strides_of(from), strides(to.size(), 0);
    const size_t missing = to.size() - from.size();
    for (size_t i = 0; i < from.size(); i++) strides[missing + i] = from[i] == 1 ? 0 : own[i];
    return strides;
}

std::vector<size_t> broadcast_offsets(const Dimensions& input, const Dimensions& output) {
    return offsets_of(output, broadcast_strides(input, output), 0);
}

void gather(const Value& source, const std::vector<size_t>& offsets, Value& result) {
    for (size_t i = 0; i < offsets.size(); i++) {
        if (is_float(source.type))
            result.numbers[i] = source.numbers[offsets[i]];
        else
            result.integers[i] = source.integers[offsets[i]];
    }
}

Around::Around(const Dimensions& shape, size_t axis) : size(static_cast<size_t>(shape[axis])) {
    for (size_t i = 0; i < axis; i++) outer *= static_cast<size_t>(shape[i]);
    for (size_t i = axis + 1; i < shape.size(); i++) inner *= static_cast<size_t>(shape[i]);
}

}  // namespace quillet
