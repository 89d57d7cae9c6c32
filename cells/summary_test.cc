// Tests of a model's summary, and of the page that lists the operators.
// SPDX-License-Identifier: MIT
#include "cells/summary.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "cells/test_models.h"
#include "graph/decompose.h"
#include "graph/operators.h"
#include "graph/test_one_node.h"

namespace quillet {
namespace {

const std::string kModels = std::string(QUILLET_SOURCE_DIR) + "/tests/models/";

TEST(Summarize, TellsOfAModelOfOurs) {
    RecurrentModel model = random_model(Cell::lstm, 2, 5);
    Summary summary = summarize(to_graph(model), "m");
    ASSERT_EQ(summary.cells.size(), 2u);
    EXPECT_EQ(summary.cells[1].op, "LSTM");
    EXPECT_EQ(summary.cells[0].inputs, 5);
    EXPECT_EQ(summary.cells[1].inputs, 8);
    EXPECT_EQ(summary.cells[1].hidden, 8);
    EXPECT_EQ(summary.input, "embedding of 5");
    EXPECT_EQ(summary.weights, model.weight_count());
    EXPECT_EQ(summary.values.at("float32"), model.weight_count());
    EXPECT_EQ(summary.constant_bytes, 4 * model.weight_count() + 8);  // and the axis of Squeeze
    EXPECT_EQ(summary.state_bytes, 4 * 4 * 8);
    EXPECT_EQ(summary.operators, (std::map<std::string, int64_t>{{"Add", 1},
                                                                 {"Gather", 1},
                                                                 {"LSTM", 2},
                                                                 {"MatMul", 1},
                                                                 {"Squeeze", 1},
                                                                 {"Unsqueeze", 1}}));
    EXPECT_GE(summary.largest[0].bytes, summary.largest[1].bytes);
    EXPECT_TRUE(summary.unsupported.empty());
    EXPECT_EQ(summary.problem, "");
}

TEST(Summarize, TellsOfPyTorchsModels) {
    std::string file = kModels + "gru2-embedding-state-batchfirst-dynamic-opset14.onnx";
    Summary summary = summarize(read_onnx(read_file(file), file), file);
    ASSERT_EQ(summary.cells.size(), 2u);
    EXPECT_EQ(summary.cells[0].op, "GRU");
    EXPECT_TRUE(summary.cells[0].linear_before_reset);
    EXPECT_EQ(summary.input, "embedding of 6");
    EXPECT_EQ(summary.state_bytes, 2 * 4 * 8);
    EXPECT_EQ(summary.problem, "");
}

TEST(Summarize, CountsEveryStateWhateverTheToken) {
    Graph graph = to_graph(random_model(Cell::lstm, 2, 5));
    graph.inputs.at(0).type = Type::int32;
    EXPECT_EQ(summarize(graph, "m").state_bytes, 4 * 4 * 8);
    // A one-hot vector of three characters, a state of two numbers.
    graph = {};
    graph.opset = 13;
    graph.inputs = {{"x", Type::float32, {1, 3}}, {"h", Type::float32, {1, 2}}};
    graph.outputs = {{"logits", Type::float32, {1, 3}}, {"h_next", Type::float32, {1, 2}}};
    graph.initializers = {{"W", floats({3, 2}, {1, 2, 3, 4, 5, 6})},
                          {"V", floats({2, 3}, {1, 2, 3, 4, 5, 6})}};
    graph.nodes = {{"in", "MatMul", "", {"x", "W"}, {"a"}, {}},
                   {"next", "Add", "", {"a", "h"}, {"h_next"}, {}},
                   {"out", "MatMul", "", {"h_next", "V"}, {"logits"}, {}}};
    EXPECT_EQ(summarize(graph, "m").state_bytes, 2 * 4);
}

TEST(Summarize, NamesWhatIsNotSupported) {
    Graph graph = OneNode{"NonZero"}.graph({floats({1}, {1})});
    Summary summary = summarize(graph, "m");
    ASSERT_EQ(summary.unsupported.size(), 1u);
    EXPECT_EQ(summary.unsupported[0].node, "n");
    EXPECT_EQ(summary.unsupported[0].op, "NonZero");
    EXPECT_EQ(summary.problem, "m: node 'n' (NonZero, opset 17): is not a supported operator");
    graph = OneNode{"Add"}.graph({floats({2}, {1, 2}), floats({3}, {1, 2, 3})});
    summary = summarize(graph, "m");
    EXPECT_TRUE(summary.unsupported.empty());
    EXPECT_NE(summary.problem.find("do not broadcast"), std::string::npos);
}

// The same weights are the same bytes, today as when these files were kept; they also seed the
// fuzzer. After a change of the format on purpose: QUILLET_KEEP=1 graph_test --gtest_filter=Golden*
TEST(Golden, OurFilesStayTheSame) {
    for (auto [name, cell, layers, embedding] :
         {std::tuple("quillet-gru.onnx", Cell::gru, 1, 0),
          std::tuple("quillet-lstm2.onnx", Cell::lstm, 2, 4)}) {
        std::string bytes = write_onnx(to_graph(random_model(cell, layers, embedding)));
        if (std::getenv("QUILLET_KEEP")) write_file(kModels + name, bytes);
        EXPECT_EQ(sha256_hex(read_file(kModels + name)), sha256_hex(bytes)) << name;
    }
}

TEST(Documentation, ListsEveryOperator) {
    std::string page = read_file(std::string(QUILLET_SOURCE_DIR) + "/docs/model-file.md");
    page = page.substr(page.find("<!-- operators -->"));
    auto check = [&](std::string_view name, int64_t first) {
        std::string entry = "`" + std::string(name) + "`";
        size_t at = page.find(entry);
        ASSERT_NE(at, std::string::npos) << "docs/model-file.md does not list " << name;
        at = page.find_first_not_of(" \n", at + entry.size());
        std::string since = "(" + std::to_string(first) + ")";
        EXPECT_EQ(page.substr(at, since.size()) == since, first > 7)
            << name << " is of opset " << first;
    };
    for (const Operator& row : operators()) check(row.name, row.since);
    for (const Decomposition& row : decompositions())
        if (!find_operator(row.op)) check(row.op, row.since);
}

}  // namespace
}  // namespace quillet
