// A small search over recipes: successive halving, so that most of the time goes to the good ones.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "train/trainer.h"

namespace quillet::train {

struct SearchOptions {
    int candidates = 8;      // that begin, at least 2
    double epochs = 1;       // of the first round; each later one doubles them
    int64_t most_bytes = 0;  // of the weights; 0: those of the recipe given
};

// A recipe tried in a round.
struct Trial {
    int round = 1;
    Recipe recipe;
    int64_t bytes = 0;  // of its weights: 4 each, or by recipe.bits
    double bpc = 0;     // the best validation
};

// Bytes of the weights of `recipe` over an alphabet of `vocabulary`: 4 each, or as many bits as
// recipe.bits.
int64_t weight_bytes(const Recipe& recipe, int vocabulary);

// Its best validation after training by `recipe`; nothing when `keep_going` says no.
std::optional<double> validated(const Recipe& recipe, const Data& data,
                                const std::function<bool()>& keep_going);

// Draws recipes that differ from `base` in learning rate, hidden size and dropout, the first the
// base itself, and trains them; the better half of each round goes into the next, anew and twice as
// long, until two have met (Jamieson and Talwalkar 2016). Returns the trials in the order they were
// made; `told` is called after each, and stops the search by returning false.
// Deterministic for `base`, its threads included. Throws Error where there is nothing to validate
// on or no hidden size fits.
// Trials in `known`, as an earlier call made them, are not made again. `keep_going`, where given, is
// asked after each window; when it says no, the trial is abandoned and what was finished returned.
// `team`, where given, shares the text; its ranks try recipes alone, side by side, and the trials are
// the same, told in the same order.
std::vector<Trial> search(const Recipe& base, const Data& data, const SearchOptions& options,
                          const std::function<bool(const Trial&)>& told,
                          const std::vector<Trial>& known = {},
                          const std::function<bool()>& keep_going = nullptr, Team* team = nullptr);

// A search that was interrupted, as bytes and back: a line that names the format, then JSON.
struct SearchState {
    Recipe base;
    SearchOptions options;
    std::string data;  // Data::sha256()
    std::vector<Trial> trials;
    nlohmann::ordered_json notes;  // the caller's own
};
bool is_search_checkpoint(std::string_view bytes);
std::string search_checkpoint(const SearchState& state);
SearchState search_from(std::string_view bytes, const std::string& where);  // throws Error

// The best of the last round. REQUIRES: a trial.
const Trial& winner_of(const std::vector<Trial>& trials);

// The trials as a table in Markdown.
std::string table_of(const std::vector<Trial>& trials);

}  // namespace quillet::train
