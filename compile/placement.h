// Where a plan's weights live on a chip: what start-up code copies to RAM within a budget.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "compile/plan.h"
#include "compile/target.h"

namespace quillet {

// Chooses the weights that start-up code copies to RAM, so that they, states, scratch, logits,
// stack and the code in RAM take at most `ram_bytes`: what every step reads whole, the smallest
// first; the last one is cut, its first rows to RAM, the others left in flash. Of a table a step
// reads one row, so it stays in flash. Throws Error(plan.name, …) where `ram_bytes` does not
// suffice for what must be in RAM, with what would. REQUIRES: target.resident is not empty.
void place_weights(Plan& plan, const TargetRow& target, int64_t ram_bytes);

// The bytes of RAM that a plan takes whatever is placed.
int64_t fixed_ram(const Plan& plan, const TargetRow& target);

// The bytes of the weights that every step reads whole: what place_weights would like in RAM.
int64_t whole_readings(const Plan& plan);

// A weight that a step reads: all of a view, or a token's row.
struct WeightReading {
    int buffer;
    int64_t bytes;
    bool whole;
};
std::vector<WeightReading> readings_of(const Plan& plan, const Step& step);

}  // namespace quillet
