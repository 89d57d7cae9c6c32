// A training from start to model file: search, checkpoints, interruption, samples, report.
// SPDX-License-Identifier: MIT
#include "train/session.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

#include "base/error.h"
#include "base/file.h"
#include "base/instructions.h"
#include "base/json.h"
#include "integer/quantize.h"
#include "train/team.h"

namespace quillet::train {
namespace {

namespace fs = std::filesystem;

constexpr double kSecondsBetweenSamples = 5;
constexpr size_t kSamplesInReport = 24;

nlohmann::ordered_json to_json(const SamplesAt& at) {
    nlohmann::ordered_json lines = nlohmann::ordered_json::array();
    for (const Sample& sample : at.samples) lines.push_back({sample.temperature, sample.line});
    return {at.epoch, at.validation_bpc, lines};
}

SamplesAt samples_from(const nlohmann::ordered_json& json) {
    SamplesAt at{json.at(0), json.at(1), {}};
    for (const auto& line : json.at(2)) at.samples.push_back({line.at(0), line.at(1)});
    return at;
}

// Tokens; a model that learned from fewer repeats its text or writes no words.
constexpr int64_t kLittleText = 20000;

// The float model in `bytes`, file `path`, or the one that an integer model stands for.
RecurrentModel float_model_in(const std::string& bytes, const std::string& path) {
    const Graph graph = read_onnx(bytes, path);
    return is_integer(graph) ? dequantize(integer_model_from(graph, path))
                             : recurrent_model_from(graph, path);
}

class Session {
  public:
    Session(const SessionOptions& options, SessionObserver& observer)
        : options_(options),
          observer_(observer),
          used_(options),
          checkpoint_path_(checkpoint_path(options.output)) {}

    SessionEnd run() {
        prepare();
        if (!trainer_) return SessionEnd::stopped;
        observer_.begin(*trainer_);
        double saved = trainer_->progress().seconds;
        bool goes_on = true;
        while (!trainer_->done() && (goes_on = observer_.keep_going())) {
            if (trainer_->step()) take_point();
            observer_.step(*trainer_);
            double seconds = trainer_->progress().seconds;
            if (seconds - saved < options_.checkpoint_seconds) continue;
            save();
            saved = seconds;
        }
        return goes_on ? finish() : stop();
    }

  private:
    void prepare() {
        if (options_.search > 0 && !options_.from.empty())
            throw Error("--search", "chooses the size; leave out --from");
        std::string checkpoint;
        Recipe recipe = open_checkpoint(checkpoint);
        const std::optional<RecurrentModel> from = read_start(recipe);
        if (options_.team) options_.team->share(data_.data);
        const auto tokens = static_cast<int64_t>(data_.data.training.values.size());
        recipe = completed(recipe, tokens);
        if (!from) warn_of_little(tokens);
        if (search_ || (used_.search > 0 && !options_.resume)) {
            if (!searched(recipe)) return;
            checkpoint.clear();
        }
        make_trainer(recipe, from, checkpoint);
    }

    // The recipe to train by, and the training's bytes where there is one to go on with; a search to go on
    // with goes to search_.
    Recipe open_checkpoint(std::string& checkpoint) {
        const bool exists = fs::exists(checkpoint_path_);
        if (!options_.resume) {
            if (!exists) return for_ranks(options_.recipe);
            throw Error(checkpoint_path_,
                        "is of a training that was interrupted: --resume goes on "
                        "with it; to train anew, remove it");
        }
        if (!exists)
            throw Error(checkpoint_path_,
                        "is not there: the training has come to its end, or was never "
                        "interrupted; leave out --resume to train anew");
        checkpoint = read_file(checkpoint_path_);
        if (!is_search_checkpoint(checkpoint))
            return recipe_to_resume(head_of_checkpoint(checkpoint, checkpoint_path_));
        search_ = search_from(checkpoint, checkpoint_path_);
        return recipe_to_resume({search_->base, search_->notes});
    }

