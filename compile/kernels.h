// The table of kernels: one row for each C function of runtime/ that a step can call.
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "compile/plan.h"

namespace quillet {

const std::vector<KernelRow>& kernels();

// The row of the C function `name`; null where there is none.
const KernelRow* find_kernel(std::string_view name);

// The row of the C function `name`. REQUIRES: there is one.
const KernelRow& kernel(std::string_view name);

}  // namespace quillet
