// Prints the plan of a network as C99: one function from inputs to outputs, every byte the caller's.
// SPDX-License-Identifier: MIT
#pragma once

#include "compile/emit_c.h"

namespace quillet {

// Bytes that a network takes on the device, besides code and stack.
struct NetworkCost {
    int64_t weights = 0;  // in flash, tables of shapes included
    int64_t memory = 0;   // NAME_memory: what is computed on the way, placed by lifetimes
    int64_t inputs = 0, outputs = 0;  // the caller's arrays
};
NetworkCost network_cost_of(const Plan& plan);

// File name -> text: NAME.h, NAME.c, runtime/…, main.c and CMakeLists.txt, or NAME.c alone as a single
// file. REQUIRES: plan.is_network(). Throws Error where the runtime is not found.
Sources emit_network(const Plan& plan, const EmitOptions& options);

}  // namespace quillet