    // Reads the text, and the model to start from, where one is named, which then decides the recipe's
    // sizes.
    std::optional<RecurrentModel> read_start(Recipe& recipe) {
        std::optional<RecurrentModel> from;
        std::string from_bytes;
        if (!used_.from.empty()) {
            from_bytes = read_file(used_.from);
            from = float_model_in(from_bytes, used_.from);
        }
        data_ = read_training_data(used_.text, from ? from->alphabet : Alphabet(),
                                   [&](const std::string& message) { observer_.tell(message); });
        if (!from) return from;
        data_.corpus["from"] = fs::path(used_.from).filename().string();
        data_.corpus["from_sha256"] = sha256_hex(from_bytes);
        from = with_alphabet(*from, data_.data.alphabet);
        const Shape shape = shape_of(*from);
        recipe.cell = shape.cell;
        recipe.hidden = shape.hidden;
        recipe.layers = shape.layers;
        recipe.embedding = shape.embedding;
        if (!options_.resume) recipe = fine_tuning_recipe(recipe, options_.given);
        require_given(recipe, nlohmann::ordered_json::object(), used_.from, "has");
        return from;
    }

    void warn_of_little(int64_t tokens) {
        if (tokens >= kLittleText) return;
        observer_.tell(used_.text.text + ": has " + std::to_string(tokens) +
                       (used_.text.pieces ? " tokens" : " characters") +
                       " to learn from; of fewer than " + std::to_string(kLittleText) +
                       " a model learns few words; add text, or start from a model of the "
                       "same language (--from models/quotes.onnx)");
    }

    void make_trainer(const Recipe& recipe, const std::optional<RecurrentModel>& from,
                      const std::string& checkpoint) {
        trainer_ =
            std::make_unique<Trainer>(recipe, data_.data, from ? &*from : nullptr, options_.team);
        if (checkpoint.empty()) return;
        trainer_->restore_checkpoint(checkpoint, checkpoint_path_);
        for (const auto& at : trainer_->notes().at("samples")) samples_.push_back(samples_from(at));
    }

    // `recipe` for the ranks that are here. Their number may change from one to the next of a
    // training's runs; the number of each one's threads changes with it, where it is asked for.
    Recipe for_ranks(Recipe recipe) const {
        recipe.instructions = instructions_for(recipe);
        if (changes_ranks(recipe)) recipe.threads = options_.recipe.threads;
        recipe.ranks = options_.team ? options_.team->ranks().size() : 1;
        if (recipe.threads == 0 && options_.team) {
            const auto cores = static_cast<int>(std::thread::hardware_concurrency());
            recipe.threads = std::clamp(cores / options_.team->ranks().neighbors(), 1, 8);
        }
        return recipe;
    }

    // A training may go on by other instructions than it began with: by those asked for, or where
    // this processor lacks its own.
    Instructions instructions_for(const Recipe& recipe) const {
        const Instructions asked = options_.recipe.instructions;
        if (asked != Instructions::best) return asked;
        const auto here = available_instructions();
        const bool has = std::find(here.begin(), here.end(), recipe.instructions) != here.end();
        return has ? recipe.instructions : Instructions::best;
    }

    // Gives `base` the size, learning rate and dropout that a search found best; its table is kept
    // beside the model. False when it was interrupted, with a checkpoint to go on from.
    bool searched(Recipe& base) {
        SearchState state;
        if (search_) {
            state = *search_;
            data_.data.require_same(state.data, checkpoint_path_);
        } else {
            state.base = base;
            state.options = {used_.search, used_.search_epochs, used_.search_bytes};
            state.data = data_.data.sha256();
        }
        state.notes = notes();
        auto save_state = [&] { write_file(checkpoint_path_, search_checkpoint(state)); };
        auto told = [&](const Trial& trial) {
            observer_.trial(trial);
            state.trials.push_back(trial);
            save_state();
            return observer_.keep_going();
        };
        const std::vector<Trial> known = state.trials;
        const std::vector<Trial> trials = train::search(
            state.base, data_.data, state.options, told, known,
            [&] { return observer_.keep_going(); }, options_.team);
        if (!observer_.keep_going()) {
            save_state();
            observer_.tell("stopped in the search, after " + std::to_string(trials.size()) +
                           " trials; the same command with --resume goes on from " +
                           checkpoint_path_);
            return false;
        }
        write_file(search_table_path(options_.output), table_of(trials));
        const Recipe& best = winner_of(trials).recipe;
        base.hidden = best.hidden;
        base.learning_rate = best.learning_rate;
        base.dropout = best.dropout;
        base.recurrent_dropout = best.recurrent_dropout;
        return true;
    }

