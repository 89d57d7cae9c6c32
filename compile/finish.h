// The last passes over a plan: copies avoided, scratch placed by lifetimes, identifiers given.
// SPDX-License-Identifier: MIT
#pragma once

#include "compile/plan.h"

namespace quillet {

// Makes of steps as the operators came a plan to run: results are written where they would be
// copied to, buffers that no step touches are dropped, scratch buffers share memory where their
// lifetimes allow, each buffer gets its identifier.
void finish(Plan& plan);

// Throws Error("plan NAME", …) where a step reaches outside a buffer, its arguments do not fit the
// kernel's parameters, or an array that it writes overlaps another of its arguments. Every
// lowering's test calls it.
void check(const Plan& plan);

}  // namespace quillet
