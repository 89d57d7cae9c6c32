// A training as a report: its curves, what the model wrote by and by, its figures and recipe.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "report/report.h"
#include "train/trainer.h"

namespace quillet::train {

struct Sample {
    double temperature;
    std::string line;  // UTF-8
};

// What the model wrote at one point of the training.
struct SamplesAt {
    double epoch;
    double validation_bpc;  // 0: none
    std::vector<Sample> samples;
};

// `model`, `text`: names as shown. `figures`: name and value, shown before the recipe. Of an empty history
// there are no curves, without samples no lines.
report::Report report_of(const std::string& model, const std::string& text,
                         std::vector<std::pair<std::string, std::string>> figures,
                         const std::vector<Point>& history, const std::vector<SamplesAt>& samples,
                         const Recipe& recipe);

}  // namespace quillet::train
