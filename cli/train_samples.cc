// Lines that the model writes while it is trained.
// SPDX-License-Identifier: MIT
#include "cli/train_samples.h"

#include "run/generate.h"

namespace quillet {

std::vector<train::Sample> sample(const RecurrentModel& model, uint32_t seed) {
    Plan plan = make_plan(to_graph(model), "sample", "the model in training");
    std::vector<train::Sample> samples;
    for (double temperature : kSampleTemperatures) {
        SamplingSettings settings;
        settings.temperature = temperature;
        settings.max_length = 200;
        samples.push_back({temperature, LineWriter(plan, settings, seed).next()});
    }
    return samples;
}

}  // namespace quillet
