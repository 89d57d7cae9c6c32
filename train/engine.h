// Where a training's windows are computed: this machine's threads or a GPU. The trainer decides what
// comes when; an engine has the numbers.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "train/optimizer.h"
#include "train/pass.h"
#include "train/recipe.h"
#include "train/streams.h"

namespace quillet::train {

// All numbers that decide what comes next.
struct EngineState {
    std::vector<float> parameters;    // layout.size
    std::vector<float> averaged;      // their running mean, empty where the recipe has none
    std::vector<float> mean, square;  // Adam's
    std::vector<float> states;        // of the streams; their number is the engine's
};

// One window's rates.
struct WindowRates {
    double learning_rate = 0;
    int64_t step = 1;              // of the optimizer, from 1
    float gradient_scale = 1;      // of the summed loss
    Dropout dropout;               // of the layers' outputs
    uint64_t recurrent_place = 0;  // names the recurrent weights that this window leaves out
};

class Engine {
  public:
    virtual ~Engine() = default;

    // All streams' states zero, as at the start of a text.
    virtual void reset() = 0;

    // Forward, backward and an optimizer's step; the loss, summed over counted tokens. Throws
    // Error("training", …) where the gradient is no number.
    virtual double train(const Batch& batch, const WindowRates& rates) = 0;

    // The loss of a whole text by the parameters' running mean, where there is one, each stream
    // starting from zero; the training's states stay as they are.
    virtual double loss_of(const Streams& text) = 0;

    virtual EngineState state() const = 0;
    virtual void set_state(const EngineState& state) = 0;
    virtual std::vector<float> model() const = 0;  // the running mean, or the parameters

    // Called between the backward pass and the optimizer's step with the gradient (layout.size),
    // which it may change: where several machines share a batch.
    std::function<void(std::vector<float>& gradient)> reduce;
};

// The engine that `recipe.device` names, its parameters, and their mean, being `parameters`. Throws
// Error where the device cannot be had.
std::unique_ptr<Engine> make_engine(const Recipe& recipe, const Layout& layout,
                                    std::vector<float> parameters);

// What the optimizer does with a recipe.
AdamOptions adam_options(const Recipe& recipe);

// How far the running mean goes towards the parameters at optimizer step `step` (from 1): its
// horizon grows to the recipe's, so that the first steps do not linger (Polyak).
float average_share(const Recipe& recipe, int64_t step);

// The loss of a network whose gradient is no number.
[[noreturn]] void throw_diverged();

}  // namespace quillet::train
