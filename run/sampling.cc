// Sampling settings as people write them and as a model's metadata holds them.
// SPDX-License-Identifier: MIT
#include "run/sampling.h"

#include <cstdio>

#include "base/error.h"
#include "base/json.h"
#include "graph/graph.h"
#include "runtime/quillet_settings.h"

namespace quillet {
namespace {

// object[name], a number from `least` to `most`, into `value` where it is there.
template <class T>
void take(const nlohmann::json& object, const char* name, double least, double most, T& value,
          const std::string& where) {
    auto found = object.find(name);
    if (found == object.end() || found->is_null()) return;
    if (!found->is_number() || !(found->get<double>() >= least && found->get<double>() <= most))
        throw Error(where, std::string(name) + " is " + found->dump() +
                               "; expected a number from " + nlohmann::json(least).dump() + " to " +
                               nlohmann::json(most).dump());
    value = static_cast<T>(found->get<double>());
}

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", value);
    return text;
}

}  // namespace

quillet_sampling SamplingSettings::integers() const {
    return quillet_sampling_from(temperature, min_p, top_k, top_p);
}

std::string SamplingSettings::text() const {
    std::string text = "temperature " + number(temperature);
    if (min_p > 0) text += ", min-p " + number(min_p);
    if (top_k > 0) text += ", top-k " + std::to_string(top_k);
    if (top_p > 0 && top_p < 1) text += ", top-p " + number(top_p);
    return text;
}

SamplingSettings sampling_settings(const std::map<std::string, std::string>& metadata,
                                   const std::string& where) {
    SamplingSettings settings;
    auto found = metadata.find(key::kSampling);
    if (found == metadata.end() || found->second.empty()) return settings;
    std::string place = where + ": metadata " + key::kSampling;
    const nlohmann::json object = parse_json(found->second, place);
    if (!object.is_object()) throw Error(place, "is not a JSON object");
    take(object, "temperature", 0, 1000, settings.temperature, place);
    take(object, "min_p", 0, 1, settings.min_p, place);
    take(object, "top_k", 0, 65536, settings.top_k, place);
    take(object, "top_p", 0, 1, settings.top_p, place);
    take(object, "max_length", 1, 1e9, settings.max_length, place);
    return settings;
}

}  // namespace quillet
