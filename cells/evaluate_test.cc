// Tests of the slow evaluator: recurrent models against their equations written out again, inputs
// refused by name.
// SPDX-License-Identifier: MIT
#include "graph/evaluate.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "cells/test_models.h"
#include "graph/test_one_node.h"

namespace quillet {
namespace {

using Doubles = std::vector<double>;

double sigmoid(double x) {
    return 1 / (1 + std::exp(-x));
}

// row of `matrix` times x, plus bias.
double affine(const Matrix& matrix, const std::vector<float>& bias, int row, const Doubles& x) {
    double sum = bias[static_cast<size_t>(row)];
    for (int i = 0; i < matrix.columns; i++)
        sum += static_cast<double>(matrix.values[static_cast<size_t>(row * matrix.columns + i)]) *
               x[static_cast<size_t>(i)];
    return sum;
}

// One layer's step by the equations of PyTorch's documentation of nn.GRU, nn.LSTM and nn.RNN, gates taken
// by ONNX's order.
struct LayerState {
    Doubles h, c;

    void step(Cell cell, const RecurrentLayer& layer, const Doubles& x) {
        int H = layer.R.columns;
        Doubles next_h(h.size());
        for (int i = 0; i < H; i++) {
            auto from_x = [&](int gate) { return affine(layer.W, layer.Wb, gate * H + i, x); };
            auto from_h = [&](int gate) { return affine(layer.R, layer.Rb, gate * H + i, h); };
            size_t at = static_cast<size_t>(i);
            if (cell == Cell::gru) {
                double z = sigmoid(from_x(0) + from_h(0)), r = sigmoid(from_x(1) + from_h(1));
                double n = std::tanh(from_x(2) + r * from_h(2));
                next_h[at] = (1 - z) * n + z * h[at];
            } else if (cell == Cell::rnn) {
                next_h[at] = std::tanh(from_x(0) + from_h(0));
            } else if (cell == Cell::rnn_relu) {
                next_h[at] = std::max(0.0, from_x(0) + from_h(0));
            } else {
                double input = sigmoid(from_x(0) + from_h(0)),
                       output = sigmoid(from_x(1) + from_h(1));
                double forget = sigmoid(from_x(2) + from_h(2)),
                       g = std::tanh(from_x(3) + from_h(3));
                c[at] = forget * c[at] + input * g;
                next_h[at] = output * std::tanh(c[at]);
            }
        }
        h = next_h;
    }
};

Doubles numbers(const Tensor& tensor) {
    return value_of(tensor).numbers;
}

void expect_near(const Doubles& got, const Doubles& expected, const std::string& what) {
    ASSERT_EQ(got.size(), expected.size()) << what;
    for (size_t i = 0; i < got.size(); i++)
        EXPECT_NEAR(got[i], expected[i], 1e-12) << what << " " << i;
}

class WitnessTest : public ::testing::TestWithParam<std::tuple<Cell, int, int>> {};

TEST_P(WitnessTest, FollowsTheEquationsOverSteps) {
    auto [cell, layers, embedding] = GetParam();
    RecurrentModel model = random_model(cell, layers, embedding);
    Graph graph = to_graph(model);
    size_t H = static_cast<size_t>(model.layers[0].hidden());
    std::vector<LayerState> states(static_cast<size_t>(layers), {Doubles(H, 0.0), Doubles(H, 0.0)});
    std::map<std::string, Tensor> inputs;
    for (const ValueInfo& info : graph.inputs)
        if (info.name != "token")
            inputs[info.name] = floats(info.shape, std::vector<float>(H, 0.0f));
    for (int64_t token : {0, 3, 11, 3}) {
        inputs["token"] = int64s({1}, {token});
        std::map<std::string, Tensor> outputs = evaluate(graph, inputs);
        Doubles x(12, 0.0);
        x[static_cast<size_t>(token)] = 1;
        if (embedding > 0)
            x = Doubles(model.embedding.values.begin() + token * embedding,
                        model.embedding.values.begin() + (token + 1) * embedding);
        for (size_t i = 0; i < states.size(); i++) {
            states[i].step(cell, model.layers[i], x);
            x = states[i].h;
            std::string number = layers == 1 ? "" : std::to_string(i);
            expect_near(numbers(outputs.at("h" + number + "_next")), states[i].h, "h" + number);
            if (cell == Cell::lstm)
                expect_near(numbers(outputs.at("c" + number + "_next")), states[i].c, "c" + number);
        }
        Doubles logits;
        for (int row = 0; row < 12; row++)
            logits.push_back(affine(model.output, model.output_bias, row, x));
        EXPECT_EQ(outputs.at("logits").shape, (std::vector<int64_t>{1, 12}));
        expect_near(numbers(outputs.at("logits")), logits, "logits");
        for (const ValueInfo& info : graph.inputs)
            if (info.name != "token") inputs[info.name] = outputs.at(info.name + "_next");
    }
}

INSTANTIATE_TEST_SUITE_P(Forms, WitnessTest,
                         ::testing::Combine(::testing::Values(Cell::gru, Cell::lstm, Cell::rnn,
                                                              Cell::rnn_relu),
                                            ::testing::Values(1, 2), ::testing::Values(0, 5)));

TEST(Evaluate, GruResetsBeforeTheMultiplicationWhereAsked) {
    // One unit, x = h = 1; all weights 1, biases 0: z = r = sigmoid(2), n = tanh(1 + r).
    Tensor x = floats({1, 1, 1}, {1}), W = floats({1, 3, 1}, {1, 1, 1}),
           h = floats({1, 1, 1}, {0.5});
    Tensor B = floats({1, 6}, {0, 0, 0, 0, 0, 1});
    double gate = sigmoid(1.5);
    OneNode before{"GRU", 14, {{"hidden_size", int64_t{1}}}, 2};
    double n = std::tanh(1 + gate * 0.5 + 1);
    EXPECT_NEAR(numbers(before({x, W, W, B, kNone, h}, 1))[0], (1 - gate) * n + gate * 0.5, 1e-12);
    OneNode after{"GRU", 14, {{"linear_before_reset", int64_t{1}}}, 2};
    n = std::tanh(1 + gate * (0.5 + 1));
    EXPECT_NEAR(numbers(after({x, W, W, B, kNone, h}, 1))[0], (1 - gate) * n + gate * 0.5, 1e-12);
}

TEST(Evaluate, RunsSequencesAndLines) {
    // h' = tanh(x + h) for two lines of two steps.
    OneNode rnn{"RNN", 14, {}, 2};
    Tensor x = floats({2, 2, 1}, {1, 2, 3, 4}), one = floats({1, 1, 1}, {1});
    double a = std::tanh(1), b = std::tanh(2), a2 = std::tanh(3 + a), b2 = std::tanh(4 + b);
    expect_near(numbers(rnn({x, one, one}, 0)), {a, b, a2, b2}, "Y");
    expect_near(numbers(rnn({x, one, one}, 1)), {a2, b2}, "Y_h");
    EXPECT_EQ(rnn({x, one, one}, 0).shape, (std::vector<int64_t>{2, 1, 2, 1}));
}

std::string error_of(const Graph& graph, const std::map<std::string, Tensor>& inputs) {
    try {
        evaluate(graph, inputs);
    } catch (const Error& error) {
        return error.where() + ": " + error.what();
    }
    return "no error";
}

TEST(Evaluate, RefusesInputsByName) {
    Graph graph = to_graph(random_model(Cell::gru, 1, 0));
    std::map<std::string, Tensor> inputs = {{"token", int64s({1}, {0})}};
    EXPECT_EQ(error_of(graph, inputs), "quillet: was given no input 'h'");
    inputs["h"] = floats({1, 1, 7}, std::vector<float>(7));
    EXPECT_EQ(error_of(graph, inputs),
              "quillet: was given shape [1, 1, 7] for input 'h'; expected [1, 1, 8]");
    inputs["h"] = int32s({1, 1, 8}, std::vector<int32_t>(8));
    EXPECT_EQ(error_of(graph, inputs), "quillet: was given int32 for input 'h'; expected float32");
    graph.nodes[0].op = "NonZero";
    EXPECT_EQ(error_of(graph, inputs),
              "quillet: node 'one_hot' (NonZero, opset 17): is not a supported operator");
}

// Contract 5's floor shift in ONNX: Sub(Div(Add(x, M * 2^k + 2^(k-1)), 2^k), M) is (x + 2^(k-1)) >>
// k.
TEST(Evaluate, FloorShiftsByDivision) {
    constexpr int32_t k = 4, M = 1 << 20;
    std::vector<int32_t> values = {-512, -9, -8, -7, -1, 0, 7, 8, 9, 100000};
    Tensor x = int32s({10}, values);
    Tensor sum = OneNode{"Add"}({x, int32s({}, {M * (1 << k) + (1 << (k - 1))})});
    Tensor quotient = OneNode{"Div"}({sum, int32s({}, {1 << k})});
    std::vector<int32_t> shifted = OneNode{"Sub"}({quotient, int32s({}, {M})}).values<int32_t>();
    for (size_t i = 0; i < values.size(); i++)
        EXPECT_EQ(shifted[i], static_cast<int32_t>(std::floor((values[i] + 8) / 16.0)))
            << values[i];
}

}  // namespace
}  // namespace quillet
