// Lines that the model writes while it is trained.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "cells/recurrent_model.h"
#include "train/report.h"

namespace quillet {

inline constexpr double kSampleTemperatures[] = {0.4, 0.7, 1.0};

// One line at each of kSampleTemperatures, at most 200 characters; the same model and seed give the
// same lines.
std::vector<train::Sample> sample(const RecurrentModel& model, uint32_t seed);

}  // namespace quillet
