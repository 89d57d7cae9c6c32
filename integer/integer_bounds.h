// Proof that no intermediate of an integer model leaves 32 bits, by interval arithmetic over its
// own weights.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "integer/integer_model.h"

namespace quillet {

// The largest magnitude that an intermediate can take whatever the text, in any order of summation.
struct Bound {
    std::string what;  // "layer 0: acc * m"
    int row = 0;       // where it is largest
    int64_t value = 0;
};

// The largest magnitude of a row's sum of q * h8.
int64_t largest_sum(const IntegerMatrix& matrix, int row);

// The bound nearest to 2^31. Throws Error(where, …) naming the intermediate and row that can leave
// 32 bits, if any.
Bound prove_bounds(const IntegerModel& model, const std::string& where);

}  // namespace quillet
