// The ONNX graph of an integer model, run operator by operator, against the int64 reference, bit
// for bit.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "graph/evaluate.h"
#include "integer/integer_model.h"
#include "integer/test_integer_models.h"
#include "integer/test_reference.h"

namespace quillet {
namespace {

// `steps` random tokens through graph and reference; every logit and state must be equal.
void expect_same(const IntegerModel& model, int steps) {
    const Graph graph = read_onnx(write_onnx(to_graph(model)), "m.onnx");
    const Evaluator evaluator(graph, "m.onnx");
    IntegerReference reference(model);
    std::map<std::string, Tensor> inputs;
    for (const StateOf& state : states_of(model))
        inputs[state.name] = Tensor::of(Type::int32, {1, 1, state.size},
                                        std::vector<int32_t>(static_cast<size_t>(state.size)));
    std::mt19937 random(9);
    for (int i = 0; i < steps; i++) {
        const int64_t token =
            static_cast<int64_t>(random() % static_cast<unsigned>(model.alphabet.size()));
        inputs["token"] = Tensor::of(Type::int64, {1}, std::vector<int64_t>{token});
        const std::map<std::string, Value> values = evaluator.run(inputs);
        ASSERT_EQ(tensor_of(values.at("logits")).values<int32_t>(),
                  reference.step(static_cast<int>(token)))
            << "step " << i;
        for (size_t s = 0; s < reference.states().size(); s++) {
            const std::string name = state_names(model)[s];
            inputs[name] = tensor_of(values.at(name + "_next"));
            ASSERT_EQ(inputs[name].values<int32_t>(), reference.states()[s])
                << "step " << i << ", " << name;
        }
    }
}

TEST(IntegerGraph, ComputesWhatTheReferenceComputes) {
    for (int bits : {8, 4, 2}) expect_same(random_mixed_integer_model(bits, 13), 60);
    for (Cell cell : {Cell::gru, Cell::lstm, Cell::rnn, Cell::rnn_relu}) {
        for (int layers : {1, 2, 3}) {
            for (int bits : {8, 4, 2}) {
                SCOPED_TRACE(name_of(cell) + " " + std::to_string(layers) + " layers, " +
                             std::to_string(bits) + " bits");
                expect_same(random_integer_model(cell, layers, 5 + 4 * layers + bits, bits, 11),
                            25);
            }
        }
    }
}

TEST(IntegerGraph, AtTheEndsOfItsRanges) {
    for (Cell cell : {Cell::gru, Cell::lstm, Cell::rnn, Cell::rnn_relu}) {
        IntegerModel model = random_integer_model(cell, 1, 33, 8, 12);
        model.table.k.assign(12, 0);
        model.layers[0].recurrent.k.assign(model.layers[0].recurrent.k.size(), 1);
        expect_same(model, 60);
    }
}

}  // namespace
}  // namespace quillet
