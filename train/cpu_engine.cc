// Windows computed by this machine's threads, each with its part of the streams.
// SPDX-License-Identifier: MIT
#include "train/cpu_engine.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "train/random.h"

namespace quillet::train {

CpuEngine::CpuEngine(const Recipe& recipe, const Layout& layout, std::vector<float> parameters,
                     const StreamRange& range)
    : Engine(range),
      recipe_(recipe),
      layout_(layout),
      kernels_(kernels_for<float>(recipe.instructions)),
      quantized_(quantized_forward(recipe)),
      workers_(recipe.threads),
      packed_(layout, kernels_),
      parameters_(std::move(parameters)),
      adam_(layout.size) {
    if (recipe.averaging > 0) averaged_ = parameters_;
    if (recipe.recurrent_dropout > 0) dropped_ = parameters_;
    for (int i = 0; i < recipe.threads; i++) {
        int first = range.count * i / recipe.threads, end = range.count * (i + 1) / recipe.threads;
        passes_.push_back(std::make_unique<Pass<float>>(layout_, range.first + first, end - first,
                                                        recipe.sequence, kernels_));
        gradients_.emplace_back(static_cast<size_t>(layout_.size));
    }
}

void CpuEngine::begin_epoch(const Streams&) {
    for (auto& pass : passes_) pass->reset();
}

double CpuEngine::train_window(const Streams& text, int window, const WindowRates& rates) {
    text.fill(window, batch_, range_);
    if (!dropped_.empty()) {
        dropped_ = parameters_;
        drop_recurrent(dropped_.data(), rates.recurrent_place, 0, layout_.size);
    }
    packed_.take(dropped_.empty() ? parameters_.data() : dropped_.data(),
                 quantized_.is_on() ? &quantized_ : nullptr, workers_);
    std::vector<double> losses(passes_.size());
    // How many threads have finished each range of the gradient, in the order of their coming: the
    // output, and of a layer the inputs and up to four gates.
    std::vector<std::atomic<int>> finished(static_cast<size_t>(2 + 5 * layout_.shape.layers));
    workers_.run([&](int worker) {
        auto i = static_cast<size_t>(worker);
        float* gradient = gradients_[i].data();
        losses[i] = passes_[i]->forward(packed_, batch_, rates.dropout);
        size_t range = 0;
        const auto ready = [&](int64_t begin, int64_t end) {
            if (!dropped_.empty()) drop_recurrent(gradient, rates.recurrent_place, begin, end);
            part_ready(begin, end, finished[range++]);
        };
        if (sum) return passes_[i]->backward(packed_, rates.gradient_scale, gradient, ready);
        passes_[i]->backward(packed_, rates.gradient_scale, gradient);
        if (!dropped_.empty()) drop_recurrent(gradient, rates.recurrent_place, 0, layout_.size);
    });
    std::vector<float*> gradients;
    if (sum) sum->finish();
    for (size_t i = 0; i < (sum ? 1 : gradients_.size()); i++)
        gradients.push_back(gradients_[i].data());
    adam_.steps = rates.step - 1;
    double norm = step(adam_, adam_options(recipe_), rates.learning_rate, layout_, gradients,
                       parameters_, workers_, kernels_);
    if (!std::isfinite(norm)) throw_diverged();
    move_average(rates.step);
    return std::accumulate(losses.begin(), losses.end(), 0.0);
}

// The last thread that finishes a range adds the others' to the first's and sends it off. Ranges come
// in one order: a thread that is here has not begun the next.
void CpuEngine::part_ready(int64_t begin, int64_t end, std::atomic<int>& finished) {
    if (finished.fetch_add(1) + 1 < workers_.count()) return;
    float* total = gradients_[0].data();
    for (size_t g = 1; g < gradients_.size(); g++)
        kernels_.add(total + begin, gradients_[g].data() + begin, end - begin);
    sum->begin(total + begin, end - begin);
}

// What this window leaves out of the recurrent weights, taken from weights and from gradients
// alike: of elements begin … end - 1.
void CpuEngine::drop_recurrent(float* values, uint64_t place, int64_t begin, int64_t end) const {
    for (size_t i = 0; i < layout_.layers.size(); i++) {
        const Slot& R = layout_.layers[i].R;
        const int64_t first = std::max(begin, R.offset), last = std::min(end, R.offset + R.size());
        if (first >= last) continue;
        kernels_.drop(values + first, static_cast<int>(last - first), mix(mix(place) + i),
                      recipe_.recurrent_dropout, first - R.offset);
    }
}

void CpuEngine::move_average(int64_t step) {
    if (averaged_.empty()) return;
    const float share = average_share(recipe_, step);
    workers_.run([&](int worker) {
        int64_t begin = layout_.size * worker / workers_.count(),
                end = layout_.size * (worker + 1) / workers_.count();
        kernels_.approach(averaged_.data() + begin, parameters_.data() + begin, share, end - begin);
    });
}

double CpuEngine::loss_of(const Streams& text) {
    const std::vector<float>& model = averaged_.empty() ? parameters_ : averaged_;
    packed_.take(model.data(), quantized_.is_on() ? &quantized_ : nullptr, workers_);
    std::vector<double> losses(passes_.size());
    std::vector<std::vector<float>> states;
    for (auto& pass : passes_) {
        states.push_back(pass->states());
        pass->reset();
    }
    for (int window = 0; window < text.windows(); window++) {
        text.fill(window, batch_, range_);
        workers_.run([&](int worker) {
            auto i = static_cast<size_t>(worker);
            losses[i] += passes_[i]->forward(packed_, batch_, Dropout{});
        });
    }
    for (size_t i = 0; i < passes_.size(); i++) passes_[i]->set_states(states[i]);
    return std::accumulate(losses.begin(), losses.end(), 0.0);
}

EngineState CpuEngine::state() const {
    EngineState state{parameters_, averaged_, adam_.mean, adam_.square, {}};
    for (const auto& pass : passes_) {
        const std::vector<float> own = pass->states();
        state.states.insert(state.states.end(), own.begin(), own.end());
    }
    return state;
}

void CpuEngine::set_state(const EngineState& state) {
    parameters_ = state.parameters;
    averaged_ = state.averaged;
    adam_.mean = state.mean;
    adam_.square = state.square;
    auto from = state.states.begin();
    for (auto& pass : passes_) {
        const auto size = static_cast<int64_t>(pass->states().size());
        pass->set_states({from, from + size});
        from += size;
    }
}

}  // namespace quillet::train
