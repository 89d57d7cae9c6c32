// Parts of the program that are files of their own, loaded when they are asked for.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace quillet::train {

// The function `symbol` of module `file`, which stands beside the program, in train/ beside it or
// beside its folder, or in ../lib/quillet. Null where it is missing, or, with `failure` saying why, where it does not load.
void* function_of_module(const char* file, const char* symbol, std::string& failure);

}  // namespace quillet::train
