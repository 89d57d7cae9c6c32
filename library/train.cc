// The public interface's training: a session without checkpoints.
// SPDX-License-Identifier: MIT
#include "quillet/train.h"

#include "base/instructions.h"
#include "library/model_impl.h"
#include "train/training_data.h"

namespace quillet {
namespace {

train::Recipe recipe_of(const TrainingConfig& config) {
    const CellRow* cell = find_cell(config.cell);
    if (!cell) throw Error("cell", "'" + config.cell + "' is none of those there are");
    train::Recipe recipe;
    recipe.cell = cell->cell;
    recipe.hidden = config.hidden;
    recipe.layers = config.layers;
    recipe.embedding = config.embedding;
    recipe.epochs = config.epochs;
    recipe.minutes = config.minutes;
    recipe.learning_rate = config.learning_rate;
    recipe.dropout = config.dropout;
    recipe.bits = config.bits;
    recipe.seed = config.seed;
    recipe.threads = config.threads;
    recipe.instructions = instructions_named(config.instructions, "instructions");
    return recipe;
}

Progress progress_of(const train::Progress& at) {
    return {at.done, at.epoch, at.seconds, at.seconds_left, at.training_bpc, at.best_bpc};
}

}  // namespace

TrainingResult train_model(const std::string& text_file, const TrainingConfig& config,
                           const std::function<bool(const Progress&)>& progress) {
    train::TextOptions options;
    options.text = text_file;
    options.valid = config.validation;
    const train::TrainingData data = train::read_training_data(options, Alphabet(), {});
    const train::Recipe recipe =
        train::completed(recipe_of(config), static_cast<int64_t>(data.data.training.values.size()));
    train::Trainer trainer(recipe, data.data, nullptr);
    while (!trainer.done()) {
        trainer.step();
        if (progress && !progress(progress_of(trainer.progress()))) break;
    }
    const train::Progress end = trainer.progress();
    return {model_of(to_graph(data.stamped(trainer.best())), "model"), end.epoch, end.seconds,
            end.best_bpc};
}

}  // namespace quillet
