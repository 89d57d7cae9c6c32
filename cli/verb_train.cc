// quillet train: from a text to a model, with checkpoints, a progress bar and a report.
// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "base/utf8.h"
#include "cli/train_display.h"
#include "cli/verbs.h"
#include "graph/recurrent_model.h"
#include "train/blas.h"
#include "train/trainer.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::string text, output, valid = "5%", from, report;
    std::string cell = "gru";
    int64_t min_count = 0;
    bool resume = false, quiet = false;
    train::Recipe recipe;
};

// A text as it goes into training, and what the model file says of it.
struct Material {
    train::Data data;
    nlohmann::ordered_json corpus;
    std::string licence;
};

// Raised by the first Ctrl-C; the second ends the program as usual.
volatile std::sig_atomic_t interrupted = 0;

void on_interrupt(int) {
    interrupted = 1;
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
}

// "10%" are lines that their hash picks, "tail:10%" the last ones; nullopt for a file's name.
std::optional<train::Split> split_of(const std::string& valid) {
    static const std::string kTail = "tail:";
    bool tail = valid.starts_with(kTail);
    std::string number = tail ? valid.substr(kTail.size()) : valid;
    size_t used = 0;
    double percent = 0;
    try {
        percent = std::stod(number, &used);
    } catch (const std::exception&) {
        return std::nullopt;
    }
    if (number.substr(used) != "%") return std::nullopt;
    if (percent < 0 || percent > 90)
        throw Error("--valid", "is " + valid + "; expected 0% to 90%, or a file");
    return train::Split{percent / 100, !tail};
}

void tell_rare(const std::vector<train::RareCharacter>& rare) {
    if (rare.empty()) return;
    std::fprintf(stderr, "rare characters, which the model will not know (--min-count):");
    size_t shown = 0;
    for (const train::RareCharacter& each : rare) {
        if (++shown > 12) break;
        std::string became =
            each.folded_to.empty() ? "dropped" : "'" + encode_utf8(each.folded_to) + "'";
        std::fprintf(stderr, " %s %lld -> %s;", describe_character(each.character).c_str(),
                     static_cast<long long>(each.count), became.c_str());
    }
    if (shown > 12) std::fprintf(stderr, " and %zu more", rare.size() - 12);
    std::fprintf(stderr, "\n");
}

// What is known of the text: from the provenance file beside it, where there is one.
void take_provenance(const Options& options, Material& material) {
    fs::path path = options.text + ".provenance.json";
    if (!fs::exists(path)) return;
    auto provenance = nlohmann::ordered_json::parse(read_file(path), nullptr, false);
    if (provenance.is_discarded() || !provenance.is_object())
        throw Error(path.string(), "is not a JSON object; mend or remove it");
    for (const char* name : {"licence", "license"})
        if (provenance.contains(name) && provenance[name].is_string())
            material.licence = provenance[name];
    material.corpus["provenance"] = provenance;
}

train::Data read_data(const Options& options, const Alphabet& known,
                      nlohmann::ordered_json& corpus) {
    std::string bytes = read_file(options.text);
    train::Lines lines = train::read_lines(bytes, options.text), validation;
    corpus = {{"name", fs::path(options.text).filename().string()},
              {"sha256", sha256_hex(bytes)},
              {"items", lines.count()},
              {"characters", lines.characters.size()}};
    std::vector<train::RareCharacter> rare;
    train::Data data;
    data.alphabet = train::choose_alphabet(lines, known, options.min_count, options.text, rare);
    tell_rare(rare);
    if (std::optional<train::Split> split = split_of(options.valid)) {
        if (split->fraction > 0) validation = train::split_off(lines, *split);
        corpus["validation"] = options.valid;
    } else {
        std::string valid_bytes = read_file(options.valid);
        validation = train::read_lines(valid_bytes, options.valid);
        corpus["validation"] = fs::path(options.valid).filename().string();
        corpus["validation_sha256"] = sha256_hex(valid_bytes);
    }
    data.training = train::encode(lines, data.alphabet);
    data.validation = train::encode(validation, data.alphabet);
    if (data.validation.unknown > 0)
        std::fprintf(
            stderr, "%lld characters of the validation text are not in the alphabet and left out\n",
            static_cast<long long>(data.validation.unknown));
    return data;
}

RecurrentModel finished(RecurrentModel model, const Material& material) {
    model.metadata[key::kCorpus] = material.corpus.dump();
    if (!material.licence.empty()) model.metadata[key::kLicence] = material.licence;
    return model;
}

class Training {
  public:
    explicit Training(const Options& options)
        : options_(options), checkpoint_path_(options.output + ".checkpoint") {}

    int run() {
        prepare();
        std::signal(SIGINT, on_interrupt);
        std::signal(SIGTERM, on_interrupt);
        TrainDisplay display(*trainer_, options_.quiet);
        double saved = trainer_->progress().seconds;
        while (!trainer_->done() && !interrupted) {
            bool point = trainer_->step();
            display.update(*trainer_, point);
            double seconds = trainer_->progress().seconds;
            if (seconds - saved < kSecondsBetweenCheckpoints) continue;
            write_file(checkpoint_path_, trainer_->checkpoint());
            saved = seconds;
        }
        display.finish(*trainer_);
        return interrupted ? stop() : finish();
    }

