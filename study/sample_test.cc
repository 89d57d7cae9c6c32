// Lines sampled together are those that a line writer writes one by one.
// SPDX-License-Identifier: MIT
#include "study/sample.h"

#include <gtest/gtest.h>

#include "base/utf8.h"
#include "run/generate.h"
#include "run/score.h"
#include "run/test_plans.h"

namespace quillet::study {
namespace {

std::vector<SamplingSettings> settings() {
    std::vector<SamplingSettings> all(5);
    all[0].temperature = 1;
    all[1].temperature = 0;
    all[2].top_k = 3;
    all[3].top_p = 0.8;
    all[4].min_p = 0.2;
    for (SamplingSettings& one : all) one.max_length = 12;
    all[4].max_length = 1;
    return all;
}

void expect_single_lines(const Plan& plan) {
    const auto all = settings();
    const Sampled result = sample_lines(plan, all, 40, 4294967290U, 1);
    for (size_t s = 0; s < all.size(); s++)
        for (uint32_t i = 0; i < 40; i++)
            EXPECT_EQ(result.samples[s].lines[i], LineWriter(plan, all[s], 4294967290U + i).next())
                << all[s].text() << ", line " << i;
    EXPECT_LT(result.steps, result.tokens);
}

TEST(Sample, IsWhatALineWriterWrites) {
    expect_single_lines(make_plan(cell_by_operators(), "m", "m"));
    expect_single_lines(
        make_plan(to_graph(random_integer_model(Cell::gru, 1, 16, 4, 1)), "m", "m"));
    expect_single_lines(
        make_plan(to_graph(random_integer_model(Cell::lstm, 2, 16, 8, 2)), "m", "m"));
}

TEST(Sample, DoesNotDependOnThreads) {
    const Plan plan = make_plan(cell_by_operators(), "m", "m");
    const Sampled one = sample_lines(plan, settings(), 3000, 7, 1),
                  three = sample_lines(plan, settings(), 3000, 7, 3);
    for (size_t s = 0; s < one.samples.size(); s++) {
        EXPECT_EQ(one.samples[s].lines, three.samples[s].lines);
        EXPECT_EQ(one.samples[s].bits, three.samples[s].bits);
    }
    EXPECT_EQ(one.steps, three.steps);
}

TEST(Sample, TellsBitsAsScoreDoes) {
    const Plan plan = make_plan(cell_by_operators(), "m", "m");
    SamplingSettings setting;
    setting.temperature = 1;
    const Sampled result = sample_lines(plan, {setting}, 20, 3, 1);
    for (size_t i = 0; i < 20; i++) {
        const std::string& line = result.samples[0].lines[i];
        EXPECT_NEAR(result.samples[0].bits[i], score(plan, decode_utf8(line + "\n", "")).bits,
                    0.01 * static_cast<double>(line.size() + 1));
    }
}

}  // namespace
}  // namespace quillet::study
