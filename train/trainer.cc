// Training: a window, an optimizer step, validation now and then.
// SPDX-License-Identifier: MIT
#include "train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "graph/alphabet_metadata.h"
#include "train/random.h"
#include "train/team.h"

namespace quillet::train {
namespace {

constexpr int kWindowsBetweenPoints = 400;
constexpr double kFading = 0.98;  // of the sums that progress shows, a window

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

double bits(double nats, double characters) {
    return characters > 0 ? nats / characters / std::numbers::ln2 : 0;
}

// Whether a point of the curves comes after `window` of `windows`: evenly, and at the epoch's end.
bool is_point(int window, int windows) {
    int points = std::max(1, windows / kWindowsBetweenPoints);
    return window * points / windows != (window - 1) * points / windows;
}

}  // namespace

std::string Data::sha256() const {
    std::map<std::string, std::string> metadata;
    put_alphabet(metadata, alphabet);
    std::string all = metadata[key::kAlphabet] + metadata[key::kMerges];
    for (const Tokens* tokens : {&training, &validation}) {
        all += "|" + std::to_string(tokens->values.size()) + "|";
        all.append(tokens->values.begin(), tokens->values.end());
    }
    return sha256_hex(all);
}

void Data::require_same(const std::string& sha256, const std::string& where) const {
    if (sha256 != this->sha256())
        throw Error(where,
                    "was made with another text, or another part of it for validation; give that "
                    "one, or remove the checkpoint and train anew");
}

Trainer::Trainer(const Recipe& recipe, Data data, const RecurrentModel* from, Team* team)
    : recipe_(recipe),
      data_(std::move(data)),
      layout_(Shape{recipe.cell, data_.alphabet.size(), recipe.hidden, recipe.layers,
                    recipe.embedding}) {
    if (from && !(shape_of(*from) == layout_.shape))
        throw Error("recipe", "differs in shape from the model to start from");
    best_parameters_ = from ? parameters_of(*from) : initial_parameters(layout_, recipe.seed);
    engine_ = team ? make_team_engine(*team, recipe_, layout_, best_parameters_)
                   : make_engine(recipe_, layout_, best_parameters_);
    for (const std::u32string& piece : data_.alphabet.pieces())
        lengths_.push_back(static_cast<int64_t>(piece.size()));
    if (data_.validation.lines() > 0) {
        validation_.emplace(data_.validation, data_.alphabet.line_token(), recipe.batch,
                            recipe.sequence);
        for (uint8_t token : data_.validation.values) validation_characters_ += lengths_[token];
    }
    start_epoch();
}

Trainer::~Trainer() = default;

void Trainer::start_epoch() {
    uint64_t shuffle = mix(recipe_.seed) + static_cast<uint64_t>(epoch_);
    streams_.emplace(data_.training, data_.alphabet.line_token(), recipe_.batch, recipe_.sequence,
                     shuffle);
    window_ = 0;
    engine_->begin_epoch(*streams_);
}

Progress Trainer::progress() const {
    Progress progress;
    progress.epoch = epoch_ + static_cast<double>(window_) / streams_->windows();
    progress.seconds = seconds_;
    double by_epochs = recipe_.epochs > 0 ? progress.epoch / recipe_.epochs : 0;
    double by_minutes = recipe_.minutes > 0 ? seconds_ / (60 * recipe_.minutes) : 0;
    progress.done = std::min(1.0, std::max(by_epochs, by_minutes));
    if (stopped_early_) progress.done = 1;
    if (progress.done > 0) progress.seconds_left = seconds_ * (1 / progress.done - 1);
    progress.characters_per_second = recent_seconds_ > 0 ? recent_characters_ / recent_seconds_ : 0;
    progress.training_bpc = bits(recent_loss_, recent_characters_);
    progress.learning_rate =
        recipe_.learning_rate * learning_rate_at(progress.done, recipe_.warm_up);
    progress.best_bpc = best_bpc_;
    return progress;
}

bool Trainer::done() const {
    return stopped_early_ || progress().done >= 1;
}

bool Trainer::step() {
    double begin = now();
    // The middle of the step, so that the first and the last move too.
    double half = recipe_.epochs > 0 ? 0.5 / streams_->windows() / recipe_.epochs : 0;
    double share = learning_rate_at(progress().done + half, recipe_.warm_up);
    const auto steps = static_cast<uint64_t>(steps_);
    WindowRates rates;
    rates.learning_rate = recipe_.learning_rate * share;
    rates.step = ++steps_;
    rates.gradient_scale = 1.f / static_cast<float>(recipe_.batch * streams_->steps());
    rates.dropout = {recipe_.dropout, mix(mix(recipe_.seed) ^ steps)};
    rates.recurrent_place = mix(recipe_.seed + 1) ^ steps;
    const double loss = engine_->train_window(*streams_, window_, rates);
    finish_window(loss, streams_->sum(window_, lengths_), now() - begin);

    bool point = is_point(window_, streams_->windows()) || done();
    if (point) {
        begin = now();
        add_point();
        seconds_ += now() - begin;
    }
    if (window_ == streams_->windows()) {
        epoch_++;
        start_epoch();
    }
    return point;
}

void Trainer::finish_window(double loss, int64_t characters, double seconds) {
    window_++;
    seconds_ += seconds;
    loss_ += loss;
    characters_ += characters;
    recent_loss_ = recent_loss_ * kFading + loss;
    recent_characters_ = recent_characters_ * kFading + static_cast<double>(characters);
    recent_seconds_ = recent_seconds_ * kFading + seconds;
}

void Trainer::add_point() {
    Progress at = progress();
    Point point{
        at.epoch, seconds_, at.learning_rate, bits(loss_, static_cast<double>(characters_)), {}};
    loss_ = 0;
    characters_ = 0;
    if (validation_) {
        point.validation_bpc = validate();
        if (!best_bpc_ || *point.validation_bpc < *best_bpc_) {
            best_bpc_ = point.validation_bpc;
            best_parameters_ = engine_->model();
            without_better_ = 0;
        } else {
            without_better_++;
        }
        stopped_early_ = recipe_.patience > 0 && without_better_ >= recipe_.patience;
    }
    history_.push_back(point);
}

// Bits per character of the validation text. The training states stay as they are.
double Trainer::validate() {
    return bits(engine_->loss_of(*validation_), static_cast<double>(validation_characters_));
}

RecurrentModel Trainer::latest() const {
    return model_of(layout_, engine_->model(), data_.alphabet);
}

const Point* Trainer::best_point() const {
    const Point* best = nullptr;
    auto is_best = [&](const Point& point) { return point.validation_bpc == best_bpc_; };
    for (const Point& point : history_)
        if (!best || !best_bpc_ || (is_best(point) && !is_best(*best))) best = &point;
    return best;
}

RecurrentModel Trainer::best() const {
    RecurrentModel model =
        model_of(layout_, best_bpc_ ? best_parameters_ : engine_->model(), data_.alphabet);
    nlohmann::ordered_json training = to_json(recipe_);
    if (const Point* best = best_point()) {
        training["epoch"] = best->epoch;
        training["training_bpc"] = best->training_bpc;
        if (best->validation_bpc) training["validation_bpc"] = *best->validation_bpc;
    }
    model.metadata[key::kTraining] = json_text(training);
    return model;
}

}  // namespace quillet::train
