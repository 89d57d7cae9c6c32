// What a plan costs on a chip: bytes of flash and RAM, cycles of a character, part by part.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "compile/plan.h"
#include "compile/target.h"

namespace quillet {

// A line of the report: a part of the model, as steps' comments name it, or the sampler.
struct CostLine {
    std::string what;
    int64_t flash_bytes = 0;  // of weights that steps read in flash
    int64_t ram_bytes = 0;    // of weights that were copied
    int64_t cycles = 0;       // by KernelRow::cost, 0 where the target has no estimate
    int64_t wait_cycles = 0;  // for the flash, beside them
};

struct CostReport {
    std::vector<CostLine> lines;
    int64_t flash_bytes = 0;  // weights, those copied to RAM as well, tables and code
    int64_t ram_bytes = 0;    // weights, states, scratch, logits, code in RAM; not the stack
    int64_t stack_bytes = 0;
    int64_t cycles = 0;  // a character, waits included; 0: not estimated

    double characters_per_second(const TargetRow& target) const;
};
CostReport cost_report_of(const Plan& plan, const TargetRow& target);

// The report as a table, a line each.
std::string to_text(const CostReport& report, const TargetRow& target);

}  // namespace quillet
