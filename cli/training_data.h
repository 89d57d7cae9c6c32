// What a training starts from: its text as tokens, and what the model file will say of it.
// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "cells/recurrent_model.h"
#include "train/trainer.h"

namespace quillet {

struct MaterialOptions {
    std::string text;
    std::string valid = "5%";  // lines that their hash picks; "tail:5%" the last lines; or a file
    int64_t min_count = 0;
};

struct TrainingData {
    train::Data data;
    nlohmann::ordered_json corpus;
    std::string licence;

    // `model` with this in its metadata.
    RecurrentModel stamped(RecurrentModel model) const;
};

// Reads the text and its provenance file, where one stands beside it; tells standard error of rare
// characters. `known` is the alphabet to begin with. Throws Error naming file and place.
TrainingData read_material(const MaterialOptions& options, const Alphabet& known);

}  // namespace quillet
