// Trains a model on a text file of one item a line.
// SPDX-License-Identifier: MIT
#pragma once

#include "quillet/model.h"

namespace quillet {

// Zeros are filled in by the text's length and the hidden size (docs/train.md).
struct TrainingConfig {
    std::string cell = "gru";
    int hidden = 256;
    int layers = 1;
    int embedding = 0;   // 0: one-hot
    double epochs = 0;   // passes over the text; 0: 30, or as many as fit in `minutes`
    double minutes = 0;  // time limit; 0: none
    double learning_rate = 0;
    float dropout = 0;
    int bits = 0;  // 8, 4 or 2: through the rounding of integer weights; 0: float
    uint64_t seed = 1;
    int threads = 0;  // the result's last bits depend on it; 0: the machine's
    // The processor's: best, avx512, avx2, neon or plain; the result's last bits depend on them.
    std::string instructions = "best";
    std::string validation = "5%";  // lines held out: by their hash; "tail:5%"; or a file
};

struct Progress {
    double done = 0;  // 0 to 1
    double epoch = 0, seconds = 0, seconds_left = 0;
    double bits_per_character = 0;  // of training, lately
    std::optional<double> best;     // validation, bits per character
};

struct TrainingResult {
    Model model;  // the best by validation
    double epochs = 0, seconds = 0;
    std::optional<double> validation;  // bits per character
};

// `progress` is called after every step; the training ends where it returns false, with the best
// model so far. Throws Error for what cannot be trained.
TrainingResult train_model(const std::string& text_file, const TrainingConfig& config = {},
                           const std::function<bool(const Progress&)>& progress = {});

}  // namespace quillet
