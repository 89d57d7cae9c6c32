// AdamW (Loshchilov, Hutter 2019), clipping by the global norm, the learning rate's course.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "train/kernels.h"
#include "train/network.h"
#include "train/workers.h"

namespace quillet::train {

// Adam's (Kingma and Ba 2015).
inline constexpr double kBeta1 = 0.9, kBeta2 = 0.99, kEpsilon = 1e-8;

struct AdamOptions {
    double weight_decay = 0.01;  // of matrices; biases are left alone
    double clip = 1.0;           // the gradient's largest norm
};

struct Adam {
    explicit Adam(int64_t size)
        : mean(static_cast<size_t>(size)), square(static_cast<size_t>(size)) {}

    std::vector<float> mean, square;  // running means of the gradient and of its square
    int64_t steps = 0;
};

// All numbers that decide what comes next in a training. (Here, since the CUDA module does without
// engine.h.)
struct EngineState {
    std::vector<float> parameters;    // layout.size
    std::vector<float> averaged;      // their running mean, empty where the recipe has none
    std::vector<float> mean, square;  // Adam's
    std::vector<float> states;        // of the streams; their number is the engine's
};

// One step along the sum of `gradients` (each layout.size; the first is overwritten by it). Returns
// the sum's norm before clipping. The sums' order does not depend on the number of workers.
double step(Adam& adam, const AdamOptions& options, double learning_rate, const Layout& layout,
            const std::vector<float*>& gradients, std::vector<float>& parameters, Workers& workers,
            const Kernels<float>& kernels = kernels_for<float>(Instructions::best));

// The share of the full learning rate at `progress` (0 … 1): rises over the first `warm_up`, then
// falls as a cosine to 0.
double learning_rate_at(double progress, double warm_up);

}  // namespace quillet::train
