// Every runtime that is here over the whole grid, at small size.
// SPDX-License-Identifier: MIT
#include "verify/verify.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "verify/test_runtimes.h"

namespace quillet {
namespace {

struct FloatKind {
    Cell cell;
    int layers, embedding;
};

class EveryRuntime : public testing::TestWithParam<FloatKind> {};

TEST_P(EveryRuntime, WritesTheSame) {
    TestSubject tiny(calm_model(GetParam().cell, GetParam().layers, GetParam().embedding));
    std::vector<Candidate> candidates;
    for (const RuntimeRow& row : runtimes())
        if (!row.set) candidates.push_back(row.open(tiny.subject()));
    ASSERT_EQ(candidates.size(), 8u);
    VerifyOptions options;
    options.lines = 8;
    options.max_length = 40;
    ASSERT_GE(options.settings.size(), 12u);
    VerifyReport report = verify(tiny.subject(), std::move(candidates), options,
                                 [](const std::string&, uint64_t, uint64_t) {});
    EXPECT_EQ(report.lines, 8 * options.settings.size());
    EXPECT_TRUE(report.same());
    for (const RuntimeReport& row : report.runtimes) {
        SCOPED_TRACE(row.name + " " + row.absent + row.failure);
        if (!row.absent.empty()) {
            EXPECT_NE(row.name, "plan");
            std::printf("%s: not run: %s\n", row.name.c_str(), row.absent.c_str());
            continue;
        }
        EXPECT_TRUE(row.same());
        EXPECT_EQ(row.lines, report.lines);
        EXPECT_LT(row.largest_difference, 1e-5);
        EXPECT_GT(row.chars_per_s, 0);
        EXPECT_EQ(row.exact, row.name == "compiled C");
        EXPECT_LE(row.rounding, row.exact ? 0u : 1u);
    }
    EXPECT_GT(report.runtimes[0].characters, 4 * report.lines)
        << "lines too short to show anything";
}

// A runtime that lacks an operator has nothing to say of the model.
TEST(Verify, TellsARuntimeThatLacksAnOperatorFromOneThatFails) {
    Graph graph = to_graph(calm_model(Cell::gru, 1));
    graph.initializers["scale"] = Tensor::of(Type::float32, {12}, std::vector<float>(12, 1.0f));
    graph.nodes.push_back({"norm", "LayerNormalization", "", {"logits", "scale"}, {"scores"}, {}});
    graph.outputs[0].name = "scores";
    TestSubject tiny(graph);
    std::vector<Candidate> candidates;
    for (const RuntimeRow& row : runtimes())
        if (row.name == "python") candidates.push_back(row.open(tiny.subject()));
    ASSERT_EQ(candidates.size(), 1u);
    if (!candidates[0].runtime) {
        ASSERT_EQ(candidates[0].absent.find("LayerNormalization"), std::string::npos);
        GTEST_SKIP() << candidates[0].absent;
    }
    const VerifyReport report = verify(tiny.subject(), std::move(candidates),
                                       one_setting("temperature=1", 2), [](auto&&...) {});
    EXPECT_EQ(report.runtimes[0].failure, "");
    EXPECT_EQ(report.runtimes[0].absent.find("the Python port has no operator LayerNormalization"),
              0u)
        << report.runtimes[0].absent;
    EXPECT_TRUE(report.same());
}

std::string name_of_float(const testing::TestParamInfo<FloatKind>& kind) {
    return name_of(kind.param.cell) + std::to_string(kind.param.layers);
}

INSTANTIATE_TEST_SUITE_P(Cells, EveryRuntime,
                         testing::Values(FloatKind{Cell::gru, 1, 0}, FloatKind{Cell::gru, 2, 5},
                                         FloatKind{Cell::lstm, 1, 5}, FloatKind{Cell::lstm, 2, 0}),
                         name_of_float);

TEST(Verify, RefusesWhatIsNoCharacterModel) {
    TestSubject tiny(calm_model(Cell::gru, 1));
    Graph without = tiny.graph;
    without.outputs.pop_back();
    ModelUnderTest subject{without, tiny.plan, tiny.path, tiny.folder.path()};
    EXPECT_THROW(verify(subject, {}, {}, {}), Error);
}

TEST(Verify, NamesARuntimeThatDies) {
    TestSubject tiny(calm_model(Cell::gru, 1));
    RuntimeReport row = report_of(tiny,
                                  external_runtime({"sh", "-c", "echo out of paper >&2; exit 3"},
                                                   tiny.path, tiny.folder.path(), 600),
                                  one_setting("temperature=1", 2));
    EXPECT_FALSE(row.same());
    EXPECT_NE(row.failure.find("status 3: out of paper"), std::string::npos) << row.failure;
}

TEST(Verify, EndsARuntimeThatHangs) {
    TestSubject tiny(calm_model(Cell::gru, 1));
    RuntimeReport row = report_of(
        tiny, external_runtime({"sh", "-c", "exec sleep 600"}, tiny.path, tiny.folder.path(), 0.2),
        one_setting("temperature=1", 2));
    EXPECT_FALSE(row.same());
    EXPECT_NE(row.failure.find("printed nothing"), std::string::npos) << row.failure;
}

TEST(Verify, SaysWhatIsNotThere) {
    TestSubject tiny(calm_model(Cell::gru, 1));
    RuntimeReport row = report_of(tiny,
                                  external_runtime({"sh", "-c", "echo no paper >&2; exit 77"},
                                                   tiny.path, tiny.folder.path(), 600),
                                  one_setting("temperature=1", 2));
    EXPECT_TRUE(row.same());
    EXPECT_EQ(row.absent, "no paper");
}

}  // namespace
}  // namespace quillet
