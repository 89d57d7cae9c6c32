// Gradients against finite differences in double and against PyTorch's.
// SPDX-License-Identifier: MIT
#include "train/pass.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/instructions.h"
#include "train/random.h"

namespace quillet::train {
namespace {

// A batch of random characters, every sixth of them a line's start; the last stream ends early.
Batch random_batch(const Shape& shape, int streams, int steps) {
    Batch batch(streams, steps);
    Random random(7, 7);
    auto V = static_cast<uint64_t>(shape.vocabulary);
    for (size_t i = 0; i < batch.tokens.size(); i++) {
        batch.tokens[i] = static_cast<uint8_t>(random.below(6) == 0 ? 0 : random.below(V));
        batch.targets[i] = static_cast<uint8_t>(random.below(V));
        batch.counted[i] = 1;
    }
    batch.counted.back() = 0;
    return batch;
}

// Loss and gradients of one window, its states given, by `passes` passes that share the streams.
struct Window {
    Window(const Shape& shape, int streams, int steps, int passes,
           Instructions instructions = Instructions::best)
        : layout(shape),
          batch(random_batch(shape, streams, steps)),
          workers(passes),
          prepared(layout, kernels_for<double>(instructions)) {
        Random random(3, 3);
        for (int i = 0; i < passes; i++) {
            int first = streams * i / passes, end = streams * (i + 1) / passes;
            parts.push_back(std::make_unique<Pass<double>>(layout, first, end - first, steps,
                                                           kernels_for<double>(instructions)));
            states.push_back(parts.back()->states());
            for (double& state : states.back()) state = random.uniform() - 0.5;
        }
        for (int64_t i = 0; i < layout.size; i++) parameters.push_back(0.8 * random.normal());
    }

    double loss() {
        prepared.take(parameters.data(), nullptr, workers);
        double sum = 0;
        for (size_t i = 0; i < parts.size(); i++) {
            parts[i]->set_states(states[i]);
            sum += parts[i]->forward(prepared, batch, dropout);
        }
        return sum;
    }

    std::vector<double> gradient() {
        loss();
        std::vector<double> sum(parameters.size()), part(parameters.size());
        for (auto& pass : parts) {
            pass->backward(prepared, 1.0, part.data());
            for (size_t i = 0; i < sum.size(); i++) sum[i] += part[i];
        }
        return sum;
    }

