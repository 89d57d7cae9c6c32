// A training from start to model file: checkpoints, interruption, progress, samples, report.
// SPDX-License-Identifier: MIT
#include "cli/train_session.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "cli/output.h"
#include "cli/train_display.h"
#include "cli/train_samples.h"
#include "train/blas.h"
#include "train/report.h"
#include "train/search.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

constexpr int kInterruptedStatus = 130;
constexpr double kSecondsBetweenSamples = 5;
constexpr size_t kSamplesInReport = 24;

// Raised by the first Ctrl-C; the second ends the program as usual.
volatile std::sig_atomic_t interrupted = 0;

void on_interrupt(int) {
    interrupted = 1;
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
}

nlohmann::ordered_json to_json(const train::SamplesAt& at) {
    nlohmann::ordered_json lines = nlohmann::ordered_json::array();
    for (const train::Sample& sample : at.samples)
        lines.push_back({sample.temperature, sample.line});
    return {at.epoch, at.validation_bpc, lines};
}

train::SamplesAt samples_from(const nlohmann::ordered_json& json) {
    train::SamplesAt at{json.at(0), json.at(1), {}};
    for (const auto& line : json.at(2)) at.samples.push_back({line.at(0), line.at(1)});
    return at;
}

class Session {
  public:
    explicit Session(const TrainOptions& options)
        : options_(options),
          checkpoint_path_(options.output + ".checkpoint"),
          display_(options.quiet) {}

    int run() {
        if (std::string warning = train::blas_warning(); !warning.empty())
            std::fprintf(stderr, "quillet: %s\n", warning.c_str());
        prepare();
        std::signal(SIGINT, on_interrupt);
        std::signal(SIGTERM, on_interrupt);
        display_.start(*trainer_);
        double saved = trainer_->progress().seconds;
        while (!trainer_->done() && !interrupted) {
            if (trainer_->step()) take_point();
            display_.update(*trainer_);
            double seconds = trainer_->progress().seconds;
            if (seconds - saved < options_.checkpoint_seconds) continue;
            save();
            saved = seconds;
        }
        return interrupted && !trainer_->done() ? stop() : finish();
    }

  private:
    // What can be known to fail at the end fails now.
    void check_outputs() const {
        const std::vector<std::string> inputs = {options_.material.text, options_.material.valid};
        require_output(options_.output, inputs);
        if (options_.report.empty()) return;
        if (fs::weakly_canonical(options_.report) == fs::weakly_canonical(options_.output))
            throw Error("--report", "names the model's file; give the page another name");
        require_output(options_.report,
                       {options_.material.text, options_.material.valid, options_.from});
    }

    void prepare() {
        check_outputs();
        if (options_.search > 0 && !options_.from.empty())
            throw Error("--search", "chooses the size; leave out --from");
        MaterialOptions material = options_.material;
        train::Recipe recipe = options_.recipe;
        std::string checkpoint;
        if (options_.resume) {
            if (!fs::exists(checkpoint_path_))
                throw Error(checkpoint_path_,
                            "is not there: the training has come to its end, or was never "
                            "interrupted; leave out --resume to train anew");
            checkpoint = read_file(checkpoint_path_);
            recipe = recipe_to_resume(checkpoint, material);
        }
        std::optional<RecurrentModel> from;
        if (!options_.from.empty())
            from = recurrent_model_from(read_onnx(read_file(options_.from), options_.from),
                                        options_.from);
        material_ = read_material(material, from ? from->alphabet : Alphabet());
        if (from) {
            from = train::with_alphabet(*from, material_.data.alphabet);
            train::Shape shape = train::shape_of(*from);
            recipe.cell = shape.cell;
            recipe.hidden = shape.hidden;
            recipe.layers = shape.layers;
            recipe.embedding = shape.embedding;
            require_given(recipe, options_.from, "has");
        }
        auto characters = static_cast<int64_t>(material_.data.training.values.size());
        recipe = train::completed(recipe, characters);
        if (options_.search > 0 && !options_.resume) recipe = searched(recipe);
        trainer_ =
            std::make_unique<train::Trainer>(recipe, material_.data, from ? &*from : nullptr);
        if (options_.resume) {
            trainer_->restore_checkpoint(checkpoint, checkpoint_path_);
            for (const auto& at : trainer_->notes().at("samples"))
                samples_.push_back(samples_from(at));
        }
    }

    // `base` with the size, learning rate and dropout that a search found best; its table is kept
    // beside the model.
    train::Recipe searched(train::Recipe base) {
        std::signal(SIGINT, on_interrupt);
        train::SearchOptions options;
        options.candidates = options_.search;
        options.epochs = options_.search_epochs;
        options.most_bytes = options_.search_bytes;
        auto told = [&](const train::Trial& trial) {
            if (!options_.quiet)
                std::fprintf(stderr,
                             "search, round %d, %g epochs: hidden %d, learning rate %.4f, dropout "
                             "%.2f: %.4f\n",
                             trial.round, trial.recipe.epochs, trial.recipe.hidden,
                             trial.recipe.learning_rate, static_cast<double>(trial.recipe.dropout),
                             trial.bpc);
            return !interrupted;
        };
        std::vector<train::Trial> trials = train::search(base, material_.data, options, told);
        write_file(options_.output + ".search.md", train::table_of(trials));
        const train::Recipe& best = train::winner_of(trials).recipe;
        base.hidden = best.hidden;
        base.learning_rate = best.learning_rate;
        base.dropout = best.dropout;
        base.recurrent_dropout = best.recurrent_dropout;
        return base;
    }

