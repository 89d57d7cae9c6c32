// What a plan costs on a chip: where its weights live within a RAM budget, and the bill of bytes
// and cycles.
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

// A line of the bill: a part of the model, as steps' comments name it, or the sampler.
struct BillLine {
    std::string what;
    int64_t flash_bytes = 0;  // of weights that steps read in flash
    int64_t ram_bytes = 0;    // of weights that were copied
    int64_t cycles = 0;       // by target.costs, 0 where it has none
    int64_t wait_cycles = 0;  // for the flash, beside them
};

struct CostReport {
    std::vector<BillLine> lines;
    int64_t flash_bytes = 0;  // weights, those copied to RAM as well, tables and code
    int64_t ram_bytes = 0;    // weights, states, scratch, logits, code in RAM; not the stack
    int64_t stack_bytes = 0;
    int64_t cycles = 0;  // a character, waits included; 0: not estimated

    double characters_per_second(const TargetRow& target) const;
};
CostReport cost_report_of(const Plan& plan, const TargetRow& target);

// The bill as a table, a line each.
std::string to_text(const CostReport& bill, const TargetRow& target);

}  // namespace quillet
