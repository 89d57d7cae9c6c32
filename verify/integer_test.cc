// Integer models in every runtime that is here: the same bits, and what is said where they are not.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>

#include "integer/test_integer_models.h"
#include "verify/loop_runtime.h"
#include "verify/test_runtimes.h"
#include "verify/verify.h"

namespace quillet {
namespace {

struct Kind {
    Cell cell;
    int layers, bits;
};

class IntegerModels : public testing::TestWithParam<Kind> {};

void expect_same(const IntegerModel& model) {
    TestSubject tiny(to_graph(model));
    std::vector<Candidate> candidates;
    for (const RuntimeRow& row : runtimes())
        if (!row.set) candidates.push_back(row.open(tiny.subject()));
    VerifyOptions options;
    options.lines = 4;
    options.max_length = 40;
    options.slow_lines = 12;
    const VerifyReport report = verify(tiny.subject(), std::move(candidates), options,
                                       [](const std::string&, uint64_t, uint64_t) {});
    EXPECT_TRUE(report.same());
    for (const RuntimeReport& row : report.runtimes) {
        SCOPED_TRACE(row.name + " " + row.absent + row.failure);
        if (!row.absent.empty()) {
            std::printf("%s: not run: %s\n", row.name.c_str(), row.absent.c_str());
            continue;
        }
        EXPECT_TRUE(row.same());
        EXPECT_EQ(row.exact, row.name != "plan");
        EXPECT_EQ(row.lines, row.name == "emulated RP2040" ? 12u : report.lines);
        EXPECT_EQ(row.rounding, 0u);
        EXPECT_EQ(row.largest_difference, 0);
        EXPECT_GT(row.chars_per_s, 0);
    }
    EXPECT_GT(report.runtimes[0].characters, 4 * report.lines);
}

TEST_P(IntegerModels, WriteTheSameInEveryRuntime) {
    const Kind kind = GetParam();
    expect_same(random_integer_model(kind.cell, kind.layers, 37, kind.bits, 8));
}

// Cells and sizes that differ, layers without state, skips.
TEST(MixedIntegerModels, WriteTheSameInEveryRuntime) {
    expect_same(random_mixed_integer_model(4, 8));
}

std::string name_of_kind(const testing::TestParamInfo<Kind>& kind) {
    return name_of(kind.param.cell) + std::to_string(kind.param.layers) + "_" +
           std::to_string(kind.param.bits);
}

INSTANTIATE_TEST_SUITE_P(Cells, IntegerModels,
                         testing::Values(Kind{Cell::gru, 1, 8}, Kind{Cell::gru, 2, 4},
                                         Kind{Cell::lstm, 1, 2}, Kind{Cell::lstm, 2, 8},
                                         Kind{Cell::rnn, 2, 4}, Kind{Cell::rnn_relu, 1, 8}),
                         name_of_kind);

// The report of instruction sets, which run on request alone.
VerifyReport report_of_sets(const TestSubject& tiny, const std::vector<std::string>& names) {
    std::vector<Candidate> candidates;
    for (const RuntimeRow& row : runtimes())
        if (std::find(names.begin(), names.end(), row.name) != names.end()) {
            EXPECT_TRUE(row.set);
            candidates.push_back(row.open(tiny.subject()));
        }
    EXPECT_EQ(candidates.size(), names.size());
    VerifyOptions options;
    options.lines = 2;
    return verify(tiny.subject(), std::move(candidates), options,
                  [](const std::string&, uint64_t, uint64_t) {});
}

// Big-endian and little-endian, with a C library, with system calls alone, without a system, and a chip whose
// serial port is read. The model has the name of a header that they all include.
TEST(InstructionSets, WriteTheSameToo) {
    TestSubject tiny(to_graph(random_integer_model(Cell::gru, 1, 20, 8, 8)), "machine");
    const VerifyReport report = report_of_sets(tiny, {"arm64", "s390x", "arm64be", "rv32", "avr"});
    for (const RuntimeReport& row : report.runtimes) {
        SCOPED_TRACE(row.name + " " + row.absent + row.failure);
        if (!row.absent.empty()) {
            EXPECT_EQ(row.absent.rfind("no ", 0), 0u);  // a tool
            std::printf("%s: not run: %s\n", row.name.c_str(), row.absent.c_str());
            continue;
        }
        EXPECT_TRUE(row.same());
        EXPECT_TRUE(row.exact);
        EXPECT_EQ(row.lines, row.name == "avr (simavr)" ? 12u : report.lines);
    }
}

TEST(InstructionSets, SayWhenAModelDoesNotFit) {
    for (int hidden : {37, 90}) {  // told by the linker, and before it is asked
        TestSubject large(to_graph(random_integer_model(Cell::gru, 1, hidden, 8, 8)));
        const RuntimeReport row = report_of_sets(large, {"avr"}).runtimes.at(0);
        EXPECT_EQ(row.failure, "");
        const bool no_tool = hidden == 37 && row.absent.rfind("no ", 0) == 0;
        EXPECT_TRUE(row.absent.rfind("the model does not fit: ", 0) == 0 || no_tool) << row.absent;
    }
}

// Answers texts of another model.
class OtherModel : public Runtime {
  public:
    explicit OtherModel(const Plan& plan) : runtime_(plan_runtime(plan)) {}
    Results run(const Jobs& jobs, const CountLines& count_line) override {
        EXPECT_TRUE(jobs.traces.empty());
        return runtime_->run(jobs, count_line);
    }

  private:
    std::unique_ptr<Runtime> runtime_;
};

// A runtime that answers no traces is judged by its text: where it parts is named.
TEST(Verify, TextsAloneAreComparedToo) {
    IntegerModel model = random_integer_model(Cell::gru, 1, 37, 8, 8);
    TestSubject tiny(to_graph(model));
    model.output_bias[3] += 400;
    const TestSubject other(to_graph(model));
    std::vector<Candidate> candidates(1);
    candidates[0].name = "other";
    candidates[0].runtime = std::make_unique<OtherModel>(other.plan);
    candidates[0].texts_only = true;
    const VerifyReport report =
        verify(tiny.subject(), std::move(candidates), one_setting("temperature=1"),
               [](const std::string&, uint64_t, uint64_t) {});
    ASSERT_TRUE(report.runtimes[0].difference);
    const Difference& difference = *report.runtimes[0].difference;
    EXPECT_EQ(difference.tensor, "text");
    EXPECT_NE(difference.expected, difference.found);
    EXPECT_GE(difference.character, 1u);
}

}  // namespace
}  // namespace quillet
