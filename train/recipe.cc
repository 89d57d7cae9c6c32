// What to train and how: everything that decides a model besides its text.
// SPDX-License-Identifier: MIT
#include "train/recipe.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "base/error.h"
#include "base/instructions.h"
#include "integer/row_quantization.h"

namespace quillet::train {
namespace {

constexpr double kDefaultEpochs = 30;

void require(bool holds, const std::string& expected) {
    if (!holds) throw Error("recipe", "expected " + expected);
}

// Shorter texts want more steps of fewer streams: an epoch is to have some hundred windows.
int batch_for(int64_t characters, int sequence) {
    int batch = 8;
    while (batch < 64 && characters / (2 * batch) / sequence >= 100) batch *= 2;
    return batch;
}

}  // namespace

Recipe completed(Recipe recipe, int64_t characters) {
    require(recipe.hidden >= 1 && recipe.hidden <= 4096, "--hidden from 1 to 4096");
    require(recipe.layers >= 1 && recipe.layers <= 8, "--layers from 1 to 8");
    require(recipe.embedding >= 0 && recipe.embedding <= 4096,
            "--embedding from 0 (one-hot) to 4096");
    require(recipe.epochs >= 0 && recipe.epochs <= 1e9, "--epochs from 0 to a thousand million");
    require(recipe.minutes >= 0 && recipe.minutes <= 1e9, "--minutes from 0 to a thousand million");
    require(recipe.sequence >= 1 && recipe.sequence <= 4096, "--sequence from 1 to 4096");
    require(recipe.ranks >= 1 && recipe.ranks <= 65536, "from 1 to 65536 ranks");
    require(recipe.batch >= 0 && recipe.batch <= 4096 * recipe.ranks,
            "--batch from 1 to 4096 a rank");
    require(recipe.batch == 0 || recipe.batch >= recipe.ranks,
            "--batch of at least " + std::to_string(recipe.ranks) + ", a stream a rank");
    require(recipe.dropout >= 0 && recipe.dropout < 1, "--dropout from 0 to below 1");
    require(recipe.recurrent_dropout >= 0 && recipe.recurrent_dropout < 1,
            "--recurrent-dropout from 0 to below 1");
    require(recipe.averaging >= 0 && recipe.averaging < 1, "--averaging from 0 to below 1");
    require(recipe.learning_rate >= 0 && recipe.learning_rate <= 1, "--learning-rate from 0 to 1");
    require(recipe.weight_decay >= 0 && recipe.weight_decay <= 10, "--weight-decay from 0 to 10");
    require(recipe.bits == 0 || recipe.bits == 2 || recipe.bits == 4 || recipe.bits == 8,
            "--bits 8, 4 or 2");
    for (int bits : {recipe.table_bits, recipe.output_bits})
        require(bits == 8 || bits == 4, "--table-bits and --output-bits 8 or 4");
    require(recipe.bits == 0 || row_of(recipe.cell).trains_quantized,
            "another cell than " + name_of(recipe.cell) + " with --bits");
    require(recipe.patience >= 0, "--patience of at least 0");
    require(recipe.threads >= 0 && recipe.threads <= 256, "--threads from 1 to 256");
    require(recipe.device == Device::cpu || recipe.bits == 0,
            "--bits without --device cuda: rounding is trained on the CPU (quantize --tune)");
    if (recipe.device == Device::cpu)
        recipe.instructions = runnable(recipe.instructions, "--instructions");
    require(recipe.device == Device::cpu || recipe.instructions == Instructions::best,
            "--instructions without --device cuda: they are the CPU's");
    if (recipe.epochs == 0 && recipe.minutes == 0) recipe.epochs = kDefaultEpochs;
    if (recipe.batch == 0)
        recipe.batch = std::max(batch_for(characters, recipe.sequence), recipe.ranks);
    if (recipe.threads == 0)
        recipe.threads = std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 8);
    recipe.threads = std::min(recipe.threads, recipe.batch / recipe.ranks);
    if (recipe.learning_rate == 0)
        recipe.learning_rate = std::clamp(1.8 / recipe.hidden, 1e-3, 1.5e-2);
    return recipe;
}

