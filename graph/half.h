// Numbers of 16 bits, float16 and bfloat16: they are kept and cast, and computed with as float32.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "graph/graph.h"

namespace quillet {

// The number that `bits` of `type`, float16 or bfloat16, stand for.
double number_of_half(uint16_t bits, Type type);

// The bits of the nearest number of `type`, of two as near the even one; infinity beyond the greatest.
uint16_t half_of(double number, Type type);

// `graph` with every value of 16 bits widened to float32 as soon as it is there: constants, inputs of
// the graph by a Cast after them, outputs by a Cast before them. A Cast to 16 bits rounds. What is so
// already stays as it is.
Graph with_halves_widened(Graph graph);

}  // namespace quillet
