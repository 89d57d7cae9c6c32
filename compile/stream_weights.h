// Which products of a plan stream their weights from flash (runtime/quillet_stream.h).
// SPDX-License-Identifier: MIT
#pragma once

#include "compile/plan.h"

namespace quillet {

// Lets every product of packed strips whose weights stay in flash copy them strip by strip to RAM
// while it multiplies. After place_weights; the scratch grows by two strips, stream_bytes(plan).
void stream_weights(Plan& plan);

// What stream_weights would add to the scratch at most, whatever was placed.
int64_t stream_bytes(const Plan& plan);

}  // namespace quillet
