// Tests of shapes and constant folding.
// SPDX-License-Identifier: MIT
#include "graph/shapes.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "cells/test_models.h"
#include "graph/evaluate.h"
#include "graph/test_one_node.h"

namespace quillet {
namespace {

std::string shape_error_of(const Graph& graph) {
    try {
        infer_shapes(graph, "m.onnx");
    } catch (const Error& error) {
        return error.where() + ": " + error.what();
    }
    return "no error";
}

TEST(InferShapes, GivesEveryValueItsTypeAndShape) {
    Graph graph = to_graph(random_model(Cell::lstm, 2, 5));
    auto shapes = infer_shapes(graph, "m");
    EXPECT_EQ(shapes.at("token"), (TypedShape{Type::int64, {1}}));
    EXPECT_EQ(shapes.at("x"), (TypedShape{Type::float32, {1, 1, 5}}));
    EXPECT_EQ(shapes.at("c1_next"), (TypedShape{Type::float32, {1, 1, 8}}));
    for (const ValueInfo& output : graph.outputs)
        EXPECT_EQ(shapes.at(output.name), (TypedShape{output.type, output.shape})) << output.name;
}

TEST(InferShapes, NamesWhatIsWrong) {
    Graph good = to_graph(random_model(Cell::gru, 1, 0));
    Graph bad = good;
    bad.inputs[1].shape = {1, 1, 9};
    EXPECT_EQ(shape_error_of(bad),
              "m.onnx: node 'gru' (GRU, opset 17): has initial_h of float32 [1, 1, 9]; expected "
              "float32 [1, 1, 8]");
    bad = good;
    bad.inputs[0].shape = {-1};
    EXPECT_EQ(shape_error_of(bad), "m.onnx: leaves a dimension of input 'token' open, [-1]");
    EXPECT_EQ(shape_error_of(with_static_inputs(bad, 1, "m")), "no error");
    bad = good;
    bad.opset = 8;
    EXPECT_EQ(shape_error_of(bad),
              "m.onnx: node 'one_hot' (OneHot, opset 8): is supported from opset 9 on");
    bad = good;
    bad.inputs.push_back({"shape", Type::int64, {1}});
    bad.nodes.push_back({"fill", "ConstantOfShape", "", {"shape"}, {"filled"}, {}});
    EXPECT_EQ(shape_error_of(bad),
              "m.onnx: node 'fill' (ConstantOfShape, opset 17): needs a constant for input 0; "
              "an input of the model becomes a constant by --set shape=NUMBERS");
}

// x [?, 3] -> zeros as long as x by the way of its shape, an Identity, a dead node.
Graph shape_soup() {
    Graph graph;
    graph.opset = 13;
    graph.inputs = {{"x", Type::float32, {-1, 3}}};
    graph.outputs = {{"y", Type::float32, {}, false}};
    graph.initializers = {{"zero", int64s({}, {0})},
                          {"axis", int64s({1}, {0})},
                          {"unused", int64s({1}, {0})},
                          {"three", int64s({1}, {3})},
                          {"weight", floats({2, 3}, {1, 2, 3, 4, 5, 6})}};
    graph.nodes = {
        {"shape", "Shape", "", {"x"}, {"size"}, {}},
        {"rows", "Gather", "", {"size", "zero"}, {"rows_scalar"}, {}},
        {"list", "Unsqueeze", "", {"rows_scalar", "axis"}, {"rows_list"}, {}},
        {"both", "Concat", "", {"rows_list", "three"}, {"both_sizes"}, {{"axis", int64_t{0}}}},
        {"ones", "ConstantOfShape", "", {"both_sizes"}, {"filled"}, {{"value", floats({1}, {2})}}},
        {"same", "Identity", "", {"x"}, {"x_same"}, {}},
        {"dead", "Neg", "", {"x"}, {"nowhere"}, {}},
        {"flip", "Transpose", "", {"weight"}, {"flipped"}, {}},
        {"sum", "Add", "", {"x_same", "filled"}, {"x_sum"}, {}},
        {"product", "MatMul", "", {"x_sum", "flipped"}, {"y"}, {}},
    };
    return graph;
}

TEST(FoldConstants, LeavesWhatComputes) {
    Graph graph = with_static_inputs(shape_soup(), 1, "m");
    EXPECT_EQ(graph.outputs[0].shape, (std::vector<int64_t>{1, 2}));
    Graph folded = fold_constants(graph, "m");
    ASSERT_EQ(folded.nodes.size(), 2u);
    EXPECT_EQ(folded.nodes[0].inputs, (std::vector<std::string>{"x", "filled"}));
    EXPECT_EQ(folded.nodes[1].op, "MatMul");
    EXPECT_EQ(folded.initializers.size(), 2u);
    EXPECT_EQ(folded.initializers.at("filled"), floats({1, 3}, {2, 2, 2}));
    EXPECT_EQ(folded.initializers.at("flipped"), floats({3, 2}, {1, 4, 2, 5, 3, 6}));
    std::map<std::string, Tensor> inputs = {{"x", floats({1, 3}, {1, -1, 0.5f})}};
    EXPECT_EQ(evaluate(folded, inputs), evaluate(graph, inputs));
}

TEST(FoldConstants, KeepsOutputsByName) {
    Graph graph;
    graph.opset = 17;
    graph.inputs = {{"x", Type::float32, {1}}};
    graph.outputs = {{"same", Type::float32, {1}}, {"fixed", Type::float32, {1}}};
    graph.initializers = {{"w", floats({1}, {4})}};
    graph.nodes = {{"copy", "Identity", "", {"x"}, {"same"}, {}},
                   {"root", "Sqrt", "", {"w"}, {"fixed"}, {}}};
    Graph folded = fold_constants(graph);
    ASSERT_EQ(folded.nodes.size(), 1u);
    EXPECT_EQ(folded.initializers.at("fixed"), floats({1}, {2}));
    EXPECT_EQ(evaluate(folded, {{"x", floats({1}, {7})}}).at("same"),
              Tensor::of<double>(Type::float64, {1}, {7}));
}

TEST(FoldConstants, LeavesOurOwnGraphsAlone) {
    for (Cell cell : {Cell::gru, Cell::lstm}) {
        Graph graph = to_graph(random_model(cell, 2, 0));
        EXPECT_EQ(fold_constants(graph), graph);
    }
}

TEST(FoldConstants, DoesNotMakeGiants) {
    Graph graph;
    graph.opset = 17;
    graph.inputs = {{"x", Type::float32, {1}}};
    graph.outputs = {{"y", Type::float32, {}, false}};
    graph.initializers = {{"size", int64s({2}, {1 << 19, 1 << 19})}};
    graph.nodes = {{"fill", "ConstantOfShape", "", {"size"}, {"filled"}, {}},
                   {"add", "Add", "", {"x", "filled"}, {"y"}, {}}};
    EXPECT_EQ(fold_constants(graph).nodes.size(), 2u);
    EXPECT_THROW(evaluate(graph, {{"x", floats({1}, {0})}}), Error);
}

// What a small file makes by doubling is bounded; what is small still folds after that.
TEST(FoldConstants, StopsWhereASmallFileGrowsLarge) {
    Graph graph;
    graph.opset = 17;
    graph.inputs = {{"x", Type::float32, {1}}};
    graph.outputs = {{"y", Type::float32, {}, false}, {"two", Type::float32, {}, false}};
    graph.initializers = {{"t0", floats({1}, {1})}};
    for (int i = 0; i < 25; i++)
        graph.nodes.push_back({"",
                               "Concat",
                               "",
                               {"t" + std::to_string(i), "t" + std::to_string(i)},
                               {"t" + std::to_string(i + 1)},
                               {{"axis", int64_t{0}}}});
    graph.nodes.push_back({"add", "Add", "", {"x", "t25"}, {"y"}, {}});
    graph.nodes.push_back({"sum", "Add", "", {"t0", "t0"}, {"two"}, {}});
    const Graph folded = fold_constants(graph);
    int64_t made = 0;
    for (const auto& [name, tensor] : folded.initializers) made += tensor.element_count();
    EXPECT_LE(made, int64_t{1} << 24);
    EXPECT_EQ(folded.initializers.at("two"), floats({1}, {2}));
}

}  // namespace
}  // namespace quillet