    // Throws Error where an option was given that says otherwise than `recipe` and `notes`, which
    // `where` has.
    void require_given(const Recipe& recipe, const nlohmann::ordered_json& notes,
                       const std::string& where, const std::string& has) const {
        nlohmann::ordered_json ours = notes_of(options_), theirs = ours;
        ours.update(to_json(options_.recipe));
        theirs.update(to_json(recipe));
        theirs.update(notes);
        for (const std::string& name : options_.given) {
            if (is_searched(name, theirs.value("search", 0)) || name == "instructions" ||
                (name == "threads" && changes_ranks(recipe)))
                continue;
            // As text: a file's name need not be UTF-8. Null where a recipe does not tell.
            const std::string our = json_text(ours[name]), their = json_text(theirs[name]);
            if (our != their)
                throw Error(where, has + " " + name + " " + their + ", not " + our +
                                       "; leave the option out, or train anew");
        }
    }

    bool changes_ranks(const Recipe& recipe) const {
        return recipe.ranks != (options_.team ? options_.team->ranks().size() : 1);
    }

    // The checkpoint's recipe; its choice of lines, tokens, model and search goes to used_. Throws
    // Error where an option was given that says otherwise.
    Recipe recipe_to_resume(const CheckpointHead& head) {
        require_given(head.recipe, head.notes, checkpoint_path_, "was begun with");
        each_note(used_, [&](const std::string& name, auto& value) {
            const auto& given = options_.given;
            if (std::find(given.begin(), given.end(), name) == given.end() &&
                head.notes.contains(name))
                head.notes.at(name).get_to(value);
        });
        wrote_ = head.notes.value("wrote", "");
        return for_ranks(head.recipe);
    }

    // What a search of so many recipes chooses, whatever the options say to begin with.
    bool is_searched(const std::string& name, int search) const {
        return search > 0 && !search_ &&
               (name == "hidden" || name == "learning_rate" || name == "dropout" ||
                name == "recurrent_dropout");
    }

    // Calls f(name, value) for what decides a training beside the recipe, by the names of
    // SessionOptions::given.
    template <class AnyOptions, class F>
    static void each_note(AnyOptions& options, const F& f) {
        f("valid", options.text.valid);
        f("min_count", options.text.min_count);
        f("pieces", options.text.pieces);
        f("from", options.from);
        f("search", options.search);
        f("search_epochs", options.search_epochs);
        f("search_bytes", options.search_bytes);
    }

    static nlohmann::ordered_json notes_of(const SessionOptions& options) {
        nlohmann::ordered_json notes;
        each_note(options, [&](const char* name, const auto& value) { notes[name] = value; });
        return notes;
    }

    nlohmann::ordered_json notes() const {
        nlohmann::ordered_json notes = notes_of(used_);
        notes["wrote"] = wrote_;
        return notes;
    }

    void take_point() {
        observer_.point(*trainer_);
        const Point& last = trainer_->history().back();
        if (last.seconds - sampled_ < kSecondsBetweenSamples) return;
        sampled_ = last.seconds;
        take_sample(last);
        observer_.samples(samples_.back());
        // Every other one goes when there are too many: they stay spread over the training.
        if (samples_.size() <= kSamplesInReport) return;
        std::vector<SamplesAt> kept;
        for (size_t i = 0; i < samples_.size(); i += 2) kept.push_back(samples_[i]);
        samples_ = std::move(kept);
    }

    void take_sample(const Point& point) {
        samples_.push_back({point.epoch, point.validation_bpc.value_or(0),
                            observer_.sample(trainer_->latest(),
                                             static_cast<uint32_t>(trainer_->history().size()))});
    }

    void save() {
        nlohmann::ordered_json samples = nlohmann::ordered_json::array();
        for (const SamplesAt& at : samples_) samples.push_back(to_json(at));
        nlohmann::ordered_json all = notes();
        all["samples"] = samples;
        trainer_->set_notes(all);
        write_file(checkpoint_path_, trainer_->checkpoint());
    }