    // Throws Error where an option was given that says otherwise than `recipe`, which `where` has.
    void require_given(const train::Recipe& recipe, const std::string& where,
                       const std::string& has) const {
        nlohmann::ordered_json ours = train::to_json(options_.recipe),
                               theirs = train::to_json(recipe);
        for (const std::string& name : options_.given)
            if (ours[name] != theirs[name])  // null where a recipe does not tell
                throw Error(where, has + " " + name + " " + theirs[name].dump() + ", not " +
                                       ours[name].dump() +
                                       "; leave the option out, or train anew");
    }

    // The checkpoint's recipe and choice of lines. Throws Error where an option was given that says
    // otherwise.
    train::Recipe recipe_to_resume(const std::string& checkpoint, MaterialOptions& material) {
        train::CheckpointHead head = train::head_of_checkpoint(checkpoint, checkpoint_path_);
        require_given(head.recipe, checkpoint_path_, "was begun with");
        head.notes.at("valid").get_to(material.valid);
        head.notes.at("min_count").get_to(material.min_count);
        return head.recipe;
    }

    void take_point() {
        display_.point(*trainer_);
        const train::Point& last = trainer_->history().back();
        if (last.seconds - sampled_ < kSecondsBetweenSamples) return;
        sampled_ = last.seconds;
        take_sample(last);
        display_.sample(samples_.back().samples.at(1).line);
        // Every other one goes when there are too many: they stay spread over the training.
        if (samples_.size() <= kSamplesInReport) return;
        std::vector<train::SamplesAt> kept;
        for (size_t i = 0; i < samples_.size(); i += 2) kept.push_back(samples_[i]);
        samples_ = std::move(kept);
    }

    void take_sample(const train::Point& point) {
        samples_.push_back(
            {point.epoch, point.validation_bpc.value_or(0),
             sample(trainer_->latest(), static_cast<uint32_t>(trainer_->history().size()))});
    }

    void save() {
        nlohmann::ordered_json samples = nlohmann::ordered_json::array();
        for (const train::SamplesAt& at : samples_) samples.push_back(to_json(at));
        trainer_->set_notes({{"valid", options_.material.valid},
                             {"min_count", options_.material.min_count},
                             {"samples", samples}});
        write_file(checkpoint_path_, trainer_->checkpoint());
    }

    void write_model_and_report() {
        RecurrentModel model = material_.stamped(trainer_->best());
        std::string bytes = write_onnx(to_graph(model));
        write_file(options_.output, bytes);
        if (options_.report.empty()) return;
        train::Progress at = trainer_->progress();
        auto fixed = [](double value, const char* pattern) {
            char text[64];
            std::snprintf(text, sizeof text, pattern, value);
            return std::string(text);
        };
        train::Report report{fs::path(options_.output).filename().string(),
                             {},
                             trainer_->history(),
                             samples_,
                             trainer_->recipe()};
        if (at.best_bpc)
            report.figures.emplace_back("validation, bits a character",
                                        fixed(*at.best_bpc, "%.4f"));
        report.figures.emplace_back("training, lately", fixed(at.training_bpc, "%.4f"));
        report.figures.emplace_back("epochs", fixed(at.epoch, "%.1f"));
        report.figures.emplace_back("minutes", fixed(at.seconds / 60, "%.1f"));
        report.figures.emplace_back("characters a second", fixed(at.characters_per_second, "%.0f"));
        report.figures.emplace_back("weights", std::to_string(model.weight_count()));
        report.figures.emplace_back("bytes of the file", std::to_string(bytes.size()));
        report.figures.emplace_back("alphabet", std::to_string(model.alphabet.size()));
        report.figures.emplace_back("text", material_.corpus.at("name").get<std::string>());
        write_file(options_.report, train::html(report));
    }

    // Interrupted: what is best so far, and the way on.
    int stop() {
        save();
        write_model_and_report();
        display_.finish(*trainer_);
        std::fprintf(stderr,
                     "stopped; %s is the best so far; the same command with --resume goes on from "
                     "%s\n",
                     options_.output.c_str(), checkpoint_path_.c_str());
        return kInterruptedStatus;
    }

    int finish() {
        if (!trainer_->history().empty()) take_sample(trainer_->history().back());
        write_model_and_report();
        display_.finish(*trainer_);
        std::error_code none;
        fs::remove(checkpoint_path_, none);
        return 0;
    }

    const TrainOptions& options_;
    std::string checkpoint_path_;
    TrainDisplay display_;
    TrainingData material_;
    std::unique_ptr<train::Trainer> trainer_;
    std::vector<train::SamplesAt> samples_;
    double sampled_ = -1e9;  // seconds of training at the last sample
};

}  // namespace

int run_training(const TrainOptions& options) {
    return Session(options).run();
}

}  // namespace quillet
