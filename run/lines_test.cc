// Requests for lines against the writer: seeds, the best of several, batches on threads.
// SPDX-License-Identifier: MIT
#include "run/lines.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "cells/test_models.h"

namespace quillet {
namespace {

Plan small_plan() {
    return make_plan(to_graph(random_model(Cell::gru, 1, 0)), "m", "m");
}

LineRequest request_for(uint32_t seed, uint32_t count) {
    LineRequest request;
    request.settings.temperature = 1;
    request.settings.max_length = 40;
    request.seed = seed;
    request.count = count;
    return request;
}

TEST(Lines, AreWhatTheWriterWrites) {
    const Plan plan = small_plan();
    const LineRequest request = request_for(7, 5);
    LineWriter writer(plan, request.settings, 7);
    for (const std::string& line : generate_lines(plan, request)) EXPECT_EQ(line, writer.next());
}

TEST(Lines, BestOfTakesEachLineFromSoManyThatFollow) {
    const Plan plan = small_plan();
    LineRequest request = request_for(7, 3);
    request.best_of = 4;
    request.judge = [](const std::string& line) { return static_cast<double>(line.size()); };
    const std::vector<std::string> best = generate_lines(plan, request);
    LineWriter writer(plan, request.settings, 7);
    ASSERT_EQ(best.size(), 3u);
    for (const std::string& line : best) {
        std::string longest;
        for (int i = 0; i < 4; i++) {
            const std::string candidate = writer.next();
            if (i == 0 || candidate.size() > longest.size()) longest = candidate;
        }
        EXPECT_EQ(line, longest);
    }
}

TEST(Lines, BestOfRanksAsTheDeviceDoesUnlessThereIsAJudge) {
    Plan plan = small_plan();
    put_word_filter(plan.metadata, collect({"abba abba\ncab cab\n"}, QUILLET_HOLDS_WORDS, 64));
    LineRequest request = request_for(7, 3);
    request.best_of = 8;
    const std::vector<std::string> lines = generate_lines(plan, request);
    RankedWriter ranked(plan, request.settings, word_filter_of(plan.metadata, "m"));
    for (uint32_t i = 0; i < 3; i++)
        EXPECT_EQ(lines.at(i), ranked.best(8, 7, i * 8).text) << "line " << i;
    EXPECT_EQ(lines, generate_batch(plan, request, std::vector<uint32_t>{7}).at(0));
}

TEST(Lines, ABatchIsEachSeedsLinesWhateverTheThreads) {
    const Plan plan = small_plan();
    const std::vector<uint32_t> seeds = {3, 1, 4, 1, 5, 9};
    const LineRequest request = request_for(0, 2);
    const auto batch = generate_batch(plan, request, seeds, 3);
    ASSERT_EQ(batch.size(), seeds.size());
    for (size_t i = 0; i < seeds.size(); i++) {
        LineRequest one = request;
        one.seed = seeds[i];
        EXPECT_EQ(batch[i], generate_lines(plan, one));
    }
    EXPECT_EQ(batch, generate_batch(plan, request, seeds, 1));
    EXPECT_TRUE(generate_batch(plan, request, {}).empty());
}

TEST(Lines, PromptsThatCannotBeAreRefusedFromThreadsToo) {
    const Plan plan = small_plan();
    LineRequest request = request_for(1, 1);
    request.prompt = "\xE2\x82\xAC";
    const std::vector<uint32_t> seeds = {1, 2, 3};
    EXPECT_THROW(generate_batch(plan, request, seeds, 2), Error);
    request.prompt = std::string(41, static_cast<char>(plan.alphabet.text(1)[0]));
    EXPECT_THROW(generate_lines(plan, request), Error);
}

}  // namespace
}  // namespace quillet
