// A training from start to model file: checkpoints, interruption, progress, samples, report.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "cli/training_data.h"
#include "train/recipe.h"

namespace quillet {

struct TrainOptions {
    MaterialOptions material;
    std::string output;        // MODEL.onnx; the checkpoint is MODEL.onnx.checkpoint
    std::string from;          // a model to fine-tune; empty: none
    std::string report;        // an HTML file; empty: none
    int search = 0;            // recipes to search among before; 0: none
    double search_epochs = 1;  // of the search's first round
    int64_t search_bytes = 0;  // of the weights; 0: those of the recipe given
    bool resume = false, quiet = false;
    double checkpoint_seconds = 60;
    train::Recipe recipe;
    std::vector<std::string> given;  // recipe's fields, by to_json's names, that a person decided
};

// Exit status: 0 when the model is written, 130 when interrupted with a checkpoint written. Throws
// Error.
int run_training(const TrainOptions& options);

}  // namespace quillet
