// A trainer's state as bytes and back.
// SPDX-License-Identifier: MIT
//
// A line that names the format, a line with the SHA-256 of all that follows, a line of JSON, then
// float32 arrays, little-endian: parameters, best parameters, their average where the recipe has
// one, Adam's two means, each pass's states.
#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "train/trainer.h"

namespace quillet::train {
namespace {

constexpr std::string_view kMagic = "quillet checkpoint 3\n";
constexpr size_t kHashLine = 65;  // 64 digits and a newline

void put(std::string& bytes, const std::vector<float>& values) {
    bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
}

nlohmann::ordered_json to_json(const Point& point) {
    nlohmann::ordered_json json{{"epoch", point.epoch},
                                {"seconds", point.seconds},
                                {"learning_rate", point.learning_rate},
                                {"training_bpc", point.training_bpc}};
    if (point.validation_bpc) json["validation_bpc"] = *point.validation_bpc;
    return json;
}

std::optional<double> optional_number(const nlohmann::ordered_json& json, const char* name) {
    return json.contains(name) ? std::optional(json.at(name).get<double>()) : std::nullopt;
}

// The JSON line and the arrays of a checkpoint that is whole.
struct Opened {
    nlohmann::ordered_json json;
    std::string_view arrays;
};

Opened open(std::string_view bytes, const std::string& where) {
    if (!bytes.starts_with(kMagic))
        throw Error(where, "is not a checkpoint of this version of quillet train");
    bytes.remove_prefix(kMagic.size());
    std::string_view hash = bytes.substr(0, std::min(kHashLine, bytes.size()));
    bytes.remove_prefix(hash.size());
    if (hash != sha256_hex(bytes) + "\n")
        throw Error(where, "is damaged or cut short: its hash does not fit");
    size_t end = bytes.find('\n');
    try {
        return {parse_json(bytes.substr(0, end), where), bytes.substr(end + 1)};
    } catch (const nlohmann::json::exception& error) {
        throw Error(where, std::string("holds no readable state: ") + error.what());
    }
}

// Takes values.size() floats from the front of `arrays`.
void take(std::string_view& arrays, std::vector<float>& values, const std::string& where) {
    size_t size = values.size() * sizeof(float);
    if (arrays.size() < size) throw Error(where, "holds fewer weights than its recipe has");
    std::copy_n(arrays.data(), size, reinterpret_cast<char*>(values.data()));
    arrays.remove_prefix(size);
}

}  // namespace

CheckpointHead head_of_checkpoint(std::string_view bytes, const std::string& where) {
    nlohmann::ordered_json json = open(bytes, where).json;
    try {
        return {recipe_from(json.at("recipe")), json.at("notes")};
    } catch (const nlohmann::json::exception& error) {
        throw Error(where, std::string("holds no readable state: ") + error.what());
    }
}

std::string Trainer::checkpoint() const {
    nlohmann::ordered_json json{{"recipe", train::to_json(recipe_)},
                                {"notes", notes_},
                                {"data", data_.sha256()},
                                {"epoch", epoch_},
                                {"window", window_},
                                {"steps", steps_},
                                {"seconds", seconds_},
                                {"loss", loss_},
                                {"characters", characters_},
                                {"recent", {recent_loss_, recent_characters_, recent_seconds_}},
                                {"without_better", without_better_},
                                {"stopped_early", stopped_early_},
                                {"history", nlohmann::ordered_json::array()}};
    if (best_bpc_) json["best_bpc"] = *best_bpc_;
    for (const Point& point : history_) json["history"].push_back(to_json(point));
    std::string rest = json_text(json) + "\n";
    const EngineState state = engine_->state();
    for (const auto* values : {&state.parameters, &best_parameters_, &state.averaged, &state.mean,
                               &state.square, &state.states})
        put(rest, *values);
    return std::string(kMagic) + sha256_hex(rest) + "\n" + rest;
}

void Trainer::restore_checkpoint(std::string_view bytes, const std::string& where) {
    auto [json, arrays] = open(bytes, where);
    Recipe made_by;
    try {
        made_by = recipe_from(json.at("recipe"));
        Recipe as_ours = made_by;
        as_ours.instructions = recipe_.instructions;
        if (as_ours.ranks != recipe_.ranks) {
            as_ours.ranks = recipe_.ranks;
            as_ours.threads = recipe_.threads;
        }
        if (!(as_ours == recipe_)) throw Error(where, "was made by another recipe");
        data_.require_same(json.at("data"), where);
        notes_ = json.at("notes");
        json.at("epoch").get_to(epoch_);
        start_epoch();
        json.at("window").get_to(window_);
        json.at("steps").get_to(steps_);
        json.at("seconds").get_to(seconds_);
        json.at("loss").get_to(loss_);
        json.at("characters").get_to(characters_);
        recent_loss_ = json.at("recent").at(0);
        recent_characters_ = json.at("recent").at(1);
        recent_seconds_ = json.at("recent").at(2);
        json.at("without_better").get_to(without_better_);
        json.at("stopped_early").get_to(stopped_early_);
        best_bpc_ = optional_number(json, "best_bpc");
        history_.clear();
        for (const auto& point : json.at("history"))
            history_.push_back({point.at("epoch"), point.at("seconds"), point.at("learning_rate"),
                                point.at("training_bpc"),
                                optional_number(point, "validation_bpc")});
    } catch (const nlohmann::json::exception& error) {
        throw Error(where, std::string("holds no readable state: ") + error.what());
    }
    EngineState state = engine_->state();
    for (auto* values : {&state.parameters, &best_parameters_, &state.averaged, &state.mean,
                         &state.square, &state.states})
        take(arrays, *values, where);
    state.states = regrouped(state.states, layout_, parts_of(made_by), parts_of(recipe_));
    engine_->set_state(state);
}

}  // namespace quillet::train
