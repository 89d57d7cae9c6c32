// A plan's step shared by two cores: who does what of each kernel call, and where they meet.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "compile/plan.h"

namespace quillet {

// A step of the plan as the two cores do it.
struct SharedStep {
    bool meet = false;  // the cores meet before it
    // Each core's arguments: its share of the rows, units or columns; none: the core leaves it to
    // the other.
    std::array<std::optional<std::vector<Argument>>, 2> arguments;
};

// One for each of plan.steps. A meeting stands wherever a core would touch what the other wrote, or
// write what the other touched, since they last met; none before the first step nor after the last.
// Throws Error(plan.name, …) where a kernel cannot be shared: those of float models.
std::vector<SharedStep> share_steps(const Plan& plan);

// Bytes of code that the shared step adds at most, compiled as TargetRow::measured says
// (two_cores_test.cc).
int step_part_bytes(const Plan& plan);

}  // namespace quillet
