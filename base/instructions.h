// The processor's instructions that hot loops are compiled for several times: which it has, their names.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/instructions_kind.h"

namespace quillet {

// "avx2" stands for AVX2 with FMA, "avx512" for AVX-512 F, BW, DQ and VL, "plain" for what every
// processor of this kind has.
std::string name_of(Instructions instructions);

// Those that this program was built with and that processor and system can run, the fastest first;
// plain is always among them.
std::vector<Instructions> available_instructions();

// `instructions`, or what `best` stands for. Throws Error(where, …) for what cannot run here.
Instructions runnable(Instructions instructions, const std::string& where);

// By its name. Throws Error(where, …) for an unknown one.
Instructions instructions_named(std::string_view name, const std::string& where);

}  // namespace quillet
