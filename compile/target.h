// The table of targets: what compiled C is for, and what its code costs there.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quillet {

enum class Target { c99, rp2040, cortex_m33 };

// A row: how `--target` names it and what emit_c writes differently for it.
struct TargetRow {
    std::string name;
    Target target;
    std::string description;
    std::string weights;  // what stands before each weight array: "static const", with a section
                          // where it is placed
    int code_bytes;   // the model's and the runtime's code is at most this, compiled and linked as
                      // `measured` says (emit_c_test.cc)
    int stack_bytes;  // quillet_line_next uses at most this of the stack, likewise
    std::string measured;
    int cores = 1;  // that may share a step

    // For chips where RAM and flash differ in speed (placement.h); left out elsewhere.
    std::string resident = {};          // before a weight array that start-up code copies to RAM
    int resident_code_bytes = 0;        // of code_bytes, what start-up code copies to RAM, at most
    int64_t ram_bytes = 0;              // what --ram is unless given
    int hertz = 0;                      // of one core
    double cycles_a_flash_byte = 0;     // to read weights in flash, one after another
    double cycles_a_streamed_byte = 0;  // to copy them in the background
    int sampler_cycles = 0;             // a character of the alphabet
    bool estimates_cycles = false;      // by KernelRow::cost
    std::string estimated = {};         // what the estimate rests on
};

const std::vector<TargetRow>& targets();

const TargetRow& row_of(Target target);

// The row called `name`; null where there is none.
const TargetRow* find_target(std::string_view name);

}  // namespace quillet