  private:
    static constexpr double kSecondsBetweenCheckpoints = 60;
    static constexpr int kInterruptedStatus = 130;

    void prepare() {
        std::optional<RecurrentModel> from;
        if (!options_.from.empty())
            from = recurrent_model_from(read_onnx(read_file(options_.from), options_.from),
                                        options_.from);
        material_.data = read_data(options_, from ? from->alphabet : Alphabet(), material_.corpus);
        take_provenance(options_, material_);
        train::Recipe recipe = options_.recipe;
        if (from) {
            from = train::with_alphabet(*from, material_.data.alphabet);
            train::Shape shape = train::shape_of(*from);
            recipe.cell = shape.cell;
            recipe.hidden = shape.hidden;
            recipe.layers = shape.layers;
            recipe.embedding = shape.embedding;
        }
        recipe =
            train::completed(recipe, static_cast<int64_t>(material_.data.training.values.size()));
        trainer_ =
            std::make_unique<train::Trainer>(recipe, material_.data, from ? &*from : nullptr);
        if (options_.resume)
            trainer_->take_checkpoint(read_file(checkpoint_path_), checkpoint_path_);
    }

    int stop() {
        write_file(checkpoint_path_, trainer_->checkpoint());
        std::fprintf(stderr, "stopped; the same command with --resume goes on from %s\n",
                     checkpoint_path_.c_str());
        return kInterruptedStatus;
    }

    int finish() {
        write_file(options_.output, write_onnx(to_graph(finished(trainer_->best(), material_))));
        std::error_code none;
        fs::remove(checkpoint_path_, none);
        return 0;
    }

    const Options& options_;
    std::string checkpoint_path_;
    Material material_;
    std::unique_ptr<train::Trainer> trainer_;
};

}  // namespace

Run set_up_train(CLI::App& command) {
    auto options = std::make_shared<Options>();
    train::Recipe& recipe = options->recipe;
    command.add_option("text", options->text, "UTF-8 text, one item a line")->required();
    command.add_option("-o,--output", options->output, "The model to write, MODEL.onnx")
        ->required();
    command.add_option("--cell", options->cell, "gru or lstm")
        ->check(CLI::IsMember({"gru", "lstm"}))
        ->capture_default_str();
    command.add_option("--hidden", recipe.hidden, "Hidden size")->capture_default_str();
    command.add_option("--layers", recipe.layers, "Layers")->capture_default_str();
    command.add_option("--embedding", recipe.embedding, "Embedding size; 0 is one-hot")
        ->capture_default_str();
    command.add_option("--epochs", recipe.epochs, "Passes over the text; 0 leaves it to --minutes")
        ->capture_default_str();
    command.add_option("--minutes", recipe.minutes, "Time limit; 0 is none");
    command.add_option("--learning-rate", recipe.learning_rate,
                       "Highest learning rate; by the hidden size if not given");
    command.add_option("--batch", recipe.batch,
                       "Parallel streams; by the text's length if not given");
    command.add_option("--sequence", recipe.sequence, "Characters that gradients go back")
        ->capture_default_str();
    command.add_option("--dropout", recipe.dropout, "Dropout on each layer's output")
        ->capture_default_str();
    command
        .add_option("--recurrent-dropout", recipe.recurrent_dropout,
                    "Dropout on the recurrent weights")
        ->capture_default_str();
    command
        .add_option("--averaging", recipe.averaging,
                    "The model is the weights' running mean, with this factor a step")
        ->capture_default_str();
    command.add_option("--weight-decay", recipe.weight_decay, "AdamW's decay of matrices")
        ->capture_default_str();
    command.add_option("--seed", recipe.seed, "Same seed, text and threads: same model")
        ->capture_default_str();
    command.add_option("--threads", recipe.threads,
                       "Threads; the machine's cores, at most 8, if not given");
    command.add_option("--patience", recipe.patience,
                       "Stop after so many validations without a better one; 0 is never");
    command.add_option("--bits", recipe.bits, "Train for integer weights of 8, 4 or 2 bits")
        ->check(CLI::IsMember({8, 4, 2}));
    command
        .add_option("--valid", options->valid,
                    "Validation: FILE, 10% of the lines, spread, or tail:10%, the last")
        ->capture_default_str();
    command.add_option("--min-count", options->min_count,
                       "Rarer characters are folded or dropped; 1 in 100,000 if not given");
    command.add_option("--from", options->from, "Fine-tune this model")->check(CLI::ExistingFile);
    command.add_flag("--resume", options->resume, "Go on from MODEL.onnx.checkpoint");
    command.add_flag("--quiet", options->quiet, "No progress");
    return [options] {
        options->recipe.cell = options->cell == "lstm" ? Cell::lstm : Cell::gru;
        return Training(*options).run();
    };
}

}  // namespace quillet
