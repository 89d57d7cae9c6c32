// The search halves its field, keeps within its bytes and finds the same again.
// SPDX-License-Identifier: MIT
#include "train/search.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace quillet::train {
namespace {

Data small_data() {
    std::string text;
    for (int i = 0; i < 120; i++)
        text += std::to_string(i * 7919 % 1000) + " and " + std::to_string(i) + "\n";
    Lines lines = read_lines(text, "text");
    std::vector<RareCharacter> rare;
    Data data;
    data.alphabet = choose_alphabet(lines, Alphabet(), 1, "text", rare);
    Lines validation = split_off(lines, {0.2, true});
    data.training = encode(lines, data.alphabet);
    data.validation = encode(validation, data.alphabet);
    return data;
}

Recipe small_recipe() {
    Recipe recipe;
    recipe.hidden = 16;
    recipe.threads = 1;
    return completed(recipe, 1500);
}

TEST(Search, halves_the_field_and_trains_the_rest_twice_as_long) {
    Data data = small_data();
    SearchOptions options;
    options.candidates = 5;
    options.most_bytes = 6000;
    auto all = [](const Trial&) { return true; };
    std::vector<Trial> trials = search(small_recipe(), data, options, all);
    ASSERT_EQ(trials.size(), 5u + 3 + 2);
    for (const Trial& trial : trials) {
        EXPECT_LE(trial.bytes, 6000);
        EXPECT_GT(trial.bpc, 0);
        EXPECT_EQ(trial.recipe.epochs, 1 << (trial.round - 1));
    }
    EXPECT_EQ(winner_of(trials).bpc, std::min(trials[8].bpc, trials[9].bpc));
    EXPECT_EQ(table_of(trials), table_of(search(small_recipe(), data, options, all)));
}

TEST(Search, goes_on_from_what_was_saved_and_finds_the_same) {
    Data data = small_data();
    SearchOptions options;
    options.candidates = 3;
    auto all = [](const Trial&) { return true; };
    const std::vector<Trial> whole = search(small_recipe(), data, options, all);
    std::vector<Trial> part;
    search(small_recipe(), data, options, [&](const Trial& trial) {
        part.push_back(trial);
        return part.size() < 2;
    });
    ASSERT_EQ(part.size(), 2u);
    const std::string saved =
        search_checkpoint({small_recipe(), options, data.sha256(), part, {{"valid", "5%"}}});
    const SearchState state = search_from(saved, "saved");
    EXPECT_EQ(state.data, data.sha256());
    EXPECT_EQ(state.notes.at("valid"), "5%");
    size_t anew = 0;
    const std::vector<Trial> resumed = search(
        state.base, data, state.options, [&](const Trial&) { return ++anew > 0; }, state.trials);
    EXPECT_EQ(table_of(resumed), table_of(whole));
    EXPECT_EQ(anew, whole.size() - 2);
    EXPECT_THROW(search_from(saved.substr(0, saved.size() / 2), "half"), Error);
    EXPECT_THROW(search_from("quillet checkpoint 3\n", "other"), Error);
}

TEST(Search, a_trial_that_is_cut_short_is_none) {
    Data data = small_data();
    int windows = 0;
    auto all = [](const Trial&) { return true; };
    EXPECT_TRUE(search(small_recipe(), data, {}, all, {}, [&] { return ++windows < 3; }).empty());
}

TEST(Search, stops_when_told_and_refuses_what_cannot_be) {
    Data data = small_data();
    EXPECT_EQ(search(small_recipe(), data, {}, [](const Trial&) { return false; }).size(), 1u);
    EXPECT_THROW(search(small_recipe(), data, {2, 1, 100}, [](const Trial&) { return true; }),
                 Error);
    data.validation = {};
    EXPECT_THROW(search(small_recipe(), data, {}, [](const Trial&) { return true; }), Error);
}

}  // namespace
}  // namespace quillet::train
