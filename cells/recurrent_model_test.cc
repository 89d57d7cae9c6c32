// Tests of recurrent_model.cc: every kind of model comes back from its ONNX file as it was.
// SPDX-License-Identifier: MIT
#include "cells/recurrent_model.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/error.h"
#include "cells/test_models.h"

namespace quillet {
namespace {

struct Form {
    Cell cell;
    int layers;
    int embedding;
};

class RecurrentModelTest : public ::testing::TestWithParam<Form> {};

TEST_P(RecurrentModelTest, ComesBackFromItsFile) {
    auto [cell, layers, embedding] = GetParam();
    RecurrentModel model = random_model(cell, layers, embedding);
    model.metadata["quillet.licence"] = "CC0";
    std::string bytes = write_onnx(to_graph(model));
    EXPECT_EQ(bytes, write_onnx(to_graph(model)));
    Graph graph = read_onnx(bytes, "model");
    EXPECT_EQ(graph, to_graph(model));
    RecurrentModel again = recurrent_model_from(graph, "model");
    EXPECT_EQ(again.alphabet, model.alphabet);
    EXPECT_EQ(again.embedding.values, model.embedding.values);
    ASSERT_EQ(again.layers.size(), model.layers.size());
    for (size_t i = 0; i < model.layers.size(); i++) {
        EXPECT_EQ(again.layers[i].cell, cell);
        EXPECT_EQ(again.layers[i].W.values, model.layers[i].W.values);
        EXPECT_EQ(again.layers[i].R.values, model.layers[i].R.values);
        EXPECT_EQ(again.layers[i].Wb, model.layers[i].Wb);
        EXPECT_EQ(again.layers[i].Rb, model.layers[i].Rb);
    }
    EXPECT_EQ(again.output.values, model.output.values);
    EXPECT_EQ(again.output_bias, model.output_bias);
    EXPECT_EQ(again.metadata, model.metadata);
    EXPECT_EQ(again.weight_count(), model.weight_count());
}

TEST_P(RecurrentModelTest, NamesItsInputsAndOutputs) {
    auto [cell, layers, embedding] = GetParam();
    Graph graph = to_graph(random_model(cell, layers, embedding));
    std::vector<std::string> inputs = {"token"}, outputs = {"logits"};
    for (int i = 0; i < layers; i++) {
        std::string number = layers == 1 ? "" : std::to_string(i);
        inputs.push_back("h" + number), outputs.push_back("h" + number + "_next");
        if (cell == Cell::lstm)
            inputs.push_back("c" + number), outputs.push_back("c" + number + "_next");
    }
    std::vector<std::string> got_inputs, got_outputs;
    for (const ValueInfo& info : graph.inputs) got_inputs.push_back(info.name);
    for (const ValueInfo& info : graph.outputs) got_outputs.push_back(info.name);
    EXPECT_EQ(got_inputs, inputs);
    EXPECT_EQ(got_outputs, outputs);
}

INSTANTIATE_TEST_SUITE_P(Forms, RecurrentModelTest,
                         ::testing::Values(Form{Cell::gru, 1, 0}, Form{Cell::gru, 2, 0},
                                           Form{Cell::gru, 1, 5}, Form{Cell::gru, 2, 5},
                                           Form{Cell::lstm, 1, 0}, Form{Cell::lstm, 2, 0},
                                           Form{Cell::lstm, 1, 5}, Form{Cell::lstm, 2, 5},
                                           Form{Cell::rnn, 1, 0}, Form{Cell::rnn, 2, 5},
                                           Form{Cell::rnn_relu, 1, 5}, Form{Cell::rnn_relu, 2, 0}));

void expect_equal(const std::vector<Skip>& found, const std::vector<Skip>& expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); i++) {
        EXPECT_EQ(found[i].from, expected[i].from);
        EXPECT_EQ(found[i].W.values, expected[i].W.values);
    }
}

