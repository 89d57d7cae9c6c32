// The files of runtime/ that a compiled plan needs, as they came with the program.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include "compile/plan.h"

namespace quillet {

// File name ("text.h") -> text: the text loop, the kernels that the plan calls, and what these
// include; for two cores cores.h as well. A header brings the sources of its name: x.c, x_y.c,
// x_y.S. Throws Error when one cannot be found or read.
std::map<std::string, std::string> runtime_files(const Plan& plan, int cores = 1);

// The lines by which the plan's C includes the headers of its kernels.
std::string includes_of(const Plan& plan);

}  // namespace quillet
