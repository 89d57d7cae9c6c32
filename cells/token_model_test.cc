// Tests of bringing anyone's character model into the one form that every stage takes.
// SPDX-License-Identifier: MIT
#include "cells/token_model.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "cells/test_models.h"

namespace quillet {
namespace {

std::string error_of(const Graph& graph) {
    try {
        token_model_of(graph, "m");
    } catch (const Error& error) {
        return error.where() + ": " + error.what();
    }
    return "no error";
}

TEST(TokenModel, PairsStatesByName) {
    Graph graph = to_graph(random_model(Cell::lstm, 1, 0));
    std::swap(graph.outputs[1], graph.outputs[2]);
    std::rotate(graph.inputs.begin(), graph.inputs.begin() + 1, graph.inputs.end());  // token last
    TokenModel model = token_model_of(graph, "m");
    EXPECT_EQ(model.graph.inputs[0].name, "token");
    for (size_t i : {1u, 2u})
        EXPECT_EQ(model.graph.inputs[i].name + "_next", model.graph.outputs[i].name);
    EXPECT_EQ(model.notes.size(), 2u);
    EXPECT_EQ(recurrent_model_from(graph, "m").layers[0].R.values,
              random_model(Cell::lstm, 1, 0).layers[0].R.values);
}

TEST(TokenModel, LeavesOutSoftmaxAtTheEnd) {
    Graph graph = to_graph(random_model(Cell::gru, 1, 5));
    graph.nodes.push_back({"tail", "LogSoftmax", "", {"logits"}, {"scores"}, {}});
    graph.outputs[0].name = "scores";
    TokenModel model = token_model_of(graph, "m");
    for (const Node& node : model.graph.nodes) EXPECT_NE(node.op, "LogSoftmax");
    EXPECT_EQ(model.notes.size(), 1u);
}

TEST(TokenModel, RefusesALayerThatForgets) {
    Graph graph = to_graph(random_model(Cell::gru, 1, 5));
    graph.inputs.pop_back(), graph.outputs.pop_back();
    for (Node& node : graph.nodes)
        if (node.op == "GRU") node.inputs.resize(3);
    EXPECT_NE(error_of(graph).find("starts from zero at every token"), std::string::npos)
        << error_of(graph);
}

TEST(TokenModel, RefusesDropoutThatDrops) {
    Graph graph = to_graph(random_model(Cell::gru, 1, 5));
    graph.initializers["ratio"] = Tensor::of(Type::float32, {}, std::vector<float>{0.5f});
    graph.initializers["training"] = Tensor::of(Type::boolean, {}, std::vector<uint8_t>{1});
    graph.nodes.push_back(
        {"drop", "Dropout", "", {"logits", "ratio", "training"}, {"dropped"}, {}});
    graph.outputs[0].name = "dropped";
    EXPECT_NE(error_of(graph).find("model.eval()"), std::string::npos) << error_of(graph);
}

// Two layers written as operators, weights transposed on the way, compute what nn.GRU does.
TEST(RecurrentModelFrom, SeesThroughOperators) {
    RecurrentModel wanted = random_model(Cell::gru, 1, 0);
    Graph graph = to_graph(wanted);
    const Tensor R = graph.initializers.at("gru.R");
    graph.nodes.insert(graph.nodes.begin(), {"flat", "Squeeze", "", {"gru.R"}, {"R2"}, {}});
    graph.nodes.insert(
        graph.nodes.begin() + 1,
        {"turn", "Transpose", "", {"R2"}, {"R3"}, {{"perm", std::vector<int64_t>{1, 0}}}});
    graph.nodes.insert(
        graph.nodes.begin() + 2,
        {"back", "Transpose", "", {"R3"}, {"R4"}, {{"perm", std::vector<int64_t>{1, 0}}}});
    graph.initializers["shape"] = Tensor::of(Type::int64, {3}, R.shape);
    graph.nodes.insert(graph.nodes.begin() + 3,
                       {"again", "Reshape", "", {"R4", "shape"}, {"R5"}, {}});
    for (Node& node : graph.nodes)
        if (node.op == "GRU") node.inputs[2] = "R5";
    EXPECT_EQ(recurrent_model_from(graph, "m").layers[0].R.values, wanted.layers[0].R.values);
}

}  // namespace
}  // namespace quillet
