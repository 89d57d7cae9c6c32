// Plans of integer models against the int64 reference, bit for bit, in every target's layouts.
// SPDX-License-Identifier: MIT
#include "compile/lower_integer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "compile/placement.h"
#include "compile/stream_weights.h"
#include "integer/test_integer_models.h"
#include "integer/test_reference.h"
#include "run/execute.h"

namespace quillet {
namespace {

// `steps` random tokens, the states zero every now and then.
void expect_same(const IntegerModel& model, const Plan& plan, int steps) {
    Executor executor(plan);
    IntegerReference reference(model);
    std::mt19937 random(9);
    std::vector<int32_t> logits(static_cast<size_t>(model.alphabet.size()));
    for (int i = 0; i < steps; i++) {
        if (random() % 50 == 0) {
            executor.reset();
            reference.reset();
        }
        const int token = static_cast<int>(random() % static_cast<unsigned>(model.alphabet.size()));
        executor.step(token, logits.data());
        ASSERT_EQ(logits, reference.step(token)) << "step " << i;
        for (size_t s = 0; s < reference.states().size(); s++) {
            const Tensor state = executor.output(static_cast<int>(s) + 1);
            std::vector<int32_t> values;
            if (state.type == Type::int32) values = state.values<int32_t>();
            if (state.type == Type::int16) {
                for (int16_t value : state.values<int16_t>()) values.push_back(value);
            }
            ASSERT_EQ(values, reference.states()[s])
                << "step " << i << ", " << plan.outputs[s + 1].name;
        }
    }
}

void expect_same(const IntegerModel& model, Target target, int steps) {
    expect_same(model, lower_integer(model, target, "m", "m.onnx"), steps);
}

int count_steps(const Plan& plan, std::string_view kernel) {
    return static_cast<int>(
        std::count_if(plan.steps.begin(), plan.steps.end(),
                      [&](const Step& step) { return step.kernel->name == kernel; }));
}

TEST(LowerInteger, TablesAndOutputsOfFourBits) {
    for (Target target : {Target::c99, Target::rp2040, Target::cortex_m33}) {
        for (auto [table, output] : {std::pair{4, 8}, {8, 4}, {4, 4}}) {
            for (int hidden : {7, 16, 33}) {
                const IntegerModel model =
                    narrowed(random_integer_model(Cell::gru, 1, hidden, 4, 25), table, output);
                const Plan plan = lower_integer(model, target, "m", "m.onnx");
                EXPECT_EQ(count_steps(plan, "quillet_table_row4"), table == 4);
                EXPECT_EQ(count_steps(plan, "quillet_product_int4"), 1 + (output == 4));
                expect_same(model, plan, 200);
            }
        }
    }
}

// Everything streamed, and a part of it resident.
TEST(LowerInteger, StreamedWeightsGiveTheSameBits) {
    const TargetRow& rp2040 = *find_target("rp2040");
    for (Cell cell : {Cell::gru, Cell::lstm}) {
        for (int bits : {8, 4, 2}) {
            for (int hidden : {24, 141}) {
                const IntegerModel model = random_integer_model(cell, 2, hidden, bits, 26);
                for (int64_t ram : {0, 9000}) {
                    Plan plan = lower_integer(model, Target::rp2040, "m", "m.onnx");
                    const int64_t most = stream_bytes(plan);
                    if (ram) place_weights(plan, rp2040, fixed_ram(plan, rp2040) + ram);
                    stream_weights(plan);
                    int streams = 0;
                    for (const Step& step : plan.steps) {
                        if (!std::string_view(step.kernel->name).starts_with("quillet_stream_"))
                            continue;
                        streams++;
                        EXPECT_LE(8 * std::get<IntegerArgument>(step.arguments[5]).value, most);
                    }
                    if (!ram) {
                        EXPECT_EQ(streams, 4);
                    }
                    expect_same(model, plan, 120);
                }
            }
        }
    }
}

// Layers that differ, skips and weights read twice; streamed, and cut between RAM and flash.
TEST(LowerInteger, MixedLayers) {
    const TargetRow& rp2040 = *find_target("rp2040");
    for (int bits : {8, 4, 2}) {
        const IntegerModel model = random_mixed_integer_model(bits, 27);
        for (Target target : {Target::c99, Target::rp2040, Target::cortex_m33})
            expect_same(model, target, 100);
        expect_same(narrowed(model, 4, 8), Target::rp2040, 200);
        for (int64_t ram = 500; ram < 6000; ram += 500) {
            Plan plan = lower_integer(model, Target::rp2040, "m", "m.onnx");
            place_weights(plan, rp2040, fixed_ram(plan, rp2040) + ram);
            stream_weights(plan);
            expect_same(model, plan, 100);
        }
    }
}

TEST(LowerInteger, RunsWhatTheReferenceRuns) {
    for (Target target : {Target::c99, Target::rp2040, Target::cortex_m33}) {
        for (Cell cell : {Cell::gru, Cell::lstm, Cell::rnn, Cell::rnn_relu}) {
            for (int layers : {1, 2, 3}) {
                for (int bits : {8, 4, 2}) {
                    SCOPED_TRACE(name_of(cell) + " " + std::to_string(layers) + " layers, " +
                                 std::to_string(bits) + " bits");
                    const int hidden = 5 + 9 * layers + bits + 3 * static_cast<int>(target);
                    expect_same(random_integer_model(cell, layers, hidden, bits, 21), target, 100);
                }
            }
        }
    }
}

// Every weight at its limit, gates and states at the ends of their ranges.
TEST(LowerInteger, AtTheEndsOfItsRanges) {
    for (Target target : {Target::c99, Target::rp2040}) {
        for (Cell cell : {Cell::gru, Cell::lstm, Cell::rnn, Cell::rnn_relu}) {
            for (int bits : {8, 4, 2}) {
                IntegerModel model = random_integer_model(cell, 2, 67, bits, 22);
                for (IntegerLayer& layer : model.layers) {
                    for (int8_t& q : layer.recurrent.q)
                        q = static_cast<int8_t>((q < 0 ? -1 : 1) * limit_of(bits));
                    for (int8_t& q : layer.input.q) q = static_cast<int8_t>(limit_of(bits));
                }
                model.table.k.assign(12, 0);
                expect_same(model, target, 100);
            }
        }
    }
}

TEST(LowerInteger, LargeModel) {
    expect_same(random_integer_model(Cell::gru, 1, 320, 4, 23), Target::c99, 200);
}

// From some 400 rows on, ternary rows are packed by sixes on a Cortex-M0+.
TEST(LowerInteger, TernaryBySixes) {
    for (Cell cell : {Cell::gru, Cell::lstm}) {
        const IntegerModel model = random_integer_model(cell, 2, 137, 2, 24);
        const Plan plan = lower_integer(model, Target::rp2040, "m", "m.onnx");
        int sixes = 0;
        for (const Step& step : plan.steps)
            sixes += std::string_view(step.kernel->name) == "quillet_product_ternary6";
        EXPECT_EQ(sixes, 3);
        expect_same(model, Target::rp2040, 200);
    }
}

}  // namespace
}  // namespace quillet
