// What sampling does to a model.
// SPDX-License-Identifier: MIT
#include "study/study.h"

#include <algorithm>

#include "base/error.h"
#include "study/clauses.h"
#include "study/material.h"

namespace quillet::study {
namespace {

SamplingSettings plain(uint32_t max_length) {
    SamplingSettings settings;
    settings.temperature = 1;
    settings.max_length = max_length;
    return settings;
}

bool same(const SamplingSettings& a, const SamplingSettings& b) {
    const auto integers = [](const SamplingSettings& s) {
        const quillet_sampling i = s.integers();
        return std::tuple(i.inverse_temperature, i.min_p_gap, i.top_k, i.top_p, s.max_length);
    };
    return integers(a) == integers(b);
}

// The number of `setting` in `grid`, put there if need be.
size_t place_of(std::vector<SamplingSettings>& grid, const SamplingSettings& setting) {
    for (size_t i = 0; i < grid.size(); i++)
        if (same(grid[i], setting)) return i;
    grid.push_back(setting);
    return grid.size() - 1;
}

std::string tick_of(double value, double off) {
    if (value == off) return "off";
    std::string text = figure(value);
    return text.starts_with("0.") ? text.substr(1) : text;
}

Sweep sweep_of(const std::string& name, const std::vector<double>& values, double off,
               uint32_t max_length, std::vector<SamplingSettings>& grid,
               const std::function<void(SamplingSettings&, double)>& set) {
    Sweep sweep{name, values, {}, {}};
    for (double value : values) {
        SamplingSettings setting = plain(max_length);
        set(setting, value);
        sweep.ticks.push_back(tick_of(value, off));
        sweep.samples.push_back(place_of(grid, setting));
    }
    return sweep;
}

std::vector<Sweep> sweeps_of(const StudySettings& settings, uint32_t max_length,
                             std::vector<SamplingSettings>& grid) {
    // From hot to cold, each once, whatever the order: what is told of "down" and "coolest" rests on it.
    std::vector<double> temperatures = settings.temperatures;
    std::sort(temperatures.rbegin(), temperatures.rend());
    temperatures.erase(std::unique(temperatures.begin(), temperatures.end()), temperatures.end());
    const auto top_k = [](SamplingSettings& s, double value) {
        s.top_k = static_cast<uint32_t>(value);
    };
    return {sweep_of("temperature", temperatures, -1, max_length, grid,
                     [](SamplingSettings& s, double value) { s.temperature = value; }),
            sweep_of("top-p", settings.top_ps, 1, max_length, grid,
                     [](SamplingSettings& s, double value) { s.top_p = value; }),
            sweep_of("top-k", settings.top_ks, 0, max_length, grid, top_k),
            sweep_of("min-p", settings.min_ps, 0, max_length, grid,
                     [](SamplingSettings& s, double value) { s.min_p = value; })};
}

void add_facts(const Material& material, Report& report) {
    const StudySettings& s = material.settings;
    const Subject& subject = material.subject;
    report.facts = {
        {"model", subject.name},
        {"training text", grouped(subject.train.size()) + " lines"},
        {"held out", grouped(subject.held_out.size()) + " lines"},
        {"settings", std::to_string(material.sampled.samples.size())},
        {"lines a setting", grouped(s.lines)},
        {"lines looked at closely", grouped(s.detail) + " a setting"},
        {"seeds", std::to_string(s.seed) + " and up, one a line, the same for every setting"},
        {"the model's own setting", material.own_setting.text()},
        {"judge", subject.second ? subject.second_name
                                 : "character n-gram of the training text, context of " +
                                       std::to_string(s.ngram_context)},
        {"opposites", subject.antonyms ? "WordNet, " + std::to_string(subject.antonyms->pairs()) +
                                             " pairs, and patterns"
                                       : "patterns alone; WordNet is not installed"},
        {"steps of the model",
         grouped(material.sampled.steps) + " for " + grouped(material.sampled.tokens) + " tokens"},
        {"intervals",
         "95 per cent, by the bootstrap over lines; where none or all have it, the rule of three"},
        {"made by", "quillet study"}};
}

double words_a_line(const std::vector<std::string>& lines) {
    double words = 0;
    for (const std::string& line : lines)
        words += static_cast<double>(clauses_of(line).words.size());
    return words / static_cast<double>(lines.size());
}

}  // namespace

Report study(const Subject& subject, const StudySettings& settings, const Progress& progress) {
    if (subject.train.empty())
        throw Error("--train", "has no lines; expected the text that the model was trained on");
    const SamplingSettings own = sampling_settings(subject.plan.metadata, subject.name);
    std::vector<SamplingSettings> grid;
    std::vector<Sweep> sweeps = sweeps_of(settings, own.max_length, grid);
    const size_t own_place = place_of(grid, own);
    progress(std::to_string(settings.lines) + " lines of each of " + std::to_string(grid.size()) +
             " settings");
    Sampled sampled =
        sample_lines(subject.plan, grid, settings.lines, settings.seed, settings.threads);
    progress("the training text's index");
    const Material material{
        subject, settings,           std::move(sweeps),           own_place,
        own,     std::move(sampled), TrainingText(subject.train), words_a_line(subject.train)};
    Report report;
    report.title = "What sampling does to " + subject.name;
    report.subtitle = grouped(settings.lines) +
                      " invented lines of each setting, compared with the training text";
    progress("bias");
    report.sections.push_back(bias_section(material, report.findings));
    progress("novelty");
    report.sections.push_back(novelty_section(material, report.findings));
    progress("diversity");
    report.sections.push_back(diversity_section(material, report.findings));
    progress("rhetoric");
    report.sections.push_back(rhetoric_section(material, report.findings));
    add_facts(material, report);
    return report;
}

}  // namespace quillet::study
