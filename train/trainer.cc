// Training: a window, an optimiser step, validation now and then.
// SPDX-License-Identifier: MIT
#include "train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>

#include "base/error.h"
#include "base/file.h"
#include "base/utf8.h"
#include "train/dropout.h"
#include "train/random.h"

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
    std::string all = encode_utf8(alphabet.characters());
    for (const Tokens* tokens : {&training, &validation}) {
        all += "|" + std::to_string(tokens->values.size()) + "|";
        all.append(tokens->values.begin(), tokens->values.end());
    }
    return sha256_hex(all);
}

Trainer::Trainer(const Recipe& recipe, Data data, const RecurrentModel* from)
    : recipe_(recipe),
      data_(std::move(data)),
      layout_(Shape{recipe.cell, data_.alphabet.size(), recipe.hidden, recipe.layers,
                    recipe.embedding}),
      quantized_(quantized_forward(recipe.bits)),
      workers_(recipe.threads),
      prepared_(layout_),
      adam_(layout_.size) {
    use_one_blas_thread();
    if (from && !(shape_of(*from) == layout_.shape))
        throw Error("recipe", "differs in shape from the model to start from");
    parameters_ =
        from ? parameters_of(*from) : initial_parameters(layout_, Initialisation{}, recipe.seed);
    best_parameters_ = parameters_;
    if (recipe.averaging > 0) averaged_ = parameters_;
    if (recipe.recurrent_dropout > 0) dropped_ = parameters_;
    for (int i = 0; i < recipe.threads; i++) {
        int first = recipe.batch * i / recipe.threads,
            end = recipe.batch * (i + 1) / recipe.threads;
        passes_.push_back(
            std::make_unique<Pass<float>>(layout_, first, end - first, recipe.sequence));
        gradients_.emplace_back(static_cast<size_t>(layout_.size));
    }
    if (data_.validation.lines() > 0)
        validation_.emplace(data_.validation, data_.alphabet.line_token(), recipe.batch,
                            recipe.sequence);
    start_epoch();
}

Trainer::~Trainer() = default;

void Trainer::start_epoch() {
    uint64_t shuffle = mix(recipe_.seed) + static_cast<uint64_t>(epoch_);
    streams_.emplace(data_.training, data_.alphabet.line_token(), recipe_.batch, recipe_.sequence,
                     shuffle);
    window_ = 0;
    for (auto& pass : passes_) pass->reset();
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
    streams_->fill(window_, batch_);
    // The middle of the step, so that the first and the last move too.
    double half = recipe_.epochs > 0 ? 0.5 / streams_->windows() / recipe_.epochs : 0;
    double share = learning_rate_at(progress().done + half, recipe_.warm_up);
    if (!dropped_.empty()) {
        dropped_ = parameters_;
        drop_recurrent(dropped_.data());
    }
    prepared_.take(dropped_.empty() ? parameters_.data() : dropped_.data(),
                   quantized_.is_on() ? &quantized_ : nullptr, workers_);
    Dropout dropout{recipe_.dropout, mix(mix(recipe_.seed) ^ static_cast<uint64_t>(adam_.steps))};
    float scale = 1.f / static_cast<float>(recipe_.batch * batch_.steps);
    std::vector<double> losses(passes_.size());
    workers_.run([&](int worker) {
        auto i = static_cast<size_t>(worker);
        losses[i] = passes_[i]->forward(prepared_, batch_, dropout);
        passes_[i]->backward(prepared_, scale, gradients_[i].data());
        if (!dropped_.empty()) drop_recurrent(gradients_[i].data());
    });
    std::vector<float*> gradients;
    for (std::vector<float>& gradient : gradients_) gradients.push_back(gradient.data());
    AdamOptions options;
    options.weight_decay = recipe_.weight_decay;
    options.clip = recipe_.clip;
    double norm = train::step(adam_, options, recipe_.learning_rate * share, layout_, gradients,
                              parameters_, workers_);
    if (!std::isfinite(norm))
        throw Error("training",
                    "diverged: the gradient is no number; give a lower --learning-rate");
    move_average();
    double loss = 0;
    for (double part : losses) loss += part;
    finish_window(loss, batch_.count(), now() - begin);

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

const std::vector<float>& Trainer::model_parameters() const {
    return averaged_.empty() ? parameters_ : averaged_;
}

// What this window leaves out of the recurrent weights, taken from weights and from gradients
// alike.
void Trainer::drop_recurrent(float* values) const {
    for (size_t i = 0; i < layout_.layers.size(); i++) {
        const Slot& R = layout_.layers[i].R;
        uint64_t place = mix(mix(recipe_.seed + 1) ^ static_cast<uint64_t>(adam_.steps)) + i;
        drop(values + R.offset, static_cast<int>(R.size()), mix(place), recipe_.recurrent_dropout);
    }
}

// Polyak's average with a horizon that grows to the recipe's, so that the first steps do not
// linger.
void Trainer::move_average() {
    if (averaged_.empty()) return;
    auto steps = static_cast<double>(adam_.steps);
    auto share = static_cast<float>(1 - std::min(recipe_.averaging, steps / (steps + 10)));
    workers_.run([&](int worker) {
        int64_t begin = layout_.size * worker / workers_.count(),
                end = layout_.size * (worker + 1) / workers_.count();
        const float* from = parameters_.data();
        float* to = averaged_.data();
        QUILLET_INDEPENDENT
        for (int64_t i = begin; i < end; i++) to[i] += share * (from[i] - to[i]);
    });
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
            best_parameters_ = model_parameters();
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
    prepared_.take(model_parameters().data(), quantized_.is_on() ? &quantized_ : nullptr, workers_);
    std::vector<double> losses(passes_.size());
    int64_t characters = 0;
    std::vector<std::vector<float>> states;
    for (auto& pass : passes_) {
        states.push_back(pass->states());
        pass->reset();
    }
    for (int window = 0; window < validation_->windows(); window++) {
        validation_->fill(window, validation_batch_);
        characters += validation_batch_.count();
        workers_.run([&](int worker) {
            auto i = static_cast<size_t>(worker);
            losses[i] += passes_[i]->forward(prepared_, validation_batch_, Dropout{});
        });
    }
    for (size_t i = 0; i < passes_.size(); i++) passes_[i]->set_states(states[i]);
    double loss = 0;
    for (double part : losses) loss += part;
    return bits(loss, static_cast<double>(characters));
}

RecurrentModel Trainer::latest() const {
    return model_of(layout_, model_parameters(), data_.alphabet);
}

RecurrentModel Trainer::best() const {
    RecurrentModel model =
        model_of(layout_, best_bpc_ ? best_parameters_ : model_parameters(), data_.alphabet);
    nlohmann::ordered_json training = to_json(recipe_);
    const Point* best = nullptr;
    for (const Point& point : history_)
        if (!best || !best_bpc_ || point.validation_bpc == best_bpc_) best = &point;
    if (best) {
        training["epoch"] = best->epoch;
        training["training_bpc"] = best->training_bpc;
        if (best->validation_bpc) training["validation_bpc"] = *best->validation_bpc;
    }
    model.metadata[key::kTraining] = training.dump();
    return model;
}

}  // namespace quillet::train
