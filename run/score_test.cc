// Scores against the slow evaluator's probabilities.
// SPDX-License-Identifier: MIT
#include "run/score.h"

#include <gtest/gtest.h>

#include <cmath>

#include "cells/test_models.h"
#include "graph/evaluate.h"

namespace quillet {
namespace {

// -log2 of the probability that the evaluator gives `line` and its end.
double bits_of(const Graph& graph, const std::vector<int64_t>& line) {
    Evaluator evaluator(graph, "test");
    std::map<std::string, Tensor> inputs;
    inputs["h"] = Tensor::of(Type::float32, {1, 1, 8}, std::vector<float>(8));
    int64_t token = 0;
    double bits = 0;
    for (size_t i = 0; i <= line.size(); i++) {
        inputs["token"] = Tensor::of(Type::int64, {1}, std::vector<int64_t>{token});
        auto values = evaluator.run(inputs);
        inputs["h"] = tensor_of(values.at("h_next"));
        token = i < line.size() ? line[i] : 0;
        const std::vector<double>& logits = values.at("logits").numbers;
        double sum = 0;
        for (double logit : logits) sum += std::exp(logit);
        bits += std::log2(sum) - logits[static_cast<size_t>(token)] / std::log(2.0);
    }
    return bits;
}

TEST(Score, IsTheEvaluatorsProbability) {
    Graph graph = to_graph(random_model(Cell::gru, 1, 0));
    Plan plan = make_plan(graph, "m", "m");
    Score found = score(plan, U"abc\nja\n");
    EXPECT_EQ(found.characters, 7);
    EXPECT_NEAR(found.bits, bits_of(graph, {1, 2, 3}) + bits_of(graph, {10, 1}), 1e-4);
    EXPECT_NEAR(found.bits_per_character(), found.bits / 7, 1e-12);
    EXPECT_TRUE(found.unknown.empty());
}

TEST(Score, EveryLineStartsAnew) {
    Plan plan = make_plan(to_graph(random_model(Cell::lstm, 2, 4)), "m", "m");
    double one = score(plan, U"abc\n").bits;
    EXPECT_NEAR(score(plan, U"abc\nabc\nabc\n").bits, 3 * one, 1e-9);
    EXPECT_EQ(score(plan, U"abc").bits, one);  // the text's end ends its last line
    EXPECT_EQ(score(plan, U"\n").characters, 1);
    EXPECT_EQ(score(plan, U"").characters, 0);
}

TEST(Score, UnknownCharactersAreLeftOut) {
    Plan plan = make_plan(to_graph(random_model(Cell::gru, 1, 0)), "m", "m");
    Score with = score(plan, U"aXbcX\u20AC\n"), without = score(plan, U"abc\n");
    EXPECT_EQ(with.bits, without.bits);
    EXPECT_EQ(with.characters, without.characters);
    EXPECT_EQ(with.unknown_count(), 3);
    EXPECT_EQ(with.unknown.at(U'X'), 2);
}

}  // namespace
}  // namespace quillet
