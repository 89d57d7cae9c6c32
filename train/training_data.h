// What a training starts from: its text as tokens, and what the model file will say of it.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "cells/recurrent_model.h"
#include "train/trainer.h"

namespace quillet::train {

struct TextOptions {
    std::string text;
    std::string valid = "5%";  // lines that their hash picks; "tail:5%" the last lines; or a file
    int64_t min_count = 0;
    int pieces =
        0;  // tokens wanted in all, the longer ones learned from the text; 0: one a character
};

struct TrainingData {
    Data data;
    Lines held_out;  // that data.validation encodes
    nlohmann::ordered_json corpus;
    std::string licence;

    // `model` with this in its metadata.
    RecurrentModel stamped(RecurrentModel model) const;
};

// What a person should hear of a text: rare characters and what became of them.
using Tell = std::function<void(const std::string& message)>;

// Reads the text and its provenance file, where one stands beside it. `known` is the alphabet to
// begin with. Throws Error naming file and place.
TrainingData read_training_data(const TextOptions& options, const Alphabet& known,
                                const Tell& tell);

}  // namespace quillet::train
