// Windows computed on a GPU: all streams at once, the numbers staying there.
// SPDX-License-Identifier: MIT
#include "train/gpu_engine.h"

#include <cmath>

#include "base/error.h"
#include "train/random.h"

namespace quillet::train {

gpu::Rates gpu_rates(const Recipe& recipe) {
    if (recipe.bits != 0)
        throw Error("recipe",
                    "--bits trains through the rounding on the CPU alone; train the float model "
                    "with --device cuda, then fine-tune it: quillet quantize --tune TEXT");
    if (!gpu::has_kernels(recipe.cell))
        throw Error("recipe", "cell " + name_of(recipe.cell) +
                                  " has no kernels for --device cuda; expected --device cpu");
    return {recipe.dropout, recipe.recurrent_dropout, recipe.averaging > 0};
}

GpuEngine::GpuEngine(const Recipe& recipe, const Layout& layout, std::vector<float> parameters,
                     const StreamRange& range)
    : Engine(range),
      recipe_(recipe),
      network_(gpu::make_cuda_network(layout, range.count, recipe.sequence, gpu_rates(recipe),
                                      !recipe.full_precision)) {
    EngineState begin;
    if (recipe.averaging > 0) begin.averaged = parameters;
    begin.parameters = std::move(parameters);
    network_->set_state(begin);
}

void GpuEngine::begin_epoch(const Streams&) {
    network_->set_states(std::vector<float>(network_->states().size()));
}

double GpuEngine::train_window(const Streams& text, int window, const WindowRates& rates) {
    text.fill(window, batch_, range_);
    gpu::Controls controls =
        gpu::controls_of(adam_options(recipe_), rates.learning_rate, rates.step,
                         recipe_.averaging > 0 ? average_share(recipe_, rates.step) : 0.f);
    controls.dropout_place = rates.dropout.place;
    // Kernels name a row by its place in this GPU's part, not in the whole batch.
    if (range_.first > 0)
        controls.dropout_place = mix(rates.dropout.place ^ static_cast<uint64_t>(range_.first));
    controls.recurrent_place = rates.recurrent_place;
    controls.gradient_scale = rates.gradient_scale;
    const gpu::Results results = network_->compute_gradient(batch_, controls);
    double squared_norm = results.squared_norm;
    if (sum) {
        std::vector<float> gradient = network_->gradient();
        sum->begin(gradient.data(), static_cast<int64_t>(gradient.size()));
        sum->finish();
        squared_norm = network_->set_gradient(gradient);
    }
    if (!std::isfinite(squared_norm)) throw_diverged();
    network_->update();
    return results.loss;
}

double GpuEngine::loss_of(const Streams& text) {
    const std::vector<float> states = network_->states();
    begin_epoch(text);
    double loss = 0;
    for (int window = 0; window < text.windows(); window++) {
        text.fill(window, batch_, range_);
        loss += network_->loss(batch_, recipe_.averaging > 0);
    }
    network_->set_states(states);
    return loss;
}

EngineState GpuEngine::state() const {
    return network_->state();
}

void GpuEngine::set_state(const EngineState& state) {
    network_->set_state(state);
}

std::vector<float> GpuEngine::model() const {
    return network_->model();
}

}  // namespace quillet::train
