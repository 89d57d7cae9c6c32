// The table of targets: what compiled C is for, and what its code costs there.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quillet {

enum class Target { c99, cortex_m0plus, cortex_m33 };

// A row: how `--target` names it and what emit_c writes differently for it.
struct TargetRow {
    std::string name;
    Target target;
    std::string description;
    std::string weights;  // what stands before each weight array: "static const", with a section
                          // where it is placed
    std::string hot;  // what stands before the step's definition: a section attribute, or nothing
    std::string
        flags;        // what the generated CMakeLists.txt compiles with, besides -ffp-contract=off
    int code_bytes;   // the runtime's code is at most this, compiled as `measured` says
                      // (emit_c_test.cc)
    int stack_bytes;  // quillet_line_next uses at most this of the stack, likewise
    std::string measured;
};

const std::vector<TargetRow>& targets();

// The row called `name`; null where there is none.
const TargetRow* find_target(std::string_view name);

}  // namespace quillet
