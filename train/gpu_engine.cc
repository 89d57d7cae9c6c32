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
    return {recipe.dropout, recipe.recurrent_dropout, recipe.averaging > 0, false};
}

GpuEngine::GpuEngine(const Recipe& recipe, const Layout& layout, std::vector<float> parameters,
                     const StreamRange& range)
    : GpuEngine(recipe,
                gpu::make_cuda_network(layout, range.count, recipe.sequence, gpu_rates(recipe),
                                       !recipe.full_precision),
                std::move(parameters), range) {}

GpuEngine::GpuEngine(const Recipe& recipe, std::unique_ptr<gpu::Network> network,
                     std::vector<float> parameters, const StreamRange& range)
    : Engine(range), recipe_(recipe), network_(std::move(network)) {
    network_->set_parameters(parameters);
    if (recipe.averaging > 0) network_->set_averaged(parameters);
}

void GpuEngine::reset() {
    network_->set_states(std::vector<float>(network_->states().size()));
}

double GpuEngine::train(const Batch& batch, const WindowRates& rates) {
    gpu::Controls controls =
        gpu::controls_of(adam_options(recipe_), rates.learning_rate, rates.step,
                         recipe_.averaging > 0 ? average_share(recipe_, rates.step) : 0.f);
    controls.dropout_place = rates.dropout.place;
    // Kernels name a row by its place in this GPU's part, not in the whole batch.
    if (range_.first > 0)
        controls.dropout_place = mix(rates.dropout.place ^ static_cast<uint64_t>(range_.first));
    controls.recurrent_place = rates.recurrent_place;
    controls.gradient_scale = rates.gradient_scale;
    const gpu::Results results = network_->compute_gradient(batch, controls);
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
    reset();
    double loss = 0;
    for (int window = 0; window < text.windows(); window++) {
        text.fill(window, batch_, range_);
        loss += network_->loss(batch_, recipe_.averaging > 0);
    }
    network_->set_states(states);
    return loss;
}

EngineState GpuEngine::state() const {
    return {network_->parameters(), network_->averaged(), network_->mean(), network_->square(),
            network_->states()};
}

void GpuEngine::set_state(const EngineState& state) {
    network_->set_parameters(state.parameters);
    if (!state.averaged.empty()) network_->set_averaged(state.averaged);
    network_->set_optimizer(state.mean, state.square);
    network_->set_states(state.states);
}

std::vector<float> GpuEngine::model() const {
    return recipe_.averaging > 0 ? network_->averaged() : network_->parameters();
}

}  // namespace quillet::train
