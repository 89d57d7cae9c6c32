// What to train and how: everything that decides a model besides its text.
// SPDX-License-Identifier: MIT
#include "train/recipe.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "base/error.h"
#include "base/instructions.h"
#include "base/json.h"
#include "integer/row_quantization.h"

namespace quillet::train {
namespace {

constexpr double kDefaultEpochs = 30;

void require(bool holds, const std::string& expected) {
    if (!holds) throw Error("recipe", "expected " + expected);
}

// `value` as people write it: 0.5, 30, 1000000000.
std::string text_of(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.10g", value);
    return text;
}

void require_range(const char* option, double value, double least, double most) {
    if (value < least || value > most || std::isnan(value))
        throw Error(option, "is " + text_of(value) + "; expected " + text_of(least) + " to " +
                                text_of(most));
}

void require_share(const char* option, double value) {
    if (!(value >= 0 && value < 1))
        throw Error(option, "is " + text_of(value) + "; expected 0 to below 1");
}

// The names of the cells that training can round.
std::string trained_quantized() {
    std::string names;
    for (const CellRow& row : cell_table())
        if (row.trains_quantized) names += (names.empty() ? "" : " or ") + std::string(row.name);
    return names;
}

// Shorter texts want more steps of fewer streams: an epoch is to have some hundred windows.
int batch_for(int64_t characters, int sequence) {
    int batch = 8;
    while (batch < 64 && characters / (2 * batch) / sequence >= 100) batch *= 2;
    return batch;
}

double default_learning_rate(int hidden) {
    return std::clamp(1.8 / hidden, 1e-3, 1.5e-2);
}

// Calls f(name, value) for the fields whose JSON is their value.
template <class AnyRecipe, class F>
void each_field(AnyRecipe& recipe, const F& f) {
    f("hidden", recipe.hidden);
    f("layers", recipe.layers);
    f("embedding", recipe.embedding);
    f("epochs", recipe.epochs);
    f("minutes", recipe.minutes);
    f("learning_rate", recipe.learning_rate);
    f("batch", recipe.batch);
    f("sequence", recipe.sequence);
    f("dropout", recipe.dropout);
    f("recurrent_dropout", recipe.recurrent_dropout);
    f("averaging", recipe.averaging);
    f("weight_decay", recipe.weight_decay);
    f("warm_up", recipe.warm_up);
    f("clip", recipe.clip);
    f("seed", recipe.seed);
    f("threads", recipe.threads);
    f("patience", recipe.patience);
    f("bits", recipe.bits);
    f("table_bits", recipe.table_bits);
    f("output_bits", recipe.output_bits);
}

}  // namespace

Recipe completed(Recipe recipe, int64_t characters) {
    require_range("--hidden", recipe.hidden, 1, 4096);
    require_range("--layers", recipe.layers, 1, 8);
    require_range("--embedding", recipe.embedding, 0, 4096);  // 0: one-hot
    require_range("--epochs", recipe.epochs, 0, 1e9);
    require_range("--minutes", recipe.minutes, 0, 1e9);
    require_range("--sequence", recipe.sequence, 1, 4096);
    require(recipe.ranks >= 1 && recipe.ranks <= 65536, "from 1 to 65536 ranks");
    require(recipe.batch >= 0 && recipe.batch <= 4096 * recipe.ranks,
            "--batch from 1 to " + std::to_string(4096 * recipe.ranks));
    require(recipe.batch == 0 || recipe.batch >= recipe.ranks,
            "--batch of at least " + std::to_string(recipe.ranks) + ", a stream a rank");
    require_share("--dropout", recipe.dropout);
    require_share("--recurrent-dropout", recipe.recurrent_dropout);
    require_share("--averaging", recipe.averaging);
    require_range("--learning-rate", recipe.learning_rate, 0, 1);
    require_range("--weight-decay", recipe.weight_decay, 0, 10);
    require(recipe.bits == 0 || recipe.bits == 2 || recipe.bits == 4 || recipe.bits == 8,
            "--bits 8, 4 or 2");
    for (int bits : {recipe.table_bits, recipe.output_bits})
        require(bits == 8 || bits == 4, "--table-bits and --output-bits 8 or 4");
    require(recipe.bits == 0 || row_of(recipe.cell).trains_quantized,
            "--cell " + trained_quantized() + " with --bits; quillet quantize rounds others");
    require_range("--patience", recipe.patience, 0, 1e9);
    require_range("--threads", recipe.threads, 0, 256);  // 0: the machine's
    require(recipe.device == Device::cuda || !recipe.full_precision,
            "--device cuda with --full-precision: it is a GPU's");
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
    if (recipe.learning_rate == 0) recipe.learning_rate = default_learning_rate(recipe.hidden);
    return recipe;
}

Recipe fine_tuning_recipe(Recipe recipe, const std::vector<std::string>& given) {
    const auto fill = [&](const char* name, auto& field, auto value) {
        if (std::find(given.begin(), given.end(), name) == given.end()) field = value;
    };
    fill("learning_rate", recipe.learning_rate, 0.45 * default_learning_rate(recipe.hidden));
    fill("dropout", recipe.dropout, 0.3f);
    fill("recurrent_dropout", recipe.recurrent_dropout, 0.2f);
    fill("averaging", recipe.averaging, 0.99);
    fill("weight_decay", recipe.weight_decay, 0.1);
    fill("patience", recipe.patience, 8);
    return recipe;
}

Recipe tuning_recipe(const RecurrentModel& model, int bits) {
    const Shape shape = shape_of(model);
    Recipe recipe;
    recipe.cell = shape.cell;
    recipe.hidden = shape.hidden;
    recipe.layers = shape.layers;
    recipe.embedding = shape.embedding;
    recipe.learning_rate = 0.15 * default_learning_rate(recipe.hidden);
    recipe.bits = bits;
    return recipe;
}

Widths completed_widths(Widths given, const RecurrentModel& model) {
    Recipe trained;
    const auto text = model.metadata.find(key::kTraining);
    try {
        if (text != model.metadata.end())
            trained = recipe_from(parse_json(text->second, key::kTraining));
    } catch (const std::exception&) {
        // A model of another origin, whose record has other fields.
    }
    const auto fill = [](int& bits, int by_training, std::initializer_list<int> known) {
        if (bits > 0) return;
        bits = std::find(known.begin(), known.end(), by_training) != known.end() ? by_training : 8;
    };
    fill(given.recurrent, trained.bits, {8, 4, 2});
    fill(given.table, trained.table_bits, {8, 4});
    fill(given.output, trained.output_bits, {8, 4});
    return given;
}

nlohmann::ordered_json to_json(const Recipe& recipe) {
    nlohmann::ordered_json json = {{"cell", name_of(recipe.cell)}};
    each_field(recipe, [&](const char* name, const auto& value) { json[name] = value; });
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
    each_field(recipe, [&](const std::string& name, auto& value) {
        // Older checkpoints lack these two, which keep their defaults.
        const bool is_new = name == "table_bits" || name == "output_bits";
        if (!is_new || json.contains(name)) json.at(name).get_to(value);
    });
    recipe.ranks = json.value("ranks", 1);
    if (json.value("device", "") == "cuda") recipe.device = Device::cuda;
    recipe.instructions =  // older checkpoints lack them
        instructions_named(json.value("instructions", "best"), "recipe");
    recipe.full_precision = json.value("full_precision", false);
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
