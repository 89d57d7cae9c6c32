// From an integer model to a plan: weights packed for the target's kernels, one step as their
// calls.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "compile/pack.h"
#include "compile/plan.h"
#include "integer/integer_model.h"

namespace quillet {

// The plan computes exactly what IntegerReference (integer/test_reference.h) does. Its weights are in the
// layouts of runtime/quillet_integer.h for `target`. Throws Error(where, …) where they cannot be packed.
Plan lower_integer(const IntegerModel& model, Target target, const std::string& name,
                   const std::string& where);

}  // namespace quillet
