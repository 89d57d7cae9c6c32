// The settings that verify runs: sampling as people write it, with or without a prompt.
// SPDX-License-Identifier: MIT
#include "verify/settings_grid.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <sstream>

#include "base/error.h"
#include "run/generate.h"
#include "run/sampling.h"

namespace quillet {
namespace {

constexpr uint32_t kPromptMost = 4;       // tokens of a drawn prompt
constexpr uint32_t kPromptsASetting = 8;  // drawn prompts, shared by a setting's lines

double number_from(const std::string& key, const std::string& text, double most) {
    char* end = nullptr;
    double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0' || !(value >= 0 && value <= most)) {
        char range[40];
        std::snprintf(range, sizeof range, "0 to %.10g", most);
        throw Error("--settings", key + "=" + text + ": expected a number from " + range);
    }
    return value;
}

void set(Setting& setting, const std::string& key, const std::string& value) {
    if (key == "temperature") {
        setting.temperature = number_from(key, value, 1000);
    } else if (key == "min_p") {
        setting.min_p = number_from(key, value, 1);
    } else if (key == "top_k") {
        double k = number_from(key, value, 1e9);
        if (k != std::floor(k))
            throw Error("--settings", key + "=" + value + ": expected a whole number");
        setting.top_k = static_cast<uint32_t>(k);
    } else if (key == "top_p") {
        setting.top_p = number_from(key, value, 1);
    } else if (key == "prompt") {
        setting.prompted = value == "?";
        setting.prompt = setting.prompted ? "" : value;
    } else {
        throw Error("--settings",
                    "'" + key + "' is none of temperature, min_p, top_k, top_p, prompt");
    }
}

std::vector<uint8_t> drawn_prompt(const Alphabet& alphabet, quillet_random& random) {
    uint32_t vocabulary = static_cast<uint32_t>(alphabet.size());
    if (vocabulary < 2) return {};
    std::vector<uint8_t> tokens(1 + quillet_random_below(&random, kPromptMost));
    for (uint8_t& token : tokens) {
        uint32_t drawn = quillet_random_below(&random, vocabulary - 1);
        token =
            static_cast<uint8_t>(drawn + (drawn >= static_cast<uint32_t>(alphabet.line_token())));
    }
    return tokens;
}

}  // namespace

std::vector<Setting> default_settings() {
    return {{.temperature = 0},
            {.temperature = 0.3},
            {.temperature = 0.3, .top_p = 0.9, .prompted = true},
            {.temperature = 0.5, .min_p = 0.05},
            {.temperature = 0.5, .top_k = 5},
            {.temperature = 0.7},
            {.temperature = 0.7, .min_p = 0.02, .prompted = true},
            {.temperature = 1},
            {.temperature = 1, .top_k = 10, .top_p = 0.9},
            {.temperature = 1, .min_p = 0.1, .top_k = 20, .top_p = 0.95, .prompted = true},
            {.temperature = 1.5},
            {.temperature = 1.5, .min_p = 0.05, .top_p = 0.8}};
}

Setting setting_from(const std::string& text) {
    Setting setting;
    std::istringstream parts(text);
    std::set<std::string> seen;
    for (std::string part; std::getline(parts, part, ',');) {
        size_t equals = part.find('=');
        if (equals == std::string::npos)
            throw Error("--settings", "'" + part + "': expected something like temperature=0.7");
        const std::string key = part.substr(0, equals);
        if (!seen.insert(key).second) throw Error("--settings", key + " is given twice");
        set(setting, key, part.substr(equals + 1));
    }
    return setting;
}

std::string text_of(const Setting& setting) {
    char text[128];
    std::snprintf(text, sizeof text, "temperature=%g", setting.temperature);
    std::string all = text;
    auto add = [&](const char* form, double value) {
        if (value <= 0) return;
        std::snprintf(text, sizeof text, form, value);
        all += text;
    };
    add(",min_p=%g", setting.min_p);
    add(",top_k=%g", setting.top_k);
    add(",top_p=%g", setting.top_p);
    if (setting.prompted) all += ",prompt=?";
    if (!setting.prompt.empty()) all += ",prompt=" + setting.prompt;
    return all;
}

std::vector<GridJob> jobs_of(const std::vector<Setting>& settings, const Alphabet& alphabet,
                             uint32_t lines, uint32_t seed, uint32_t max_length) {
    std::vector<GridJob> jobs;
    quillet_random prompts;
    quillet_random_seed(&prompts, seed);
    for (size_t i = 0; i < settings.size(); i++) {
        const Setting& s = settings[i];
        TextJob job{
            .start = seed, .count = lines, .sampling = {}, .max_length = max_length, .prompt = {}};
        job.sampling =
            SamplingSettings{
                .temperature = s.temperature, .min_p = s.min_p, .top_k = s.top_k, .top_p = s.top_p}
                .integers();
        job.prompt = tokens_of(alphabet, s.prompt, "--settings prompt");
        bool greedy = job.sampling.inverse_temperature == 0 && s.prompt.empty();
        uint32_t parts = greedy ? lines : s.prompted ? std::min(lines, kPromptsASetting) : 1;
        for (uint32_t part = 0; part < parts; part++) {
            job.start = seed++;
            job.count = lines / parts + (part < lines % parts);
            if (s.prompted || (greedy && part > 0)) job.prompt = drawn_prompt(alphabet, prompts);
            jobs.push_back({i, job});
        }
    }
    return jobs;
}

}  // namespace quillet