// Cells and sizes that differ, layers without state, and skips.
TEST(RecurrentModelFrom, MixedLayersComeBack) {
    for (int embedding : {0, 5}) {
        const RecurrentModel model = random_mixed_model(embedding);
        const RecurrentModel again = recurrent_model_from(to_graph(model), "model");
        EXPECT_FALSE(again.is_stack());
        EXPECT_EQ(again.embedding.values, model.embedding.values);
        ASSERT_EQ(again.layers.size(), model.layers.size());
        for (size_t i = 0; i < model.layers.size(); i++) {
            const RecurrentLayer &found = again.layers[i], &expected = model.layers[i];
            EXPECT_EQ(found.cell, expected.cell);
            EXPECT_EQ(found.W.values, expected.W.values);
            EXPECT_EQ(found.R.values, expected.R.values);
            EXPECT_EQ(found.Wb, expected.Wb);
            EXPECT_EQ(found.Rb, expected.Rb);
            expect_equal(found.skips, expected.skips);
        }
        EXPECT_EQ(again.output.values, model.output.values);
        expect_equal(again.output_skips, model.output_skips);
    }
}

std::string error_of(const Graph& graph) {
    try {
        recurrent_model_from(graph, "m.onnx");
    } catch (const Error& error) {
        return error.where() + ": " + error.what();
    }
    return "no error";
}

// Exports write the largest float, or infinity, where a clip has no bound.
TEST(RecurrentModelFrom, ClipsWithoutBoundsAreLeftOut) {
    const RecurrentModel model = random_model(Cell::gru, 1, 0);
    for (float bound : {std::numeric_limits<float>::max(), std::numeric_limits<float>::infinity()})
        for (bool clips : {false, true}) {
            Graph graph = to_graph(model);
            for (Node& node : graph.nodes)
                for (std::string& output : node.outputs)
                    if (output == "logits") output = "unclipped";
            graph.initializers["low"] = Tensor::of(Type::float32, {}, std::vector<float>{-bound});
            graph.initializers["high"] =
                Tensor::of(Type::float32, {}, std::vector<float>{clips ? 0.25f : bound});
            graph.nodes.push_back(
                {"clip", "Clip", "", {"unclipped", "low", "high"}, {"logits"}, {}});
            const RecurrentModel found = recurrent_model_from(graph, "m.onnx");
            ASSERT_EQ(found.layers.size(), clips ? 2u : 1u);
            if (clips) {
                EXPECT_EQ(found.layers[1].cell, Cell::rnn_relu);
            } else {
                EXPECT_EQ(found.output.values, model.output.values);
                EXPECT_EQ(found.output_bias, model.output_bias);
            }
        }
}

TEST(RecurrentModelFrom, NamesTheFirstNodeThatDoesNotFit) {
    Graph good = to_graph(random_model(Cell::gru, 1, 0));
    Graph bad = good;
    bad.nodes[2].attributes["linear_before_reset"] = int64_t{0};
    EXPECT_NE(error_of(bad).find("m.onnx: node 'gru' (GRU): resets before the multiplication"),
              std::string::npos)
        << error_of(bad);
    bad = good;
    bad.nodes[4] = {"bent", "Tanh", "", {bad.nodes[4].inputs[0]}, bad.nodes[4].outputs, {}};
    bad.initializers["output.bias"].shape = {12};
    EXPECT_NE(error_of(bad).find("do not broadcast"), std::string::npos) << error_of(bad);
    bad = good;
    bad.metadata.clear();
    EXPECT_EQ(error_of(bad),
              "m.onnx: has no metadata quillet.alphabet, the characters in token order; "
              "give them with --alphabet");
    bad = good;
    bad.nodes[2].inputs[5] = "x";
    EXPECT_NE(error_of(bad).find("has initial_h of"), std::string::npos) << error_of(bad);
    bad = good;
    bad.initializers["gru.R"].shape = {1, 8, 24};
    EXPECT_NE(
        error_of(bad).find("m.onnx: node 'gru' (GRU, opset 17): has hidden_size 8 and R for 24"),
        std::string::npos)
        << error_of(bad);
}

TEST(ToGraph, RefusesWeightsOfOtherSizes) {
    RecurrentModel model = random_model(Cell::lstm, 1, 0);
    model.output_bias.pop_back();
    EXPECT_THROW(to_graph(model), Error);
}

}  // namespace
}  // namespace quillet
