// Tests of integer models: by hand, to ONNX and back, at the ends of their ranges, and what is
// refused.
// SPDX-License-Identifier: MIT
#include "integer/integer_model.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "integer/integer_bounds.h"
#include "integer/test_integer_models.h"
#include "integer/test_reference.h"

namespace quillet {
namespace {

std::string message_of(const Graph& graph) {
    try {
        integer_model_from(graph, "m.onnx");
    } catch (const Error& error) {
        return error.where() + ": " + error.what();
    }
    return "no error";
}

// An Elman cell of one unit, by tanh and by ReLU, and a ReLU of it without state, by hand.
TEST(IntegerModel, ElmanStepByHand) {
    IntegerModel model;
    model.alphabet = Alphabet(U"\na");
    model.table = {2, 1, {64, -64}, {16, 16}, {0, 0}};
    model.layers = {{{}, {1, 1, {127}, {1}, {4}}, {10}, {}}};
    model.layers[0].cell = Cell::rnn;
    model.output = {2, 1, {100, -100}, {1, 1}, {2, 3}};
    model.output_bias = {5, 6};
    IntegerReference tanh(model);
    // a = 1024 + 10: TANH[asr(1034, 4) + 512] = TANH[577] = round(32512 tanh(65 / 64)) = 24972; h8 =
    // 98; logits asr(9800, 2) + 5 and asr(-9800, 3) + 6.
    EXPECT_EQ(tanh.step(0), (std::vector<int32_t>{2455, -1219}));
    EXPECT_EQ(tanh.states()[0], std::vector<int32_t>{24972});
    model.layers[0].cell = Cell::rnn_relu;
    IntegerReference relu(model);
    relu.step(0);  // 1034 is clipped to 1024
    EXPECT_EQ(relu.states()[0], std::vector<int32_t>{32512});
    relu.step(1);  // asr(127 * 127, 4) = 1008; -1024 + 10 + 1008 < 0
    EXPECT_EQ(relu.states()[0], std::vector<int32_t>{0});
    model.layers.push_back({{1, 1, {-64}, {1}, {4}}, {}, {600}, {}});
    model.layers[1].cell = Cell::rnn_relu;
    IntegerReference two(model);
    // asr(-64 * 127, 4) + 600 = 92: asr(92 * 127, 2) = 2921; h8 = 11; asr(1100, 2) + 5 = 280.
    EXPECT_EQ(two.step(0)[0], 280);
    EXPECT_EQ(two.states().size(), 1u);
}

// Two tokens, one unit, by hand: z = r = SIG[512] = 8192, n = TANH of the table's row.
TEST(IntegerModel, OneStepByHand) {
    IntegerModel model;
    model.alphabet = Alphabet(U"\na");
    model.table = {2, 3, {0, 0, 64, 0, 0, -64}, {16, 16}, {0, 0}};
    model.layers = {{{}, {3, 1, {0, 0, 127}, {1, 1, 1}, {4, 4, 4}}, {0, 0, 0}, {0}}};
    model.output = {2, 1, {100, -100}, {1, 1}, {2, 3}};
    model.output_bias = {5, 6};
    IntegerReference reference(model);
    // n = TANH[64 + 512] = round(32512 tanh 1) = 24761; h = n + asr(8192 * (0 - n), 14) = 24761 -
    // 12380 = 12381. h8 = (12381 + 128) >> 8 = 48; logits asr(4800, 2) + 5 and asr(-4800, 3) + 6.
    EXPECT_EQ(reference.step(0), (std::vector<int32_t>{1205, -594}));
    EXPECT_EQ(reference.states()[0], std::vector<int32_t>{12381});
    // p_n = asr(127 * 48, 4) = 381, asr(8192 * 381, 14) = 191, asr(-1024 + 191, 4) = -52: n =
    // -21788. h = n + asr(8192 * (12381 + 21788), 14) = -21788 + 17085 = -4703; h8 = -18.
    EXPECT_EQ(reference.step(1), (std::vector<int32_t>{-445, 231}));
    reference.reset();
    EXPECT_EQ(reference.step(0), (std::vector<int32_t>{1205, -594}));
}

void expect_back(IntegerModel model) {
    model.metadata["quillet.corpus"] = "{}";
    for (const Graph& graph : {to_graph(model), to_writer_graph(model)}) {
        const Graph read = read_onnx(write_onnx(graph), "m.onnx");
        EXPECT_EQ(read, graph);
        EXPECT_TRUE(is_integer(read));
        EXPECT_EQ(integer_model_from(read, "m.onnx"), model);
    }
}

TEST(IntegerModel, OnnxAndBack) {
    for (int bits : {8, 4, 2}) expect_back(random_mixed_integer_model(bits, 5));
    for (Cell cell : {Cell::gru, Cell::lstm, Cell::rnn, Cell::rnn_relu}) {
        for (int layers : {1, 3}) {
            for (int bits : {8, 4, 2}) {
                expect_back(random_integer_model(cell, layers, 7, bits, 5));
            }
        }
    }
}

TEST(IntegerModel, RefusesWhatIsNotAsWritten) {
    const Graph graph = to_graph(random_integer_model(Cell::gru, 1, 5, 4, 5));
    Graph edited = graph;
    edited.nodes[3].op = "Sub";
    EXPECT_EQ(message_of(edited).substr(0, 13), "m.onnx: node ");
    edited = graph;
    edited.initializers["sigmoid_table"].bytes[7]++;
    EXPECT_EQ(message_of(edited),
              "m.onnx: initializer 'sigmoid_table' is not as quillet quantize writes it");
    edited = graph;
    edited.initializers["gru.R_divisor"].bytes[0]++;
    EXPECT_EQ(message_of(edited),
              "m.onnx: initializer 'gru.R_divisor' is not as quillet quantize writes it");
    edited = graph;
    edited.initializers["gru.R"].bytes[0] = 8;
    EXPECT_EQ(message_of(edited),
              "m.onnx: layer 0: the recurrent matrix holds 8; expected at most 7");
    edited = graph;
    edited.initializers.erase("gru.b");
    EXPECT_EQ(message_of(edited), "m.onnx: has no initializer 'gru.b'");
    edited = graph;
    edited.metadata[key::kBits] = "3";
    EXPECT_EQ(message_of(edited), "m.onnx: metadata 'quillet.bits' is '3'; expected 8, 4 or 2");
    edited = graph;
    edited.outputs.pop_back();
    EXPECT_EQ(message_of(edited).substr(0, 23), "m.onnx: output 'h_next'");
    edited = graph;
    edited.opset = 18;
    EXPECT_EQ(message_of(edited), "m.onnx: is of opset 18; integer models are of opset 17");
}

TEST(IntegerModel, RefusesWhatMayLeave32Bits) {
    IntegerModel model = random_integer_model(Cell::lstm, 2, 5, 8, 5);
    model.layers[1].input.m[17] = 1 << 24;
    model.layers[1].input.q[17 * 5] = 100;
    const std::string message = message_of(to_graph(model));
    EXPECT_EQ(message.find("m.onnx: layer 1, input matrix: sum * m + half may reach "), 0u)
        << message;
    EXPECT_NE(message.find(" in row 17, beyond 32 bits"), std::string::npos) << message;
}

// Gates driven to the ends of the tables, states to the ends of their ranges: inside the bounds all
// the same.
TEST(IntegerModel, SaturatesWithinItsBounds) {
    for (Cell cell : {Cell::gru, Cell::lstm, Cell::rnn, Cell::rnn_relu}) {
        IntegerModel model = random_integer_model(cell, 2, 9, 8, 6);
        model.table.k.assign(12, 0);
        for (IntegerLayer& layer : model.layers)
            layer.recurrent.k.assign(layer.recurrent.k.size(), 1);
        prove_bounds(model, "test");
        IntegerReference reference(model);
        std::mt19937 random(1);
        int32_t largest = 0;
        for (int i = 0; i < 2000; i++) {
            reference.step(i < 1000 ? 1 : static_cast<int>(random() % 12));
            for (int32_t h : reference.states()[0]) largest = std::max(largest, std::abs(h));
        }
        EXPECT_GT(largest, 30000);
        EXPECT_LE(largest, 32512);
    }
}

}  // namespace
}  // namespace quillet
