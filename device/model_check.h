// Whether a model's lines can be shown at all: before a device is built of it that never shows any.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "compile/plan.h"
#include "compile/target.h"
#include "eink/typeset.h"

namespace quillet {

enum class LineUse { quote, author };

// Writes some lines of the model as the device would and sets them. Throws Error(where, …) when
// fewer than one in four can be shown (it fits and is no copy of the training text), with the letters of
// its alphabet that the fonts lack, if any, or the reason why its lines do not fit, and where the plan's
// sampling is none. Returns what to warn of where most fit but letters are missing, else "".
std::string check_lines(const Plan& plan, const eink_style& style, LineUse use,
                        const std::string& where);

// What to warn of where a chip writes a float model's lines: how many characters a second. "" for
// integer models, and for chips whose pace is not estimated.
std::string slowness_of(const Plan& plan, const TargetRow& target, const std::string& where);

}  // namespace quillet
