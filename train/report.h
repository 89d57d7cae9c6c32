// A training as one HTML page that needs nothing else: figures, curves, samples over time.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

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

struct Report {
    std::string title;                                         // the model's name
    std::vector<std::pair<std::string, std::string>> figures;  // name and value
    std::vector<Point> history;
    std::vector<SamplesAt> samples;
    Recipe recipe;
};

// The page, UTF-8.
std::string html(const Report& report);

}  // namespace quillet::train
