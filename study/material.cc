// What the sections of a study are made of.
// SPDX-License-Identifier: MIT
#include "study/material.h"

#include <algorithm>

namespace quillet::study {

std::vector<std::string> Material::detail(size_t sample) const {
    const std::vector<std::string>& lines = sampled.samples[sample].lines;
    const size_t count = std::min<size_t>(settings.detail, lines.size());
    return {lines.begin(), lines.begin() + static_cast<ptrdiff_t>(count)};
}

std::vector<std::string> Material::some_training(size_t count) const {
    std::vector<std::string> lines;
    const size_t all = subject.train.size();
    count = std::min(count, all);
    for (size_t i = 0; i < count; i++) lines.push_back(subject.train[i * all / count]);
    return lines;
}

std::vector<std::string> ticks_after_text(const Sweep& sweep) {
    std::vector<std::string> ticks{"text"};
    ticks.insert(ticks.end(), sweep.ticks.begin(), sweep.ticks.end());
    return ticks;
}

Chart over_temperature(const Material& material, const std::string& title) {
    Chart chart;
    chart.title = title;
    chart.x_name = "temperature";
    chart.ticks = material.temperatures().ticks;
    return chart;
}

}  // namespace quillet::study
