// Steps from many states at once are those from each alone, bit for bit, in every form that the processor
// has.
// SPDX-License-Identifier: MIT
#include "run/batch.h"

#include <gtest/gtest.h>

#include <random>

#include "base/file.h"
#include "run/test_plans.h"

namespace quillet {
namespace {

std::vector<quillet_batch_form> forms() {
    std::vector<quillet_batch_form> all;
    for (int form = QUILLET_BATCH_PLAIN; form <= quillet_batch_fastest(); form++)
        all.push_back(static_cast<quillet_batch_form>(form));
    return all;
}

TEST(BatchProduct, IsThePlainSum) {
    std::mt19937 random(1);
    const auto byte = [&] { return static_cast<int8_t>(static_cast<int>(random() % 255) - 127); };
    for (quillet_batch_form form : forms()) {
        for (const auto& [rows, columns, count] :
             {std::tuple{1, 1, 1}, {7, 5, 3}, {16, 4, 4}, {33, 40, 9}, {64, 131, 13}}) {
            std::vector<int8_t> weights(static_cast<size_t>(rows) * columns);
            for (int8_t& w : weights) w = random() % 8 == 0 ? -128 : byte();
            std::vector<std::vector<int8_t>> x(static_cast<size_t>(count));
            // One more than there are rows, to see that nothing is written there.
            std::vector<std::vector<int32_t>> acc(x.size(), std::vector<int32_t>(rows + 1, 77));
            std::vector<const int8_t*> from;
            std::vector<int32_t*> to;
            for (size_t i = 0; i < x.size(); i++) {
                for (int c = 0; c < columns; c++) x[i].push_back(i == 0 ? 127 : byte());
                from.push_back(x[i].data());
                to.push_back(acc[i].data());
            }
            std::vector<uint8_t> packed(quillet_batch_packed_bytes(form, rows, columns));
            std::vector<uint32_t> scratch(quillet_batch_scratch_bytes(form, columns, count) / 4);
            quillet_batch_pack(form, packed.data(), weights.data(), rows, columns);
            quillet_batch_product(form, to.data(), packed.data(), from.data(), count, rows, columns,
                                  scratch.data());
            for (size_t i = 0; i < x.size(); i++) {
                for (int row = 0; row < rows; row++) {
                    int32_t sum = 0;
                    for (int c = 0; c < columns; c++)
                        sum += weights[static_cast<size_t>(row) * columns + c] * x[i][c];
                    ASSERT_EQ(acc[i][row], sum) << "form " << form << ", " << rows << " rows";
                }
                EXPECT_EQ(acc[i][rows], 77);
            }
        }
    }
}

// Each lane has tokens of its own; fewer and fewer lanes take part.
void expect_single_steps(const Plan& plan, size_t width, int steps, bool shares) {
    for (quillet_batch_form form : forms()) {
        const BatchPlan shared(plan, form);
        EXPECT_EQ(shared.shared_products() > 0, shares) << plan.name;
        BatchExecutor batch(shared, width);
        std::mt19937 random(7);
        const auto vocabulary = static_cast<size_t>(plan.alphabet.size());
        std::vector<std::vector<int>> tokens;
        for (int step = 0; step < steps; step++) {
            tokens.emplace_back();
            for (size_t i = 0; i < width - static_cast<size_t>(step) % width; i++)
                tokens.back().push_back(static_cast<int>(random() % vocabulary));
        }
        std::vector<std::vector<int32_t>> logits(width);
        for (const std::vector<int>& of : tokens) {
            batch.step(of);
            for (size_t i = 0; i < of.size(); i++)
                logits[i].insert(logits[i].end(), batch.logits(i).begin(), batch.logits(i).end());
        }
        for (size_t i = 0; i < width; i++) {
            Executor single(plan);
            std::vector<int32_t> expected, one(vocabulary);
            for (const std::vector<int>& of : tokens) {
                if (i >= of.size()) continue;
                single.step(of[i], one.data());
                expected.insert(expected.end(), one.begin(), one.end());
            }
            ASSERT_EQ(logits[i], expected) << plan.name << ", form " << form << ", lane " << i;
            std::vector<std::byte> state(single.state_bytes()), other(state.size());
            single.get_state(state.data());
            batch.lane(i).get_state(other.data());
            EXPECT_EQ(state, other) << plan.name << ", form " << form << ", lane " << i;
        }
    }
}

TEST(Batch, StepsAsEachStateAlone) {
    for (const auto& [name, graph] : integer_test_graphs())
        expect_single_steps(make_plan(graph, name, name), 9, 12, true);
    // What has no integer product steps all the same, each lane for itself.
    for (const auto& [name, graph] : test_graphs())
        expect_single_steps(make_plan(graph, name, name), 3, 4, false);
    // Weights packed for a device, those in strips.
    const Graph strips = to_graph(random_integer_model(Cell::gru, 2, 37, 8, 2));
    expect_single_steps(make_plan(strips, "strips", "strips", Target::rp2040), 3, 4, false);
}

TEST(Batch, StepsOfTheModelsThatShip) {
    for (const char* name : {"names", "quotes-small", "quotes", "scots"}) {
        const std::string file = std::string(QUILLET_SOURCE_DIR "/models/") + name + ".onnx";
        expect_single_steps(make_plan(read_onnx(read_file(file), file), name, file), 6, 3, true);
    }
}

}  // namespace
}  // namespace quillet