    Layout layout;
    Batch batch;
    Workers workers;
    PackedWeights<double> prepared;
    Dropout dropout;
    std::vector<std::unique_ptr<Pass<double>>> parts;
    std::vector<std::vector<double>> states;
    std::vector<double> parameters;
};

// The largest difference in a tensor, relative to the tensor's largest gradient.
void expect_near(const Layout& layout, const std::vector<double>& gradient,
                 const std::vector<double>& expected, double tolerance) {
    for (const Slot& slot : layout.all()) {
        double largest = 0, difference = 0;
        for (int64_t i = slot.offset; i < slot.offset + slot.size(); i++) {
            auto at = static_cast<size_t>(i);
            largest = std::max(largest, std::abs(expected[at]));
            difference = std::max(difference, std::abs(gradient[at] - expected[at]));
        }
        EXPECT_GT(largest, 0) << slot.name;
        EXPECT_LT(difference, tolerance * largest) << slot.name;
    }
}

void compare_with_finite_differences(const Shape& shape, float dropout) {
    SCOPED_TRACE(name_of(shape.cell) + ", layers " + std::to_string(shape.layers) + ", embedding " +
                 std::to_string(shape.embedding) + ", dropout " + std::to_string(dropout));
    Window window(shape, 3, 8, 1);
    window.dropout = {dropout, 42};
    std::vector<double> gradient = window.gradient(), measured;
    constexpr double kStep = 1e-5;
    for (double& parameter : window.parameters) {
        double kept = parameter;
        parameter = kept + kStep;
        double above = window.loss();
        parameter = kept - kStep;
        measured.push_back((above - window.loss()) / (2 * kStep));
        parameter = kept;
    }
    expect_near(window.layout, gradient, measured, 1e-5);
}

TEST(Pass, AgreesWithFiniteDifferencesInEveryTensor) {
    for (Cell cell : {Cell::gru, Cell::lstm, Cell::rnn, Cell::rnn_relu})
        for (int layers : {1, 2})
            for (int embedding : {0, 4})
                for (float dropout : {0.f, 0.3f})
                    compare_with_finite_differences(Shape{cell, 7, 5, layers, embedding}, dropout);
}

void compare_shared_streams(const Shape& shape, int streams) {
    SCOPED_TRACE(name_of(shape.cell) + " of " + std::to_string(shape.hidden));
    Window one(shape, streams, 7, 1), three(shape, streams, 7, 3);
    one.dropout = three.dropout = {0.25f, 5};
    for (auto& states : one.states) std::fill(states.begin(), states.end(), 0.0);
    for (auto& states : three.states) std::fill(states.begin(), states.end(), 0.0);
    for (double& parameter : one.parameters) parameter *= shape.hidden > 100 ? 0.2 : 1;
    three.parameters = one.parameters;
    EXPECT_NEAR(one.loss(), three.loss(), 1e-9);
    expect_near(one.layout, one.gradient(), three.gradient(), 1e-12);
}

TEST(Pass, SharingStreamsChangesNothingButRounding) {
    compare_shared_streams(Shape{Cell::gru, 9, 19, 2, 0}, 6);
    // Of these sizes the products are done by halves, but for the few streams of a third.
    compare_shared_streams(Shape{Cell::gru, 9, 128, 2, 0}, 19);
    compare_shared_streams(Shape{Cell::lstm, 9, 128, 1, 4}, 19);
}

// Of sizes that fill no register, and of products by halves.
TEST(Pass, EveryInstructionSetHasThePlainOnesGradients) {
    for (const Shape& shape : {Shape{Cell::gru, 21, 19, 2, 0}, Shape{Cell::lstm, 9, 37, 1, 5},
                               Shape{Cell::gru, 33, 128}})
        for (Instructions instructions : available_instructions()) {
            SCOPED_TRACE(name_of(instructions) + ", hidden " + std::to_string(shape.hidden));
            Window plain(shape, 19, 5, 1, Instructions::plain),
                window(shape, 19, 5, 1, instructions);
            plain.dropout = window.dropout = {0.25f, 5};
            for (double& parameter : window.parameters) parameter *= shape.hidden > 100 ? 0.2 : 1;
            plain.parameters = window.parameters;
            EXPECT_NEAR(window.loss(), plain.loss(), 1e-10 * plain.loss());
            expect_near(window.layout, window.gradient(), plain.gradient(), 1e-11);
        }
}

TEST(Pass, StatesCarryOnFromWindowToWindow) {
    Shape shape{Cell::lstm, 6, 8, 1, 0};
    Window whole(shape, 2, 10, 1), half(shape, 2, 5, 1);
    half.parameters = whole.parameters;
    std::fill(whole.states[0].begin(), whole.states[0].end(), 0.0);
    double expected = whole.loss(), sum = 0;
    half.prepared.take(half.parameters.data(), nullptr, half.workers);
    for (size_t part = 0; part < 2; part++) {
        auto copy = [&](auto& to, const auto& from) {
            std::copy_n(from.begin() + static_cast<int64_t>(part) * 10, 10, to.begin());
        };
        copy(half.batch.tokens, whole.batch.tokens);
        copy(half.batch.targets, whole.batch.targets);
        copy(half.batch.counted, whole.batch.counted);
        sum += half.parts[0]->forward(half.prepared, half.batch, {});
    }
    EXPECT_NEAR(sum, expected, 1e-10);
}

TEST(Pass, AgreesWithPyTorch) {
    std::string path = std::string(QUILLET_SOURCE_DIR) + "/tests/vectors/gradients.json";
    const nlohmann::json vectors = nlohmann::json::parse(read_file(path));
    for (const auto& each : vectors.at("cases")) {
        Shape shape{each["cell"] == "gru" ? Cell::gru : Cell::lstm, each["vocabulary"],
                    each["hidden"], each["layers"], each["embedding"]};
        Layout layout(shape);
        int streams = each["streams"], steps = each["steps"];
        std::vector<float> parameters(static_cast<size_t>(layout.size)),
            gradient(parameters.size());
        std::vector<double> expected(parameters.size());
        for (const Slot& slot : layout.all()) {
            auto values = each["parameters"][slot.name].get<std::vector<float>>();
            auto gradients = each["gradients"][slot.name].get<std::vector<double>>();
            ASSERT_EQ(static_cast<int64_t>(values.size()), slot.size()) << slot.name;
            std::copy(values.begin(), values.end(), parameters.begin() + slot.offset);
            std::copy(gradients.begin(), gradients.end(), expected.begin() + slot.offset);
        }
        Batch batch(streams, steps);
        batch.tokens = each["tokens"].get<std::vector<uint8_t>>();
        batch.targets = each["targets"].get<std::vector<uint8_t>>();
        batch.counted.assign(batch.tokens.size(), 1);
        for (Instructions instructions : available_instructions()) {
            SCOPED_TRACE(name_of(instructions));
            const Kernels<float>& kernels = kernels_for<float>(instructions);
            Workers workers(1);
            PackedWeights<float> prepared(layout, kernels);
            prepared.take(parameters.data(), nullptr, workers);
            Pass<float> pass(layout, 0, streams, steps, kernels);
            auto n = static_cast<double>(batch.tokens.size());
            EXPECT_NEAR(pass.forward(prepared, batch, {}) / n, each["loss"].get<double>(), 1e-5);
            pass.backward(prepared, static_cast<float>(1 / n), gradient.data());
            expect_near(layout, {gradient.begin(), gradient.end()}, expected, 1e-4);
        }
    }
}

}  // namespace
}  // namespace quillet::train