    // Returns the model's SHA-256.
    std::string write_model_and_report() {
        const RecurrentModel model = data_.stamped(trainer_->best());
        const std::string bytes = write_onnx(to_graph(model));
        write_file(options_.output, bytes);
        if (!options_.report.empty()) write_report(model, bytes.size());
        return sha256_hex(bytes);
    }

    void write_report(const RecurrentModel& model, size_t bytes) {
        Progress at = trainer_->progress();
        using report::fixed;
        std::vector<std::pair<std::string, std::string>> figures;
        if (at.best_bpc)
            figures.emplace_back("validation, bits a character", fixed(*at.best_bpc, 4));
        figures.insert(figures.end(), {{"training, lately", fixed(at.training_bpc, 4)},
                                       {"epochs", fixed(at.epoch, 1)},
                                       {"minutes", fixed(at.seconds / 60, 1)},
                                       {"characters a second", fixed(at.characters_per_second, 0)},
                                       {"weights", std::to_string(model.weight_count())},
                                       {"bytes of the file", std::to_string(bytes)},
                                       {"alphabet", std::to_string(model.alphabet.size())}});
        write_file(options_.report,
                   report::to_html(report_of(fs::path(options_.output).filename().string(),
                                             data_.corpus.at("name").get<std::string>(), figures,
                                             trainer_->history(), samples_, trainer_->recipe())));
    }

    // True where a file stands under the output's name that this training did not write.
    bool output_is_another() const {
        std::error_code code;
        const fs::file_status status = fs::status(options_.output, code);
        if (!fs::exists(status)) return false;
        try {
            return !fs::is_regular_file(status) || sha256_hex(read_file(options_.output)) != wrote_;
        } catch (const Error&) {  // it may not be read
            return true;
        }
    }

    // Interrupted: the way on, and what is best so far, unless it would take the place of a model
    // that was there before the training, or came there while it ran or was stopped.
    SessionEnd stop() {
        save();
        const bool keeps = output_is_another();
        if (!keeps) {
            wrote_ = write_model_and_report();
            save();  // once more: with what was written, now that it is
        }
        observer_.end(*trainer_);
        const char* state = keeps ? " stays as it was"
                            : trainer_->history().empty()
                                ? " is untried: the first validation was not reached"
                                : " is the best so far";
        observer_.tell("stopped; " + options_.output + state +
                       "; the same command with --resume goes on from " + checkpoint_path_);
        return SessionEnd::stopped;
    }

    // Most of a training after its best model was in vain.
    void tell_of_patience() {
        const Point* best = trainer_->best_point();
        const double epochs = trainer_->progress().epoch;
        if (!best || trainer_->recipe().patience > 0 || epochs < std::max(20.0, 2 * best->epoch))
            return;
        char text[160];
        std::snprintf(
            text, sizeof text,
            "the best model came after %.0f of %.0f epochs; --patience 10 ends a training "
            "after ten validations without a better one",
            best->epoch, epochs);
        observer_.tell(text);
    }

    SessionEnd finish() {
        if (!trainer_->history().empty()) take_sample(trainer_->history().back());
        write_model_and_report();
        observer_.end(*trainer_);
        tell_of_patience();
        std::error_code none;
        fs::remove(checkpoint_path_, none);
        return SessionEnd::finished;
    }

    const SessionOptions& options_;
    SessionObserver& observer_;
    SessionOptions used_;  // the options, with what the training to resume began with
    std::string checkpoint_path_;
    TrainingData data_;
    std::unique_ptr<Trainer> trainer_;
    std::vector<SamplesAt> samples_;
    std::optional<SearchState> search_;  // the one to go on with
    std::string wrote_;      // SHA-256 of the model that this training wrote; empty: none yet
    double sampled_ = -1e9;  // seconds of training at the last sample
};

}  // namespace

std::string checkpoint_path(const std::string& output) {
    return output + ".checkpoint";
}

std::string search_table_path(const std::string& output) {
    return output + ".search.md";
}

SessionEnd run_session(const SessionOptions& options, SessionObserver& observer) {
    return Session(options, observer).run();
}

}  // namespace quillet::train
