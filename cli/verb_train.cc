// quillet train: from a text to a model.
// SPDX-License-Identifier: MIT
#include <memory>

#include "cli/option_checks.h"
#include "cli/train_session.h"
#include "cli/verbs.h"

namespace quillet {
namespace {

// An option of the command line that sets a field of the recipe, by to_json's name.
struct RecipeOption {
    CLI::Option* option;
    std::string field;
};

std::vector<RecipeOption> add_recipe(CLI::App& command, train::Recipe& recipe) {
    std::vector<RecipeOption> options;
    auto add = [&](const std::string& field, auto& value, const char* help) {
        std::string flag = "--" + field;
        std::replace(flag.begin(), flag.end(), '_', '-');
        CLI::Option* option = command.add_option(flag, value, help)->take_last();
        if (value != 0) option->capture_default_str();
        options.push_back({option, field});
        return option;
    };
    add("hidden", recipe.hidden, "Hidden size");
    add("layers", recipe.layers, "Layers");
    add("embedding", recipe.embedding, "Embedding size; one-hot if not given");
    add("epochs", recipe.epochs, "Passes over the text; 30 if neither this nor --minutes is given");
    add("minutes", recipe.minutes, "Time limit");
    add("learning_rate", recipe.learning_rate, "Peak learning rate; chosen by the hidden size if not given");
    add("batch", recipe.batch, "Parallel streams; chosen by the text's length if not given");
    add("sequence", recipe.sequence, "Characters that gradients go back (truncated BPTT)");
    add("dropout", recipe.dropout, "Dropout on each layer's output");
    add("recurrent_dropout", recipe.recurrent_dropout, "Dropout on the recurrent weights (DropConnect; Keras drops states instead)");
    add("averaging", recipe.averaging,
        "Write the exponential moving average of the weights; this is its decay, such as 0.998");
    add("weight_decay", recipe.weight_decay, "AdamW's decay of matrices");
    add("seed", recipe.seed, "Same seed, text and threads: same model");
    add("threads", recipe.threads, "Threads; the machine's cores, at most 8");
    add("patience", recipe.patience, "Stop after so many validations without a better one");
    add("bits", recipe.bits, "Quantization-aware: train for weights of 8, 4 or 2 bits (2: ternary)")
        ->check(CLI::IsMember({8, 4, 2}));
    for (const RecipeOption& each : options)
        if (each.field == "seed") each.option->check(between(0, 18446744073709551615.0));
    return options;
}

}  // namespace

Run set_up_train(CLI::App& command) {
    auto options = std::make_shared<TrainOptions>();
    auto cell = std::make_shared<std::string>("gru");
    MaterialOptions& material = options->material;
    command.add_option("text", material.text, "UTF-8 text, one item a line")->required();
    command.add_option("-o,--output", options->output, "The model to write, MODEL.onnx")
        ->required();
    CLI::Option* cell_option = command.add_option("--cell", *cell, "gru or lstm")
                                   ->check(CLI::IsMember(cell_names()))
                                   ->capture_default_str();
    std::vector<RecipeOption> recipe = add_recipe(command, options->recipe);
    recipe.push_back({cell_option, "cell"});
    command
        .add_option("--valid", material.valid,
                    "Validation: 5% of the lines, spread; tail:5%, the last; or a file")
        ->capture_default_str();
    command
        .add_option("--min-count", material.min_count,
                    "Rarer characters are folded or dropped; 1 in 100,000 if not given")
        ->check(between(1, 1e15));
    command.add_option("--from", options->from, "Fine-tune this model");
    CLI::Option* search =
        command
            .add_option("--search", options->search,
                        "First try so many recipes of other sizes, learning rates and dropouts by "
                        "successive halving; the table goes to MODEL.onnx.search.md")
            ->check(between(2, 256));
    command
        .add_option("--search-epochs", options->search_epochs,
                    "Of the search's first round; each later one doubles them")
        ->check(between(0.01, 1000))
        ->needs(search)
        ->capture_default_str();
    command
        .add_option("--search-bytes", options->search_bytes,
                    "Only recipes whose weights fit in so many bytes, 4 a weight or by --bits")
        ->check(between(1, 1e12))
        ->needs(search);
    command.add_flag("--resume", options->resume, "Go on from MODEL.onnx.checkpoint");
    command
        .add_option("--checkpoint-seconds", options->checkpoint_seconds, "Time between checkpoints")
        ->check(between(0, 1e9))
        ->capture_default_str();
    command.add_option("--report", options->report, "Curves and samples as an HTML page");
    command.add_flag("--quiet", options->quiet, "No progress");
    return [options, cell, recipe] {
        options->recipe.cell = find_cell(*cell)->cell;
        for (const RecipeOption& each : recipe)
            if (each.option->count() > 0) options->given.push_back(each.field);
        return run_training(*options);
    };
}

}  // namespace quillet
