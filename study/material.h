// What the sections of a study are made of: samples of every setting, the texts beside them.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "study/novelty.h"
#include "study/sample.h"
#include "study/study.h"

namespace quillet::study {

// One setting turned, all others off.
struct Sweep {
    std::string name;  // "temperature"
    std::vector<double> values;
    std::vector<std::string> ticks;  // the values as they are shown
    std::vector<size_t> samples;     // of each value, in Material::sampled
};

struct Material {
    const Subject& subject;
    const StudySettings& settings;
    std::vector<Sweep> sweeps;  // temperature, top-p, top-k, min-p
    size_t own = 0;             // the sample of the model's own setting
    SamplingSettings own_setting;
    Sampled sampled;
    TrainingText training;
    double words_a_line = 0;  // of the training text

    const Sweep& temperatures() const { return sweeps[0]; }
    // The first `detail` lines of a sample.
    std::vector<std::string> detail(size_t sample) const;
    // Up to `count` training lines, spread over the text.
    std::vector<std::string> some_training(size_t count) const;
};

// Each section adds what it found, a sentence each, to `findings`.
using Findings = std::vector<std::string>;
Section bias_section(const Material& material, Findings& findings);
Section novelty_section(const Material& material, Findings& findings);
Section diversity_section(const Material& material, Findings& findings);
Section rhetoric_section(const Material& material, Findings& findings);

// The ticks of a sweep behind one for the training text.
std::vector<std::string> ticks_after_text(const Sweep& sweep);

// A chart without series whose x are the temperatures.
Chart over_temperature(const Material& material, const std::string& title);

}  // namespace quillet::study
