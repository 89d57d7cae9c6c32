// Tests of bringing anyone's character model into the one form that every stage takes.
// SPDX-License-Identifier: MIT
#include "cells/token_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "cells/test_models.h"
#include "graph/value.h"

namespace quillet {
namespace {

std::string token_error_of(const Graph& graph) {
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

// Twelve scores of `shape` from a token and a state, and a Softmax of `axis` over them.
TokenModel with_softmax(Dimensions shape, int64_t axis, int64_t opset) {
    Graph graph;
    graph.opset = opset;
    graph.inputs = {{"token", Type::int64, {1}}, {"h", Type::float32, {1, 12}}};
    graph.outputs = {{"scores", Type::float32, shape}, {"h_next", Type::float32, {1, 12}}};
    graph.initializers["table"] =
        Tensor::of(Type::float32, {12, 12}, std::vector<float>(144, 0.5f));
    graph.initializers["shape"] =
        Tensor::of(Type::int64, {static_cast<int64_t>(shape.size())}, shape);
    graph.nodes = {{"look", "Gather", "", {"table", "token"}, {"row"}, {}},
                   {"add", "Add", "", {"row", "h"}, {"h_next"}, {}},
                   {"turn", "Reshape", "", {"h_next", "shape"}, {"turned"}, {}},
                   {"tail", "Softmax", "", {"turned"}, {"scores"}, {{"axis", axis}}}};
    return token_model_of(graph, "m");
}

bool has_softmax(const TokenModel& model) {
    return std::any_of(model.graph.nodes.begin(), model.graph.nodes.end(),
                       [](const Node& node) { return node.op == "Softmax"; });
}

// Over another axis than the alphabet's a softmax changes the numbers.
TEST(TokenModel, KeepsASoftmaxOverAnotherAxis) {
    const TokenModel model = with_softmax({1, 12, 1}, 2, 17);
    EXPECT_TRUE(has_softmax(model));
    ASSERT_EQ(model.notes.size(), 1u);
    EXPECT_EQ(model.notes[0].find("node 'tail' (Softmax) at the end normalizes over 1 number of"),
              0u)
        << model.notes[0];
    EXPECT_FALSE(has_softmax(with_softmax({1, 12, 1}, -2, 17)));
    EXPECT_TRUE(has_softmax(with_softmax({1, 1, 12}, 0, 17)));
    EXPECT_TRUE(has_softmax(with_softmax({3, 4}, 1, 17)));
}

// Before opset 13 a softmax is over all axes from its own on.
TEST(TokenModel, KnowsWhatASoftmaxOfOldOpsetsIsOver) {
    EXPECT_FALSE(has_softmax(with_softmax({1, 1, 12}, 0, 12)));
    EXPECT_FALSE(has_softmax(with_softmax({1, 12, 1}, 1, 12)));
    EXPECT_TRUE(has_softmax(with_softmax({12, 1, 1}, 1, 12)));
}

// A model that was exported after model.double().
Graph in_double(Graph graph) {
    for (auto& [name, tensor] : graph.initializers) {
        if (tensor.type != Type::float32) continue;
        Value value = value_of(tensor);
        value.type = Type::float64;
        tensor = tensor_of(value);
    }
    graph.inputs[1].type = Type::float64;
    for (ValueInfo& output : graph.outputs) output.type = Type::float64;
    return graph;
}

TEST(TokenModel, TakesDoublesAsFloats) {
    const RecurrentModel wanted = random_model(Cell::gru, 1, 5);
    const Graph graph = in_double(to_graph(wanted));
    const TokenModel model = token_model_of(graph, "m");
    EXPECT_EQ(model.graph.inputs[1].type, Type::float32);
    EXPECT_EQ(model.graph.outputs[0].type, Type::float32);
    for (const auto& [name, tensor] : model.graph.initializers)
        EXPECT_NE(tensor.type, Type::float64) << name;
    EXPECT_EQ(model.notes.size(), 1u);
    EXPECT_EQ(recurrent_model_from(graph, "m").layers[0].R.values, wanted.layers[0].R.values);
}

// torch.finfo(torch.float64).min is a mask, and no infinity.
TEST(TokenModel, KeepsDoublesBeyondFloatsFinite) {
    Graph graph = in_double(to_graph(random_model(Cell::gru, 1, 5)));
    const std::string name = graph.nodes.back().inputs.back();
    Value value = value_of(graph.initializers.at(name));
    value.numbers[0] = std::numeric_limits<double>::lowest();
    graph.initializers[name] = tensor_of(value);
    const TokenModel model = token_model_of(graph, "m");
    EXPECT_EQ(model.graph.initializers.at(name).values<float>()[0],
              std::numeric_limits<float>::lowest());
}

// The second layer of two forgets, though the first does not.
TEST(TokenModel, RefusesOneLayerOfTwoThatForgets) {
    for (bool has_zeros : {false, true}) {
        Graph graph = to_graph(random_model(Cell::gru, 2, 5));
        graph.inputs.pop_back(), graph.outputs.pop_back();
        graph.initializers["zeros"] = Tensor::of(Type::float32, {1, 1, 8}, std::vector<float>(8));
        for (Node& node : graph.nodes)
            if (node.op == "GRU" && node.name.find('1') != std::string::npos) {
                node.inputs[5] = has_zeros ? "zeros" : "";
            }
        const std::string error = token_error_of(graph);
        EXPECT_NE(error.find("1' (GRU): starts from zero at every token"), std::string::npos)
            << error;
    }
}

TEST(TokenModel, SaysWhatTheTokenIs) {
    Graph graph = to_graph(random_model(Cell::gru, 1, 5));
    graph.inputs[0].type = Type::uint8;
    graph.nodes.insert(graph.nodes.begin(),
                       {"wide", "Cast", "", {"byte"}, {"token"}, {{"to", int64_t{7}}}});
    graph.inputs[0].name = "byte";
    EXPECT_NE(
        token_error_of(graph).find("input 'byte': is uint8; expected a token of int64 or int32"),
        std::string::npos)
        << token_error_of(graph);
}

TEST(TokenModel, SaysWhereLogitsAreExpected) {
    Graph graph = to_graph(random_model(Cell::gru, 1, 5));
    graph.nodes.push_back({"draw", "ArgMax", "", {"logits"}, {"next"}, {{"axis", int64_t{1}}}});
    graph.outputs[0] = {"next", Type::int64, {1, 1}};
    EXPECT_NE(token_error_of(graph).find("output 'next': is int64, made by node 'draw' (ArgMax)"),
              std::string::npos)
        << token_error_of(graph);
    graph.outputs.insert(graph.outputs.begin(), {"logits", Type::float32, {1, 12}});
    EXPECT_NE(token_error_of(graph).find("has 1 state as input and 2 outputs after the logits"),
              std::string::npos)
        << token_error_of(graph);
}

TEST(TokenModel, RefusesWhatIsNotFinite) {
    Graph graph = to_graph(random_model(Cell::gru, 1, 5));
    graph.initializers["mask"] =
        Tensor::of(Type::float32, {}, std::vector<float>{-std::numeric_limits<float>::infinity()});
    graph.nodes.push_back({"tail", "Add", "", {"logits", "mask"}, {"masked"}, {}});
    graph.outputs[0].name = "masked";
    EXPECT_NE(token_error_of(graph).find("node 'tail' (Add): reads 'mask', which holds inf or nan"),
              std::string::npos)
        << token_error_of(graph);
}

TEST(TokenModel, RefusesALayerThatForgets) {
    Graph graph = to_graph(random_model(Cell::gru, 1, 5));
    graph.inputs.pop_back(), graph.outputs.pop_back();
    for (Node& node : graph.nodes)
        if (node.op == "GRU") node.inputs.resize(3);
    EXPECT_NE(token_error_of(graph).find("starts from zero at every token"), std::string::npos)
        << token_error_of(graph);
}

TEST(TokenModel, RefusesDropoutThatDrops) {
    Graph graph = to_graph(random_model(Cell::gru, 1, 5));
    graph.initializers["ratio"] = Tensor::of(Type::float32, {}, std::vector<float>{0.5f});
    graph.initializers["training"] = Tensor::of(Type::boolean, {}, std::vector<uint8_t>{1});
    graph.nodes.push_back(
        {"drop", "Dropout", "", {"logits", "ratio", "training"}, {"dropped"}, {}});
    graph.outputs[0].name = "dropped";
    EXPECT_NE(token_error_of(graph).find("model.eval()"), std::string::npos)
        << token_error_of(graph);
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

// A head of one Conv or one Einsum by a constant is the matrix product that it is.
TEST(RecurrentModelFrom, SeesMatrixProductsInConvAndEinsum) {
    const RecurrentModel wanted = random_model(Cell::gru, 1, 5);
    for (const char* op : {"Conv", "Einsum"}) {
        const bool conv = op == std::string("Conv");
        Graph graph = to_graph(wanted);
        graph.initializers["as_one"] = Tensor::of(
            Type::int64, {3}, conv ? std::vector<int64_t>{1, 8, 1} : std::vector<int64_t>{1, 1, 8});
        graph.initializers["W"] = Tensor::of(
            Type::float32, conv ? Dimensions{12, 8, 1} : Dimensions{12, 8}, wanted.output.values);
        graph.initializers["b"] = Tensor::of(Type::float32, {12}, wanted.output_bias);
        graph.nodes.push_back({"one", "Reshape", "", {"h_next", "as_one"}, {"top"}, {}});
        if (conv) {
            graph.nodes.push_back({"head", "Conv", "", {"top", "W", "b"}, {"y"}, {}});
        } else {
            graph.nodes.push_back({"dot",
                                   "Einsum",
                                   "",
                                   {"top", "W"},
                                   {"xW"},
                                   {{"equation", std::string("abh,vh->abv")}}});
            graph.nodes.push_back({"head", "Add", "", {"xW", "b"}, {"y"}, {}});
        }
        graph.outputs[0] = {"y", Type::float32, conv ? Dimensions{1, 12, 1} : Dimensions{1, 1, 12}};
        const RecurrentModel found = recurrent_model_from(graph, "m");
        EXPECT_EQ(found.output.values, wanted.output.values) << op;
        EXPECT_EQ(found.output_bias, wanted.output_bias) << op;
    }
}

TEST(RecurrentModelFrom, TellsUntrainedModels) {
    RecurrentModel model = random_model(Cell::gru, 1, 5);
    for (auto* values : {&model.layers[0].W.values, &model.layers[0].R.values, &model.layers[0].Wb,
                         &model.layers[0].Rb})
        std::fill(values->begin(), values->end(), 0.0f);
    try {
        recurrent_model_from(to_graph(model), "m");
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("expected a trained model"), std::string::npos)
            << error.what();
    }
}

}  // namespace
}  // namespace quillet