Recipe tuning_recipe(const RecurrentModel& model, int bits) {
    const Shape shape = shape_of(model);
    Recipe recipe;
    recipe.cell = shape.cell;
    recipe.hidden = shape.hidden;
    recipe.layers = shape.layers;
    recipe.embedding = shape.embedding;
    recipe.learning_rate = 0.15 * std::clamp(1.8 / recipe.hidden, 1e-3, 1.5e-2);
    recipe.bits = bits;
    return recipe;
}

nlohmann::ordered_json to_json(const Recipe& recipe) {
    nlohmann::ordered_json json = {{"cell", name_of(recipe.cell)},
                                   {"hidden", recipe.hidden},
                                   {"layers", recipe.layers},
                                   {"embedding", recipe.embedding},
                                   {"epochs", recipe.epochs},
                                   {"minutes", recipe.minutes},
                                   {"learning_rate", recipe.learning_rate},
                                   {"batch", recipe.batch},
                                   {"sequence", recipe.sequence},
                                   {"dropout", recipe.dropout},
                                   {"recurrent_dropout", recipe.recurrent_dropout},
                                   {"averaging", recipe.averaging},
                                   {"weight_decay", recipe.weight_decay},
                                   {"warm_up", recipe.warm_up},
                                   {"clip", recipe.clip},
                                   {"seed", recipe.seed},
                                   {"threads", recipe.threads},
                                   {"patience", recipe.patience},
                                   {"bits", recipe.bits},
                                   {"table_bits", recipe.table_bits},
                                   {"output_bits", recipe.output_bits}};
    if (recipe.instructions != Instructions::best)
        json["instructions"] = name_of(recipe.instructions);
    // Absent for one machine and for the CPU: models trained there keep their bytes.
    if (recipe.ranks > 1) json["ranks"] = recipe.ranks;
    if (recipe.device == Device::cuda) {
        json["device"] = "cuda";
        json["full_precision"] = recipe.full_precision;
    }
    return json;
}

Recipe recipe_from(const nlohmann::ordered_json& json) {
    Recipe recipe;
    const CellRow* cell = find_cell(json.at("cell").get<std::string>());
    if (!cell) throw Error("recipe", "has an unknown cell " + json.at("cell").dump());
    recipe.cell = cell->cell;
    json.at("hidden").get_to(recipe.hidden);
    json.at("layers").get_to(recipe.layers);
    json.at("embedding").get_to(recipe.embedding);
    json.at("epochs").get_to(recipe.epochs);
    json.at("minutes").get_to(recipe.minutes);
    json.at("learning_rate").get_to(recipe.learning_rate);
    json.at("batch").get_to(recipe.batch);
    json.at("sequence").get_to(recipe.sequence);
    json.at("dropout").get_to(recipe.dropout);
    json.at("recurrent_dropout").get_to(recipe.recurrent_dropout);
    json.at("averaging").get_to(recipe.averaging);
    json.at("weight_decay").get_to(recipe.weight_decay);
    json.at("warm_up").get_to(recipe.warm_up);
    json.at("clip").get_to(recipe.clip);
    json.at("seed").get_to(recipe.seed);
    json.at("threads").get_to(recipe.threads);
    json.at("patience").get_to(recipe.patience);
    json.at("bits").get_to(recipe.bits);
    recipe.ranks = json.value("ranks", 1);
    if (json.value("device", "") == "cuda") recipe.device = Device::cuda;
    recipe.instructions =  // older checkpoints lack them
        instructions_named(json.value("instructions", "best"), "recipe");
    recipe.full_precision = json.value("full_precision", false);
    recipe.table_bits = json.value("table_bits", 8);  // older checkpoints lack them
    recipe.output_bits = json.value("output_bits", 8);
    return recipe;
}

QuantizedForward quantized_forward(const Recipe& recipe) {
    if (recipe.bits == 0) return {};
    auto rounding = [](int row_bits, double factor) {
        return [row_bits, factor](std::span<float> row) {
            round_row(row, row_bits, factor, row.data());
        };
    };
    return {rounding(recipe.bits, kProductFactor), rounding(recipe.table_bits, 1.0),
            rounding(recipe.output_bits, kProductFactor), true};
}

}  // namespace quillet::train
