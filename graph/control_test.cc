// If, Loop and Scan as the nodes of their graphs.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "graph/evaluate.h"
#include "graph/shapes.h"
#include "graph/subgraph.h"
#include "graph/test_one_node.h"

namespace quillet {
namespace {

int count_of_op(const Graph& graph, const std::string& op) {
    return static_cast<int>(std::count_if(graph.nodes.begin(), graph.nodes.end(),
                                          [&](const Node& node) { return node.op == op; }));
}

Subgraph nested(Graph graph) {
    return {std::make_shared<const Graph>(std::move(graph))};
}

ValueInfo any(const std::string& name) {
    return {name, kUnknownType, {}, false};
}

// y = x, then `turns` times y * w transposed; the condition `go` is true at first and then `again`.
Graph powers(int64_t turns, const std::string& again = "go") {
    Graph body;
    body.inputs = {any("i"), any("go"), any("s")};
    body.outputs = {any("go2"), any("s2")};
    body.nodes = {{"t", "Transpose", "", {"w"}, {"wt"}, {}},
                  {"m", "MatMul", "", {"s", "wt"}, {"s2"}, {}},
                  {"g", "Identity", "", {again}, {"go2"}, {}}};
    Graph graph;
    graph.name = "m.onnx";
    graph.opset = 17;
    graph.inputs = {
        {"x", Type::float32, {1, 2}}, {"w", Type::float32, {2, 2}}, {"other", Type::boolean, {}}};
    graph.outputs = {{"y", Type::float32, {1, 2}}};
    graph.initializers["n"] = Tensor::of(Type::int64, {}, std::vector<int64_t>{turns});
    graph.initializers["yes"] = booleans({}, {1});
    graph.nodes = {{"loop", "Loop", "", {"n", "yes", "x"}, {"y"}, {{"body", nested(body)}}}};
    return graph;
}

Graph choice() {
    Graph yes, no;
    yes.nodes = {{"", "Neg", "", {"x"}, {"a"}, {}}};
    yes.outputs = {any("a")};
    no.nodes = {{"", "Abs", "", {"x"}, {"b"}, {}}};
    no.outputs = {any("b")};
    Graph graph;
    graph.name = "m.onnx";
    graph.opset = 17;
    graph.inputs = {{"x", Type::float32, {2}}, {"c", Type::boolean, {}}};
    graph.outputs = {{"y", Type::float32, {2}}};
    graph.nodes = {{"if",
                    "If",
                    "",
                    {"c"},
                    {"y"},
                    {{"then_branch", nested(yes)}, {"else_branch", nested(no)}}}};
    return graph;
}

const Tensor kVector = floats({1, 2}, {1, 2}), kMatrix = floats({2, 2}, {1, 2, 3, 4});

TEST(Control, AConstantConditionLeavesItsBranch) {
    Graph graph = choice();
    graph.inputs.pop_back();
    for (uint8_t truth : {1, 0}) {
        graph.initializers["c"] = booleans({}, {truth});
        const Graph folded = fold_constants(graph);
        EXPECT_EQ(count_of_op(folded, "Neg"), truth);
        EXPECT_EQ(count_of_op(folded, "Abs"), 1 - truth);
        EXPECT_EQ(count_of_op(folded, "Where"), 0);
    }
}

TEST(Control, AComputedConditionChooses) {
    EXPECT_EQ(count_of_op(fold_constants(choice()), "Where"), 1);
    const Tensor x = floats({2}, {-1, 2});
    for (uint8_t truth : {1, 0}) {
        const Tensor y = evaluate(choice(), {{"x", x}, {"c", booleans({}, {truth})}}).at("y");
        EXPECT_EQ(y.values<double>(),
                  truth ? (std::vector<double>{1, -2}) : (std::vector<double>{1, 2}));
    }
}

TEST(Control, ALoopMakesOnceWhatNoTurnChanges) {
    const Graph folded = fold_constants(powers(5));
    EXPECT_EQ(count_of_op(folded, "MatMul"), 5);
    EXPECT_EQ(count_of_op(folded, "Transpose"), 1);
    EXPECT_EQ(count_of_op(folded, "Where"), 0);
}

TEST(Control, ALoopStopsWhereItsConditionSaysSo) {
    auto run = [](const std::string& again, uint8_t other) {
        return evaluate(powers(3, again),
                        {{"x", kVector}, {"w", kMatrix}, {"other", booleans({}, {other})}})
            .at("y")
            .values<double>();
    };
    const std::vector<double> once = {5, 11}, thrice = {145, 317};
    EXPECT_EQ(run("go", 0), thrice);
    EXPECT_EQ(run("other", 1), thrice);
    EXPECT_EQ(run("other", 0), once);
    const Graph folded = fold_constants(powers(3, "other"));
    EXPECT_EQ(count_of_op(folded, "MatMul"), 3);
    EXPECT_EQ(count_of_op(folded, "Where"), 2);  // the first turn is always made
}

TEST(Control, TooManyTurnsAreRefused) {
    try {
        fold_constants(powers(int64_t{1} << 62), "m.onnx");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.where(), "m.onnx: node 'loop' (Loop, opset 17)");
        EXPECT_NE(std::string(error.what()).find("unrolls"), std::string::npos);
    }
}

// What Error says of the graph; "" where there is none.
std::string complaint(const Graph& graph) {
    try {
        fold_constants(graph);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

// Branches that read constants alone: what one run computes is not what the next one gets.
TEST(Control, AnEvaluatorChoosesAnewInEachRun) {
    Graph graph = choice();
    graph.initializers["k"] = floats({2}, {5, 6});
    for (const char* name : {"then_branch", "else_branch"}) {
        Graph branch = *std::get<Subgraph>(graph.nodes[0].attributes.at(name)).graph;
        branch.nodes[0].inputs = {"k"};
        if (name[0] == 't') branch.nodes[0].op = "Neg";
        graph.nodes[0].attributes[name] = nested(branch);
    }
    const Evaluator evaluator(graph, "m.onnx");
    for (bool truth : {true, false, true}) {
        const auto values = evaluator.run(
            {{"x", floats({2}, {-1, 2})}, {"c", booleans({}, {static_cast<uint8_t>(truth)})}});
        EXPECT_EQ(values.at("y").numbers,
                  truth ? std::vector<double>({-5, -6}) : std::vector<double>({5, 6}));
    }
}

TEST(Control, ConstantsThatEachTurnRepeatsAreCounted) {
    const int64_t count = 1 << 20;  // 16 MB a turn, as the bytes and as a Value
    Graph body, yes = *std::get<Subgraph>(choice().nodes[0].attributes.at("then_branch")).graph;
    yes.initializers["big"] = Tensor::of(Type::int64, {count}, std::vector<int64_t>(count));
    yes.initializers["at"] = Tensor::of(Type::int64, {}, std::vector<int64_t>{0});
    yes.nodes = {{"g", "Gather", "", {"big", "at"}, {"one"}, {}},
                 {"c", "Cast", "", {"one"}, {"number"}, {{"to", int64_t{1}}}},
                 {"a", "Add", "", {"s", "number"}, {"a"}, {}}};
    Graph no;
    no.nodes = {{"b", "Neg", "", {"s"}, {"b"}, {}}};
    no.outputs = {any("b")};
    body.inputs = {any("i"), any("go"), any("s")};
    body.outputs = {any("go"), any("s2")};
    body.nodes = {{"if",
                   "If",
                   "",
                   {"other"},
                   {"s2"},
                   {{"then_branch", nested(yes)}, {"else_branch", nested(no)}}}};
    for (int64_t turns : {3, 50}) {
        Graph graph = powers(turns);
        graph.nodes[0].attributes["body"] = nested(body);
        const std::string said = complaint(graph);
        EXPECT_EQ(said.find("MB of constants") != std::string::npos, turns == 50) << said;
    }
}

TEST(Control, WhatTurnsGoThroughIsCounted) {
    Graph body;
    body.inputs = {any("s"), any("v")};
    body.outputs = {any("s2")};
    body.nodes = {{"a", "Add", "", {"s", "v"}, {"s2"}, {}}};
    for (int i = 0; i < 1 << 12; i++) body.initializers["k" + std::to_string(i)] = floats({}, {1});
    for (int64_t turns : {3, 512}) {
        Graph graph;
        graph.name = "m.onnx";
        graph.opset = 17;
        graph.inputs = {{"x", Type::float32, {1}}, {"xs", Type::float32, {turns, 1}}};
        graph.outputs = {{"y", Type::float32, {1}}};
        graph.nodes = {{"scan",
                        "Scan",
                        "",
                        {"x", "xs"},
                        {"y"},
                        {{"body", nested(body)}, {"num_scan_inputs", int64_t{1}}}}};
        const std::string said = complaint(graph);
        EXPECT_EQ(said.find("to go through") != std::string::npos, turns == 512) << said;
    }
}

TEST(Control, ANodeReadsWhatItsGraphsRead) {
    const Graph graph = powers(1, "other");
    EXPECT_EQ(values_read(graph.nodes[0]),
              (std::vector<std::string>{"n", "yes", "x", "w", "other"}));
    const Node node = with_new_names(graph.nodes[0], {{"w", "v"}, {"s", "z"}}, "m.onnx");
    EXPECT_EQ(values_read(node), (std::vector<std::string>{"n", "yes", "x", "v", "other"}));
    EXPECT_THROW(with_new_names(graph.nodes[0], {{"w", "s2"}}, "m.onnx"), Error);
}

}  // namespace
}  // namespace quillet
