// AdamW (Loshchilov, Hutter 2019), clipping by the global norm, the learning rate's course.
// SPDX-License-Identifier: MIT
#include "train/optimizer.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace quillet::train {
namespace {

constexpr int64_t kChunk =
    8192;  // elements that one worker takes at a time; fixes the order of sums

// Adds the other gradients' chunk to the first's and returns the sum of squares.
double sum_chunk(const Kernels<float>& kernels, const std::vector<float*>& gradients, int64_t begin,
                 int64_t end) {
    for (size_t g = 1; g < gradients.size(); g++)
        kernels.add(gradients[0] + begin, gradients[g] + begin, end - begin);
    return kernels.sum_of_squares(gradients[0] + begin, end - begin);
}

}  // namespace

double step(Adam& adam, const AdamOptions& options, double learning_rate, const Layout& layout,
            const std::vector<float*>& gradients, std::vector<float>& parameters, Workers& workers,
            const Kernels<float>& kernels) {
    auto chunks = static_cast<int>((layout.size + kChunk - 1) / kChunk);
    std::vector<double> squares(static_cast<size_t>(chunks));
    workers.share(chunks, [&](int chunk) {
        int64_t begin = chunk * kChunk;
        squares[static_cast<size_t>(chunk)] =
            sum_chunk(kernels, gradients, begin, std::min(begin + kChunk, layout.size));
    });
    double norm = 0;
    for (double square : squares) norm += square;
    norm = std::sqrt(norm);

    adam.steps++;
    auto steps = static_cast<double>(adam.steps);
    double correction1 = 1 - std::pow(kBeta1, steps), correction2 = 1 - std::pow(kBeta2, steps);
    AdamRates rates{};
    rates.beta1 = static_cast<float>(kBeta1);
    rates.beta2 = static_cast<float>(kBeta2);
    rates.step_size = static_cast<float>(learning_rate / correction1);
    rates.inverse_correction = static_cast<float>(1 / correction2);
    rates.epsilon = static_cast<float>(kEpsilon);
    rates.scale = norm > options.clip ? static_cast<float>(options.clip / norm) : 1.f;
    const float decay = static_cast<float>(1 - learning_rate * options.weight_decay);
    std::vector<Slot> slots = layout.all();
    workers.run([&](int worker) {
        for (const Slot& slot : slots) {
            int64_t begin = slot.offset + slot.size() * worker / workers.count();
            int64_t end = slot.offset + slot.size() * (worker + 1) / workers.count();
            kernels.move(rates, end - begin, gradients[0] + begin, adam.mean.data() + begin,
                         adam.square.data() + begin, parameters.data() + begin,
                         slot.is_matrix ? decay : 1.f);
        }
    });
    return norm;
}

double learning_rate_at(double progress, double warm_up) {
    progress = std::clamp(progress, 0.0, 1.0);
    if (progress < warm_up) return progress / warm_up;
    return 0.5 * (1 + std::cos(std::numbers::pi * (progress - warm_up) / (1 - warm_up)));
}

}  // namespace quillet::train
