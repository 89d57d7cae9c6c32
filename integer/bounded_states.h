// States without bound, those of ReLU, brought into 0 .. 1 by a scale and an offset of each unit.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "cells/recurrent_model.h"

namespace quillet {

// A model of the same function: a unit of a layer with CellRow::is_homogeneous has its weights and
// biases divided by its largest h, and what reads it multiplied, so that h is in 0 .. 1. Where h stays
// far from zero in a layer without state, as it does for a wide clip, an offset leaves it first, and what
// reads it gets it as a bias. The range is that over lines which the model writes itself, drawn by one
// fixed seed; what goes beyond is clipped in integers. A model without such layers comes back as it is.
// Throws Error(where, …) where the states grow without end.
RecurrentModel with_states_of_one(const RecurrentModel& model, const std::string& where);

}  // namespace quillet
