// Where a training's windows are computed: this machine's threads or a GPU. The trainer decides what
// comes when; an engine has the numbers.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include "base/error.h"
#include "train/optimizer.h"
#include "train/pass.h"
#include "train/recipe.h"
#include "train/streams.h"

namespace quillet::train {

// The gradient is no number. It strikes all machines that share a batch alike, after the sum.
class Diverged : public Error {
  public:
    using Error::Error;
};

// One window's rates.
struct WindowRates {
    double learning_rate = 0;
    int64_t step = 1;              // of the optimizer, from 1
    float gradient_scale = 1;      // of the summed loss
    Dropout dropout;               // of the layers' outputs
    uint64_t recurrent_place = 0;  // names the recurrent weights that this window leaves out
};

// Sums gradients over machines that share a batch, while the backward pass goes on.
class GradientSum {
  public:
    virtual ~GradientSum() = default;

    // Begins with `count` values that belong to the sum until finish(). Any thread may call it, one
    // at a time; all machines call it with the same counts in the same order.
    virtual void begin(float* values, int64_t count) = 0;

    // Returns when all values that were begun are sums.
    virtual void finish() = 0;
};

class Engine {
  public:
    explicit Engine(const StreamRange& range) : range_(range) {}
    virtual ~Engine() = default;
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // All streams' states zero; the windows that follow are of `text`.
    virtual void begin_epoch(const Streams& text) = 0;

    // Forward, backward and an optimizer's step with a window of the streams that are this engine's;
    // the loss, summed over counted tokens. Throws Diverged where the gradient is no number.
    virtual double train_window(const Streams& text, int window, const WindowRates& rates) = 0;

    // The loss of a whole text by the parameters' running mean, where there is one, each stream
    // starting from zero; the training's states stay as they are.
    virtual double loss_of(const Streams& text) = 0;

    virtual EngineState state() const = 0;
    virtual void set_state(const EngineState& state) = 0;
    virtual std::vector<float> model() const = 0;  // the running mean, or the parameters

    // Takes the gradients before the optimizer's step, where several machines share a batch.
    GradientSum* sum = nullptr;

  protected:
    const StreamRange range_;  // of the batch, this engine's
    Batch batch_{0, 0};
};

// The streams of a batch that rank `rank` of recipe.ranks has.
StreamRange range_of(const Recipe& recipe, int rank);

// The parts whose states follow one another in a whole training's EngineState: a thread's or a
// GPU's each, rank by rank.
std::vector<StreamRange> parts_of(const Recipe& recipe);

// `states`, which lie by `from`, as they lie by `to`: part by part, each (layers * states of a cell, streams
// of the part, hidden). REQUIRES: both lists cover the same streams.
std::vector<float> regrouped(const std::vector<float>& states, const Layout& layout,
                             const std::vector<StreamRange>& from,
                             const std::vector<StreamRange>& to);

// The engine that `recipe.device` names, for rank `rank`; its parameters, and their mean, being
// `parameters`. Throws Error where the device cannot be had.
std::unique_ptr<Engine> make_engine(const Recipe& recipe, const Layout& layout,
                                    std::vector<float> parameters, int rank = 0);

// What the optimizer does with a recipe.
AdamOptions adam_options(const Recipe& recipe);

// How far the running mean goes towards the parameters at optimizer step `step` (from 1): its
// horizon grows to the recipe's, so that the first steps do not linger (Polyak).
float average_share(const Recipe& recipe, int64_t step);

// The loss of a network whose gradient is no number.
[[noreturn]] void throw_diverged();

}  // namespace quillet::train
