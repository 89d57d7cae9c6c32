// The GPU's kernels, compiled for the host, against the CPU's passes: losses, gradients, states and
// the optimizer's steps.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>

#include "train/dropout.h"
#include "train/gpu_host_backend.h"
#include "train/random.h"

namespace quillet::train {
namespace {

constexpr int kStreams = 5, kSteps = 9;

// Random tokens, every sixth a line's start; the last stream ends early.
Batch random_batch(const Shape& shape, uint64_t seed) {
    Batch batch(kStreams, kSteps);
    Random random(seed, 7);
    const auto V = static_cast<uint64_t>(shape.vocabulary);
    for (size_t i = 0; i < batch.tokens.size(); i++) {
        batch.tokens[i] = static_cast<uint8_t>(random.below(6) == 0 ? 0 : random.below(V));
        batch.targets[i] = static_cast<uint8_t>(random.below(V));
        batch.counted[i] = 1;
    }
    batch.counted.back() = 0;
    return batch;
}

std::vector<float> random_floats(size_t count, float scale, uint64_t seed) {
    Random random(seed, 3);
    std::vector<float> values(count);
    for (float& value : values) value = scale * static_cast<float>(random.normal());
    return values;
}

struct Case {
    Shape shape;
    float dropout = 0;
};

void compare_gradients(const Case& the) {
    SCOPED_TRACE(name_of(the.shape.cell) + ", layers " + std::to_string(the.shape.layers) +
                 ", embedding " + std::to_string(the.shape.embedding) + ", dropout " +
                 std::to_string(the.dropout));
    const Layout layout(the.shape);
    const std::vector<float> parameters = random_floats(static_cast<size_t>(layout.size), 0.5f, 11);
    Workers workers(1);
    PackedWeights<float> packed(layout);
    packed.take(parameters.data(), nullptr, workers);
    Pass<float> pass(layout, 0, kStreams, kSteps);
    gpu::HostBackend backend;
    gpu::DeviceNetwork<gpu::HostBackend> network(backend, layout, kStreams, kSteps,
                                                 {the.dropout, 0, false});
    const std::vector<float> states = random_floats(pass.states().size(), 0.3f, 5);
    pass.set_states(states);
    network.set_state({parameters, {}, {}, {}, states});
    std::vector<float> expected(parameters.size());
    for (uint64_t window : {1u, 2u}) {  // the second starts from the first one's states
        const Batch batch = random_batch(the.shape, window);
        const Dropout dropout{the.dropout, mix(window)};
        gpu::Controls controls;
        controls.dropout_place = dropout.place;
        controls.gradient_scale = 0.1f;
        const double loss = pass.forward(packed, batch, dropout);
        pass.backward(packed, 0.1f, expected.data());
        const gpu::Results results = network.compute_gradient(batch, controls);
        EXPECT_NEAR(results.loss, loss, 1e-4 * loss);
        const std::vector<float> gradient = network.gradient();
        double squares = 0;
        for (float value : gradient) squares += double{value} * value;
        EXPECT_NEAR(results.squared_norm, squares, 1e-6 * squares);
        for (const Slot& slot : layout.all()) {
            float largest = 0, difference = 0;
            for (int64_t i = slot.offset; i < slot.offset + slot.size(); i++) {
                const auto at = static_cast<size_t>(i);
                largest = std::max(largest, std::abs(expected[at]));
                difference = std::max(difference, std::abs(gradient[at] - expected[at]));
            }
            EXPECT_GT(largest, 0) << slot.name;
            EXPECT_LT(difference, 1e-4f * largest) << slot.name;
        }
        const std::vector<float> own = network.states(), others = pass.states();
        ASSERT_EQ(own.size(), others.size());
        for (size_t i = 0; i < own.size(); i++) ASSERT_NEAR(own[i], others[i], 1e-5) << i;
    }
}

TEST(Gpu, GradientsAreTheCpus) {
    for (Cell cell : {Cell::gru, Cell::lstm})
        for (int layers : {1, 2})
            for (int embedding : {0, 4})
                for (float dropout : {0.f, 0.3f})
                    compare_gradients({Shape{cell, 13, 12, layers, embedding}, dropout});
}

TEST(Gpu, TheOptimizersStepIsTheCpus) {
    const Layout layout(Shape{Cell::gru, 9, 8, 1, 0});
    const auto size = static_cast<size_t>(layout.size);
    std::vector<float> parameters = random_floats(size, 0.5f, 1);
    gpu::HostBackend backend;
    gpu::DeviceNetwork<gpu::HostBackend> network(backend, layout, kStreams, kSteps, {0, 0, true});
    network.set_state({parameters, parameters, {}, {}, {}});
    Adam adam(layout.size);
    Workers workers(1);
    for (uint64_t window = 1; window < 6; window++) {
        AdamOptions options;
        options.clip = window % 2 ? 0.01 : 100;
        const gpu::Controls controls =
            gpu::controls_of(options, 0.02, static_cast<int64_t>(window), 0.25f);
        gpu::Controls scaled = controls;
        scaled.gradient_scale = 0.1f;
        network.compute_gradient(random_batch(layout.shape, window), scaled);
        std::vector<float> gradient = network.gradient();
        step(adam, options, 0.02, layout, {gradient.data()}, parameters, workers);
        network.update();
        const std::vector<float> own = network.state().parameters;
        for (size_t i = 0; i < size; i++) ASSERT_NEAR(own[i], parameters[i], 1e-6) << i;
    }
    EXPECT_NE(network.model(), parameters);
    EXPECT_EQ(network.model(), network.state().averaged);
}

TEST(Gpu, RecurrentDropoutLeavesOutTheSameWeightsEverywhere) {
    const Layout layout(Shape{Cell::gru, 9, 16, 1, 0});
    const auto size = static_cast<size_t>(layout.size);
    const std::vector<float> parameters = random_floats(size, 0.5f, 2);
    std::vector<float> dropped = parameters;
    const Slot& R = layout.layers[0].R;
    const uint64_t place = 1234;
    drop(dropped.data() + R.offset, static_cast<int>(R.size()), mix(mix(place)), 0.4f);
    gpu::HostBackend backend;
    gpu::DeviceNetwork<gpu::HostBackend> with(backend, layout, kStreams, kSteps, {0, 0.4f, false}),
        without(backend, layout, kStreams, kSteps, {});
    with.set_state({parameters, {}, {}, {}, {}});
    without.set_state({dropped, {}, {}, {}, {}});
    gpu::Controls controls;
    controls.recurrent_place = place;
    controls.gradient_scale = 1;
    const Batch batch = random_batch(layout.shape, 3);
    EXPECT_DOUBLE_EQ(with.compute_gradient(batch, controls).loss,
                     without.compute_gradient(batch, controls).loss);
    std::vector<float> expected = without.gradient();
    drop(expected.data() + R.offset, static_cast<int>(R.size()), mix(mix(place)), 0.4f);
    EXPECT_EQ(with.gradient(), expected);
    EXPECT_GT(with.loss(batch, false), 0);
}

}  // namespace
}  // namespace quillet::train
