// The processor's instructions that hot loops are compiled for several times: their names alone.
// SPDX-License-Identifier: MIT
#pragma once

namespace quillet {

// A variant of the loops. `best` stands for the fastest that the processor can run.
enum class Instructions { best, plain, neon, avx2, avx512 };

}  // namespace quillet
