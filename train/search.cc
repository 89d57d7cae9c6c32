// A small search over recipes: successive halving, so that most of the time goes to the good ones.
// SPDX-License-Identifier: MIT
#include "train/search.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/error.h"
#include "base/json.h"
#include "train/random.h"
#include "train/team.h"

namespace quillet::train {
namespace {

constexpr int kHiddenStep = 8;

// The largest hidden size, a multiple of kHiddenStep and at most `most`, that fits in `bytes`.
int largest_hidden(Recipe recipe, int vocabulary, int64_t bytes, int most) {
    recipe.hidden = most;
    while (recipe.hidden > kHiddenStep && weight_bytes(recipe, vocabulary) > bytes)
        recipe.hidden = (recipe.hidden - 1) / kHiddenStep * kHiddenStep;
    if (weight_bytes(recipe, vocabulary) > bytes)
        throw Error("--search-bytes", std::to_string(bytes) +
                                          " bytes are too few for a hidden size of " +
                                          std::to_string(recipe.hidden) + "; expected at least " +
                                          std::to_string(weight_bytes(recipe, vocabulary)));
    return recipe.hidden;
}

template <size_t n>
double drawn(const std::array<double, n>& choices, uint64_t place) {
    return choices[mix(place) % n];
}

// Candidate number i: 0 is the base in the largest size that fits.
Recipe candidate(const Recipe& base, int largest, int i) {
    Recipe recipe = base;
    recipe.hidden = largest;
    if (i == 0) return recipe;
    uint64_t place = mix(base.seed) + static_cast<uint64_t>(i) * 4;
    static constexpr std::array<double, 5> kRates{0.4, 0.6, 1.0, 1.5, 2.2};
    static constexpr std::array<double, 3> kSizes{0.7, 0.85, 1.0};
    static constexpr std::array<double, 5> kDropouts{0, 0.1, 0.2, 0.3, 0.4};
    double hidden = drawn(kSizes, place) * largest / kHiddenStep;
    recipe.hidden = std::max(kHiddenStep, static_cast<int>(hidden) * kHiddenStep);
    recipe.learning_rate = std::min(1.0, base.learning_rate * drawn(kRates, place + 1));
    recipe.dropout = static_cast<float>(drawn(kDropouts, place + 2));
    recipe.recurrent_dropout = recipe.dropout * 2 / 3;
    return recipe;
}

constexpr double kNothingValidated = 1e9;
constexpr std::string_view kSearchMagic = "quillet search 1\n";

}  // namespace

std::optional<double> validated(const Recipe& recipe, const Data& data,
                                const std::function<bool()>& keep_going) {
    Trainer trainer(recipe, data, nullptr);
    while (!trainer.done()) {
        if (keep_going && !keep_going()) return std::nullopt;
        trainer.step();
    }
    return trainer.progress().best_bpc.value_or(kNothingValidated);
}

int64_t weight_bytes(const Recipe& recipe, int vocabulary) {
    Layout layout(Shape{recipe.cell, vocabulary, recipe.hidden, recipe.layers, recipe.embedding});
    return layout.size * (recipe.bits > 0 ? recipe.bits : 32) / 8;
}

std::vector<Trial> search(const Recipe& base, const Data& data, const SearchOptions& options,
                          const std::function<bool(const Trial&)>& told,
                          const std::vector<Trial>& known, const std::function<bool()>& keep_going,
                          Team* team) {
    if (data.validation.lines() <= 0)
        throw Error("--search", "needs lines to validate on; give a longer text or --valid");
    const int vocabulary = data.alphabet.size();
    const bool bounded = options.most_bytes > 0;
    int largest =
        bounded ? largest_hidden(base, vocabulary, options.most_bytes, 1024) : base.hidden;
    std::vector<Recipe> field;
    for (int i = 0; i < std::max(2, options.candidates); i++)
        field.push_back(candidate(base, largest, i));
    std::vector<Trial> trials;
    double epochs = options.epochs;
    for (int round = 1;; round++, epochs *= 2) {
        for (Recipe& recipe : field) {
            recipe.epochs = epochs;
            recipe.minutes = 0;
            recipe.ranks = 1;
        }
        // Those that are not known, tried side by side where there is a team.
        const size_t first =
            std::min(known.size() - std::min(known.size(), trials.size()), field.size());
        std::optional<TeamTrials> together;
        if (team && first < field.size())
            together.emplace(
                *team,
                std::vector<Recipe>(field.begin() + static_cast<int64_t>(first), field.end()),
                [&](const Recipe& recipe, const std::function<bool()>& go_on) {
                    return validated(recipe, data, go_on);
                });
        std::vector<Trial> tried;
        for (size_t i = 0; i < field.size(); i++) {
            tried.push_back({round, field[i], weight_bytes(field[i], vocabulary), 0});
            const std::optional<double> bpc = i < first  ? known[trials.size()].bpc
                                              : together ? together->result(i - first, keep_going)
                                                         : validated(field[i], data, keep_going);
            if (!bpc) return trials;
            tried.back().bpc = *bpc;
            trials.push_back(tried.back());
            if (i >= first && !told(trials.back())) return trials;
        }
        std::stable_sort(tried.begin(), tried.end(),
                         [](const Trial& a, const Trial& b) { return a.bpc < b.bpc; });
        if (field.size() <= 2) return trials;
        field.resize((field.size() + 1) / 2);
        for (size_t i = 0; i < field.size(); i++) field[i] = tried[i].recipe;
    }
}

const Trial& winner_of(const std::vector<Trial>& trials) {
    return *std::min_element(trials.begin(), trials.end(), [](const Trial& a, const Trial& b) {
        return a.round != b.round ? a.round > b.round : a.bpc < b.bpc;
    });
}

bool is_search_checkpoint(std::string_view bytes) {
    return bytes.starts_with(kSearchMagic);
}

std::string search_checkpoint(const SearchState& state) {
    nlohmann::ordered_json json{{"recipe", to_json(state.base)},
                                {"candidates", state.options.candidates},
                                {"epochs", state.options.epochs},
                                {"most_bytes", state.options.most_bytes},
                                {"data", state.data},
                                {"notes", state.notes},
                                {"trials", nlohmann::ordered_json::array()}};
    for (const Trial& trial : state.trials)
        json["trials"].push_back({{"round", trial.round},
                                  {"recipe", to_json(trial.recipe)},
                                  {"bytes", trial.bytes},
                                  {"bpc", trial.bpc}});
    return std::string(kSearchMagic) + json.dump() + "\n";
}

SearchState search_from(std::string_view bytes, const std::string& where) {
    if (!is_search_checkpoint(bytes)) throw Error(where, "is no checkpoint of a search");
    const nlohmann::ordered_json json = parse_json(bytes.substr(kSearchMagic.size()), where);
    try {
        SearchState state;
        state.base = recipe_from(json.at("recipe"));
        json.at("candidates").get_to(state.options.candidates);
        json.at("epochs").get_to(state.options.epochs);
        json.at("most_bytes").get_to(state.options.most_bytes);
        json.at("data").get_to(state.data);
        state.notes = json.at("notes");
        for (const auto& trial : json.at("trials"))
            state.trials.push_back({trial.at("round"), recipe_from(trial.at("recipe")),
                                    trial.at("bytes"), trial.at("bpc")});
        return state;
    } catch (const nlohmann::json::exception& error) {
        throw Error(where, std::string("holds no readable state: ") + error.what());
    }
}

std::string table_of(const std::vector<Trial>& trials) {
    std::string table =
        "| round | epochs | hidden | bytes | learning rate | dropout | bits a character |\n"
        "|---|---|---|---|---|---|---|\n";
    for (const Trial& trial : trials) {
        char row[160];
        std::snprintf(row, sizeof row, "| %d | %g | %d | %lld | %.4f | %.2f | %.3f |\n",
                      trial.round, trial.recipe.epochs, trial.recipe.hidden,
                      static_cast<long long>(trial.bytes), trial.recipe.learning_rate,
                      static_cast<double>(trial.recipe.dropout), trial.bpc);
        table += row;
    }
    return table;
}

}  // namespace quillet::train
