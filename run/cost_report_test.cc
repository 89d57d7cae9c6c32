// Tests of placing weights and of cost reports: budgets kept, results unchanged, bytes as a linker sees
// them.
// SPDX-License-Identifier: MIT
#include "compile/cost_report.h"

#include <gtest/gtest.h>

#include <numeric>

#include "base/error.h"
#include "compile/lower_integer.h"
#include "compile/placement.h"
#include "integer/test_integer_models.h"
#include "integer/test_reference.h"
#include "run/execute.h"

namespace quillet {
namespace {

const TargetRow& rp2040() {
    return row_of(Target::rp2040);
}

Plan placed(const IntegerModel& model, int64_t ram_bytes) {
    Plan plan = lower_integer(model, Target::rp2040, "m", "m.onnx");
    place_weights(plan, rp2040(), ram_bytes);
    return plan;
}

int64_t resident_bytes(const Plan& plan) {
    int64_t bytes = 0;
    for (const Buffer& buffer : plan.buffers) {
        if (buffer.in_ram) bytes += static_cast<int64_t>(buffer.tensor.bytes.size());
    }
    return bytes;
}

int64_t weight_bytes(const Plan& plan) {
    int64_t bytes = 0;
    for (const Buffer& buffer : plan.buffers) {
        if (buffer.storage == Storage::weight)
            bytes += static_cast<int64_t>(buffer.tensor.bytes.size());
    }
    return bytes;
}

void expect_same(const Plan& plan, const IntegerModel& model) {
    Executor executor(plan);
    IntegerReference reference(model);
    std::vector<int32_t> logits(static_cast<size_t>(model.alphabet.size()));
    for (int i = 0; i < 40; i++) {
        executor.step(i % 12, logits.data());
        ASSERT_EQ(logits, reference.step(i % 12)) << "step " << i;
    }
}

TEST(CostReport, PlacesWithinTheBudgetAndChangesNothing) {
    for (int bits : {8, 4, 2}) {
        for (int layers : {1, 2}) {
            const IntegerModel model = random_integer_model(Cell::gru, layers, 77, bits, 3);
            const int64_t whole = weight_bytes(lower_integer(model, Target::rp2040, "m", "m"));
            int64_t before = -1;
            for (int64_t kilobytes : {16, 24, 28, 40, 200}) {
                if (bits == 2 && kilobytes < 24) continue;  // the tables of partial sums alone
                const Plan plan = placed(model, kilobytes * 1024);
                const CostReport report = cost_report_of(plan, rp2040());
                EXPECT_LE(report.ram_bytes + report.stack_bytes, kilobytes * 1024);
                EXPECT_EQ(weight_bytes(plan), whole);
                EXPECT_GE(resident_bytes(plan), before);
                before = resident_bytes(plan);
                expect_same(plan, model);
            }
            EXPECT_EQ(before, whole - 12 * (3 * 77 + 4))
                << "all but the input table and its scales";
        }
    }
}

TEST(CostReport, SaysWhatRamIsNeeded) {
    const IntegerModel model = random_integer_model(Cell::gru, 1, 77, 4, 3);
    try {
        placed(model, 1000);
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("bytes of RAM beside weights; 1000 were given"),
                  std::string::npos)
            << error.what();
    }
}

// Weights that stay in flash are paid for by the word.
TEST(CostReport, FlashCostsCycles) {
    const IntegerModel model = random_integer_model(Cell::lstm, 1, 64, 8, 3);
    const CostReport slow = cost_report_of(placed(model, 9 * 1024), rp2040()),
                     fast = cost_report_of(placed(model, 200 * 1024), rp2040());
    EXPECT_GT(slow.cycles, 2 * fast.cycles);
    EXPECT_GT(fast.cycles, 256 * 64 * 3);
    EXPECT_EQ(slow.flash_bytes, fast.flash_bytes);
    int64_t cycles = 0;
    for (const CostLine& line : fast.lines) cycles += line.cycles + line.wait_cycles;
    EXPECT_EQ(cycles, fast.cycles);
    EXPECT_NE(to_text(fast, rp2040()).find("characters a second at 133 MHz"), std::string::npos);
}

TEST(CostReport, WithoutAnEstimateThereAreNoCycles) {
    const TargetRow& c99 = row_of(Target::c99);
    const CostReport report = cost_report_of(
        lower_integer(random_integer_model(Cell::gru, 1, 9, 4, 1), Target::c99, "m", "m"), c99);
    EXPECT_EQ(report.cycles, 0);
    EXPECT_EQ(to_text(report, c99).find("cycles"), std::string::npos);
}

}  // namespace
}  // namespace quillet
