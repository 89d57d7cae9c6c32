// The table of targets: what compiled C is for, and what its code costs there.
// SPDX-License-Identifier: MIT
#include "compile/target.h"

namespace quillet {

const std::vector<TargetRow>& targets() {
    static const std::vector<TargetRow> table = {
        {"c99", Target::c99, "C99 for any machine", "static const", "", "", 3072, 512,
         "by gcc 12 at -Os for Cortex-M0+, whose float routines come on top"},
    };
    return table;
}

const TargetRow* find_target(std::string_view name) {
    for (const TargetRow& row : targets())
        if (row.name == name) return &row;
    return nullptr;
}

}  // namespace quillet
