// What to train and how: everything that decides a model besides its text.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "integer/quantize.h"
#include "train/network.h"
#include "train/packed_weights.h"

namespace quillet::train {

enum class Device { cpu, cuda };  // where windows are computed

struct Recipe {
    Device device = Device::cpu;
    bool full_precision = false;  // on a GPU: products without tensor cores, in float32 throughout
    // Of the CPU; sums, and so the model's last bits, depend on them.
    Instructions instructions = Instructions::best;
    Cell cell = kDefaultCell;
    int hidden = 256;
    int layers = 1;
    int embedding = 0;            // 0: one-hot
    double epochs = 0;            // passes over the text; 0: 30, or as many as fit in `minutes`
    double minutes = 0;           // time limit; 0: none
    double learning_rate = 0;     // the highest; 0: by the hidden size
    int batch = 0;                // parallel streams; 0: by the text's length
    int sequence = 48;            // characters that a gradient goes back
    float dropout = 0;            // of each layer's output
    float recurrent_dropout = 0;  // of the recurrent weights, the same for a whole window
    double averaging =
        0;  // the model is the weights' running mean with this factor a step; 0: the last weights
    double weight_decay = 0.01;
    double warm_up = 0.03;  // share of the course
    double clip = 1.0;
    uint64_t seed = 1;
    int ranks = 1;     // processes that share a batch, each with its threads
    int threads = 0;   // that share a batch; 0: the machine's. Sums, and so the model's last bits,
                       // depend on it
    int patience = 0;  // validations without a better one before it stops early; 0: never
    int bits = 0;      // 8, 4 or 2: train through the rounding of integer weights; 0: float
    int table_bits = 8;   // with bits: of the input table, 8 or 4
    int output_bits = 8;  // with bits: of the output matrix, 8 or 4

    friend bool operator==(const Recipe&, const Recipe&) = default;
};

// `recipe` with its zeros, and the best instructions, filled in for a text of `characters`. Throws Error("recipe", …) for what
// cannot be.
Recipe completed(Recipe recipe, int64_t characters);

// `recipe` for fine-tuning a trained model of its size on a text of its own: a lower learning rate, more
// regularization and an early stop, but for the fields that are `given`, by to_json's names.
Recipe fine_tuning_recipe(Recipe recipe, const std::vector<std::string>& given);

// How a trained float model is fine-tuned for integer weights of `bits`: a low learning rate, no
// dropout.
Recipe tuning_recipe(const RecurrentModel& model, int bits);

// `given` with its zeros filled in: by the bits for which the model was trained through the rounding, as
// its metadata says, or by 8.
Widths completed_widths(Widths given, const RecurrentModel& model);

nlohmann::ordered_json to_json(const Recipe& recipe);
Recipe recipe_from(const nlohmann::ordered_json& json);  // throws nlohmann::json::exception

// The rounding that the recipe's bits stand for, the state being of 8; none where bits is 0.
QuantizedForward quantized_forward(const Recipe& recipe);

}  // namespace quillet::train
