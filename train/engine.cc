// What the engines share.
// SPDX-License-Identifier: MIT
#include "train/engine.h"

#include <algorithm>

#include "base/error.h"
#include "train/cpu_engine.h"
#include "train/gpu_engine.h"

namespace quillet::train {

std::unique_ptr<Engine> make_engine(const Recipe& recipe, const Layout& layout,
                                    std::vector<float> parameters) {
    if (recipe.device == Device::cuda)
        return std::make_unique<GpuEngine>(recipe, layout, std::move(parameters));
    return std::make_unique<CpuEngine>(recipe, layout, std::move(parameters));
}

AdamOptions adam_options(const Recipe& recipe) {
    AdamOptions options;
    options.weight_decay = recipe.weight_decay;
    options.clip = recipe.clip;
    return options;
}

float average_share(const Recipe& recipe, int64_t step) {
    const auto steps = static_cast<double>(step);
    return static_cast<float>(1 - std::min(recipe.averaging, steps / (steps + 10)));
}

void throw_diverged() {
    throw Error("training", "diverged: the gradient is no number; give a lower --learning-rate");
}

}  // namespace quillet::train
