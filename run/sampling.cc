// Sampling settings as people write them and as a model's metadata holds them.
// SPDX-License-Identifier: MIT
#include "run/sampling.h"

#include <cmath>
#include <cstdio>

#include "base/error.h"
#include "base/json.h"
#include "graph/graph.h"

namespace quillet {
namespace {

struct Range {
    const char* name;
    double least, most;
};
constexpr Range kTemperature{"temperature", 0, 1000}, kMinP{"min_p", 0, 1},
    kTopK{"top_k", 0, 65536}, kTopP{"top_p", 0, 1}, kMaxLength{"max_length", 1, 1e9};

std::string number(double value, int digits = 6) {
    char text[32];
    std::snprintf(text, sizeof text, "%.*g", digits, value);
    return text;
}

void require(const Range& range, const nlohmann::json& value, const std::string& where) {
    const double given = value.is_number() ? value.get<double>() : 0;
    // A comparison with NaN is false.
    if (!value.is_number() || !(given >= range.least && given <= range.most))
        throw Error(where, std::string(range.name) + " is " +
                               (value.is_number() ? number(given, 15) : value.dump()) +
                               "; expected a number from " + number(range.least, 15) + " to " +
                               number(range.most, 15));
}

// object[range.name] into `value` where it is there.
template <class T>
void take(const nlohmann::json& object, const Range& range, T& value, const std::string& where) {
    auto found = object.find(range.name);
    if (found == object.end() || found->is_null()) return;
    require(range, *found, where);
    value = static_cast<T>(found->get<double>());
}

constexpr double kLog2E = 1.4426950408889634;

uint32_t round_within(double x, double low, double high) {
    const double rounded = std::floor(x + 0.5);
    if (!(rounded > low)) return static_cast<uint32_t>(low);
    return static_cast<uint32_t>(rounded < high ? rounded : high);
}

}  // namespace

quillet_sampling SamplingSettings::integers() const {
    quillet_sampling sampling = {0, UINT32_MAX, top_k, 0};
    if (temperature > 0)
        sampling.inverse_temperature = round_within(256.0 * kLog2E / temperature, 1.0, 65535.0);
    if (min_p > 0) sampling.min_p_gap = round_within(-std::log(min_p) * 1024.0, 0.0, 65535.0);
    if (top_p > 0 && top_p < 1) sampling.top_p = round_within(top_p * 256.0, 1.0, 256.0);
    return sampling;
}

std::string SamplingSettings::text() const {
    std::string text = "temperature " + number(temperature);
    if (min_p > 0) text += ", min-p " + number(min_p);
    if (top_k > 0) text += ", top-k " + std::to_string(top_k);
    if (top_p > 0 && top_p < 1) text += ", top-p " + number(top_p);
    return text;
}

void SamplingSettings::require_in_range(const std::string& where) const {
    require(kTemperature, temperature, where);
    require(kMinP, min_p, where);
    require(kTopK, top_k, where);
    require(kTopP, top_p, where);
    require(kMaxLength, max_length, where);
}

SamplingSettings sampling_settings(const std::map<std::string, std::string>& metadata,
                                   const std::string& where) {
    SamplingSettings settings;
    auto found = metadata.find(key::kSampling);
    if (found == metadata.end() || found->second.empty()) return settings;
    std::string place = where + ": metadata " + key::kSampling;
    const nlohmann::json object = parse_json(found->second, place);
    if (!object.is_object()) throw Error(place, "is not a JSON object");
    take(object, kTemperature, settings.temperature, place);
    take(object, kMinP, settings.min_p, place);
    take(object, kTopK, settings.top_k, place);
    take(object, kTopP, settings.top_p, place);
    take(object, kMaxLength, settings.max_length, place);
    return settings;
}

}  // namespace quillet
