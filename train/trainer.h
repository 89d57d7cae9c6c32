// Training: a window, an optimizer step, validation now and then, checkpoints.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cells/recurrent_model.h"
#include "train/engine.h"
#include "train/recipe.h"
#include "train/streams.h"
#include "train/text.h"

namespace quillet::train {

struct Data {
    Alphabet alphabet;
    Tokens training, validation;  // validation may have no lines

    std::string sha256() const;  // of alphabet and tokens
    // Throws Error(where, …) unless `sha256`, a checkpoint's, is that of these data.
    void require_same(const std::string& sha256, const std::string& where) const;
};

// A point of the curves; bits per character count the newline.
struct Point {
    double epoch = 0;
    double seconds = 0;
    double learning_rate = 0;
    double training_bpc = 0;               // over the windows since the last point, dropout and all
    std::optional<double> validation_bpc;  // of the whole validation text, without dropout
};

struct Progress {
    double done = 0;  // 0 … 1 of the course
    double epoch = 0;
    double seconds = 0;
    double seconds_left = 0;
    double characters_per_second = 0;  // lately
    double learning_rate = 0;
    double training_bpc = 0;  // lately
    std::optional<double> best_bpc;
};

class Team;

// The recipe that a checkpoint was made by, and its caller's notes. Throws Error(where, …) for what
// is not a whole checkpoint.
struct CheckpointHead {
    Recipe recipe;
    nlohmann::ordered_json notes;
};
CheckpointHead head_of_checkpoint(std::string_view bytes, const std::string& where);

// Deterministic for a recipe (its number of threads included), the data and the model it starts
// from, but for how a limit in minutes bends the course.
class Trainer {
  public:
    // REQUIRES: `recipe` is completed(); `from`, where given, has the recipe's shape and
    // data.alphabet.
    // `team`, where given, has recipe.ranks ranks, which know `data`.
    Trainer(const Recipe& recipe, Data data, const RecurrentModel* from, Team* team = nullptr);
    ~Trainer();

    bool done() const;

    // One window: forward, backward, an optimizer step; then validation where an epoch, 400
    // windows or the course end. Returns whether it validated, which adds a point to history().
    bool step();

    Progress progress() const;
    const std::vector<Point>& history() const { return history_; }
    bool stopped_early() const { return stopped_early_; }
    const Recipe& recipe() const { return recipe_; }

    // The model with the best validation, or the latest where nothing validates; metadata hold
    // quillet.training.
    RecurrentModel best() const;
    RecurrentModel latest() const;
    // Where in history() best() is from; null before the first point.
    const Point* best_point() const;

    // The caller's own, kept in checkpoints.
    const nlohmann::ordered_json& notes() const { return notes_; }
    void set_notes(nlohmann::ordered_json notes) { notes_ = std::move(notes); }

    // Everything that decides what comes next. A trainer made of the same recipe and data that
    // takes it goes on bit for bit as if never stopped; one with another number of ranks, or
    // other instructions, goes on with the same numbers, and rounds otherwise. restore_checkpoint throws Error(where, …) for a
    // file that is not one, is cut short or belongs to another recipe or text.
    std::string checkpoint() const;
    void restore_checkpoint(std::string_view bytes, const std::string& where);

  private:
    void start_epoch();
    double validate();
    void add_point();
    void finish_window(double loss, int64_t characters, double seconds);

    Recipe recipe_;
    Data data_;
    Layout layout_;
    std::unique_ptr<Engine> engine_;
    std::vector<float> best_parameters_;
    int64_t steps_ = 0;  // of the optimizer
    std::optional<Streams> streams_, validation_;
    std::vector<int64_t> lengths_;  // of each token, in characters
    int64_t validation_characters_ = 0;
    int epoch_ = 0, window_ = 0;
    double seconds_ = 0;
    double loss_ = 0;                                                      // since the last point
    int64_t characters_ = 0;                                               // since the last point
    double recent_loss_ = 0, recent_characters_ = 0, recent_seconds_ = 0;  // fading sums
    std::vector<Point> history_;
    std::optional<double> best_bpc_;
    int without_better_ = 0;
    bool stopped_early_ = false;
    nlohmann::ordered_json notes_;
};

}  // namespace quillet::train
