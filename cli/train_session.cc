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
constexpr const char* kSearchTable = ".search.md";  // after the output's name

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
          used_(options.material),
          checkpoint_path_(options.output + ".checkpoint"),
          display_(options.quiet) {}

    int run() {
        if (std::string warning = train::blas_warning(); !warning.empty())
            std::fprintf(stderr, "quillet: %s\n", warning.c_str());
        std::signal(SIGINT, on_interrupt);
        std::signal(SIGTERM, on_interrupt);
        prepare();
        if (!trainer_) return kInterruptedStatus;
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
        std::vector<std::string> inputs = {options_.material.text,
                                           options_.material.text + ".provenance.json",
                                           options_.material.valid};
        require_output(options_.output, inputs);
        inputs.push_back(options_.from);
        inputs.push_back(options_.output);
        std::vector<std::string> others = {checkpoint_path_};
        if (options_.search > 0) others.push_back(options_.output + kSearchTable);
        if (!options_.report.empty()) others.push_back(options_.report);
        require_outputs(others, inputs);
    }

    void prepare() {
        check_outputs();
        if (options_.search > 0 && !options_.from.empty())
            throw Error("--search", "chooses the size; leave out --from");
        MaterialOptions& material = used_;
        train::Recipe recipe = options_.recipe;
        std::string checkpoint;
        if (options_.resume) {
            if (!fs::exists(checkpoint_path_))
                throw Error(checkpoint_path_,
                            "is not there: the training has come to its end, or was never "
                            "interrupted; leave out --resume to train anew");
            checkpoint = read_file(checkpoint_path_);
            if (train::is_search_checkpoint(checkpoint)) {
                search_ = train::search_from(checkpoint, checkpoint_path_);
                take_notes(search_->notes, material);
                recipe = search_->base;
                require_given(recipe, checkpoint_path_, "was begun with");
            } else {
                recipe = recipe_to_resume(checkpoint, material);
            }
        } else {
            keeps_old_ = fs::exists(options_.output);
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
        if (search_ || (options_.search > 0 && !options_.resume)) {
            if (!searched(recipe)) return;
            checkpoint.clear();
        }
        trainer_ =
            std::make_unique<train::Trainer>(recipe, material_.data, from ? &*from : nullptr);
        if (!checkpoint.empty()) {
            trainer_->restore_checkpoint(checkpoint, checkpoint_path_);
            for (const auto& at : trainer_->notes().at("samples"))
                samples_.push_back(samples_from(at));
        }
    }

    // Gives `base` the size, learning rate and dropout that a search found best; its table is kept
    // beside the model. False when it was interrupted, with a checkpoint to go on from.
    bool searched(train::Recipe& base) {
        train::SearchState state;
        if (search_) {
            state = *search_;
            if (state.data != material_.data.sha256())
                throw Error(checkpoint_path_,
                            "was made with another text, or another part of it for validation");
        } else {
            state.base = base;
            state.options = {options_.search, options_.search_epochs, options_.search_bytes};
            state.data = material_.data.sha256();
        }
        state.notes = notes();
        auto save_state = [&] { write_file(checkpoint_path_, train::search_checkpoint(state)); };
        auto told = [&](const train::Trial& trial) {
            if (!options_.quiet) tell(trial);
            state.trials.push_back(trial);
            save_state();
            return !interrupted;
        };
        const std::vector<train::Trial> trials =
            train::search(state.base, material_.data, state.options, told, state.trials,
                          [] { return !interrupted; });
        if (interrupted) {
            save_state();
            std::fprintf(stderr,
                         "stopped in the search, after %zu trials; the same command with --resume "
                         "goes on from %s\n",
                         trials.size(), checkpoint_path_.c_str());
            return false;
        }
        write_file(options_.output + kSearchTable, train::table_of(trials));
        const train::Recipe& best = train::winner_of(trials).recipe;
        base.hidden = best.hidden;
        base.learning_rate = best.learning_rate;
        base.dropout = best.dropout;
        base.recurrent_dropout = best.recurrent_dropout;
        return true;
    }

    static void tell(const train::Trial& trial) {
        std::fprintf(stderr,
                     "search, round %d, %g epochs: hidden %d, learning rate %.4f, dropout %.2f: "
                     "%.4f\n",
                     trial.round, trial.recipe.epochs, trial.recipe.hidden,
                     trial.recipe.learning_rate, static_cast<double>(trial.recipe.dropout),
                     trial.bpc);
    }

    // Throws Error where an option was given that says otherwise than `recipe`, which `where` has.
    void require_given(const train::Recipe& recipe, const std::string& where,
                       const std::string& has) const {
        nlohmann::ordered_json ours = train::to_json(options_.recipe),
                               theirs = train::to_json(recipe);
        for (const std::string& name : options_.given)
            if (!is_searched(name) && ours.at(name) != theirs.at(name))
                throw Error(where, has + " " + name + " " + theirs.at(name).dump() + ", not " +
                                       ours.at(name).dump() +
                                       "; leave the option out, or train anew");
    }

    // What a search chooses, whatever the command line says to begin with.
    bool is_searched(const std::string& name) const {
        return options_.search > 0 && !search_ &&
               (name == "hidden" || name == "learning_rate" || name == "dropout" ||
                name == "recurrent_dropout");
    }

    nlohmann::ordered_json notes() const {
        return {{"valid", used_.valid}, {"min_count", used_.min_count}, {"keeps_old", keeps_old_}};
    }

    void take_notes(const nlohmann::ordered_json& notes, MaterialOptions& material) {
        notes.at("valid").get_to(material.valid);
        notes.at("min_count").get_to(material.min_count);
        keeps_old_ = notes.value("keeps_old", false);
    }

    // The checkpoint's recipe and choice of lines. Throws Error where an option was given that says
    // otherwise.
    train::Recipe recipe_to_resume(const std::string& checkpoint, MaterialOptions& material) {
        train::CheckpointHead head = train::head_of_checkpoint(checkpoint, checkpoint_path_);
        require_given(head.recipe, checkpoint_path_, "was begun with");
        take_notes(head.notes, material);
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
        nlohmann::ordered_json all = notes();
        all["samples"] = samples;
        trainer_->set_notes(all);
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

    // Interrupted: the way on, and what is best so far, unless it would take the place of a model
    // that was there before the training.
    int stop() {
        save();
        const bool validated = !trainer_->history().empty();
        if (!keeps_old_) write_model_and_report();
        display_.finish(*trainer_);
        const char* state = keeps_old_  ? " stays as it was"
                            : validated ? " is the best so far"
                                        : " is untried: the first validation was not reached";
        std::fprintf(stderr, "stopped; %s%s; the same command with --resume goes on from %s\n",
                     options_.output.c_str(), state, checkpoint_path_.c_str());
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
    MaterialOptions used_;  // the options', or those that the training to resume began with
    std::string checkpoint_path_;
    TrainDisplay display_;
    TrainingData material_;
    std::unique_ptr<train::Trainer> trainer_;
    std::vector<train::SamplesAt> samples_;
    std::optional<train::SearchState> search_;  // the one to go on with
    bool keeps_old_ = false;  // a model stood under the output's name when the training began
    double sampled_ = -1e9;   // seconds of training at the last sample
};

}  // namespace

int run_training(const TrainOptions& options) {
    return Session(options).run();
}

}  // namespace quillet
