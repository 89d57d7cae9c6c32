// Tests of quantizing: what integers stand for, the proof, and what it refuses.
// SPDX-License-Identifier: MIT
#include "integer/quantize.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "cells/test_models.h"
#include "integer/test_reference.h"

namespace quillet {
namespace {

std::string message_of(const RecurrentModel& model, int bits) {
    try {
        quantize(model, bits, "m.onnx");
    } catch (const Error& error) {
        return error.where() + ": " + error.what();
    }
    return "no error";
}

// The float model's logits, by the equations of ONNX's GRU, LSTM and RNN in double.
class FloatReference {
  public:
    explicit FloatReference(const RecurrentModel& model) : model_(model), h_(model.layers.size()) {
        for (size_t i = 0; i < h_.size(); i++)
            h_[i].resize(static_cast<size_t>(model.layers[i].hidden()));
        c_ = h_;
    }

    std::vector<double> step(int token) {
        std::vector<double> x(static_cast<size_t>(model_.alphabet.size()));
        x[static_cast<size_t>(token)] = 1;
        if (!model_.embedding.values.empty()) {
            const size_t n = static_cast<size_t>(model_.embedding.columns);
            const float* row = model_.embedding.values.data() + static_cast<size_t>(token) * n;
            x.assign(row, row + n);
        }
        for (size_t i = 0; i < model_.layers.size(); i++) {
            if (i == 0) token_ = x;
            layer(model_.layers[i], x, h_[i], c_[i]);
            x = h_[i];
        }
        return with_skips(product(model_.output, x, model_.output_bias), model_.output_skips);
    }

  private:
    static std::vector<double> product(const Matrix& matrix, const std::vector<double>& x,
                                       const std::vector<float>& b) {
        std::vector<double> y(b.begin(), b.end());
        for (size_t row = 0; row < y.size(); row++) {
            for (size_t i = 0; i < x.size(); i++)
                y[row] += matrix.values[row * x.size() + i] * x[i];
        }
        return y;
    }
    std::vector<double> with_skips(std::vector<double> y, const std::vector<Skip>& skips) const {
        for (const Skip& skip : skips) {
            const std::vector<double> part =
                product(skip.W, skip.from == kToken ? token_ : h_[static_cast<size_t>(skip.from)],
                        std::vector<float>(y.size()));
            for (size_t i = 0; i < y.size(); i++) y[i] += part[i];
        }
        return y;
    }
    static double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

    void layer(const RecurrentLayer& layer, const std::vector<double>& x, std::vector<double>& h,
               std::vector<double>& c) {
        const std::vector<double> g = with_skips(product(layer.W, x, layer.Wb), layer.skips),
                                  p = product(layer.R,
                                              layer.keeps_state() ? h : std::vector<double>(),
                                              layer.Rb);
        const size_t n = h.size();
        for (size_t j = 0; j < n; j++) {
            const auto sum = [&](size_t gate) { return g[gate * n + j] + p[gate * n + j]; };
            if (layer.cell == Cell::rnn) {
                h[j] = std::tanh(sum(0));
            } else if (layer.cell == Cell::rnn_relu) {
                h[j] = std::max(0.0, sum(0));
            } else if (layer.cell == Cell::gru) {
                const double z = sigmoid(sum(0)), r = sigmoid(sum(1));
                h[j] = z * h[j] + (1 - z) * std::tanh(g[2 * n + j] + r * p[2 * n + j]);
            } else {
                c[j] = sigmoid(sum(2)) * c[j] + sigmoid(sum(0)) * std::tanh(sum(3));
                h[j] = sigmoid(sum(1)) * std::tanh(c[j]);
            }
        }
    }

    const RecurrentModel& model_;
    std::vector<double> token_;
    std::vector<std::vector<double>> h_, c_;
};

// Root mean square of integer less float logits over a text, in nats.
double error_between(const IntegerModel& integer, const RecurrentModel& model) {
    IntegerReference integers(integer);
    FloatReference floats(model);
    std::mt19937 random(2);
    double error = 0;
    int count = 0;
    for (int i = 0; i < 200; i++) {
        const int token = static_cast<int>(random() % static_cast<unsigned>(model.alphabet.size()));
        const std::vector<int32_t> found = integers.step(token);
        const std::vector<double> expected = floats.step(token);
        for (size_t j = 0; j < found.size(); j++, count++)
            error += std::pow(found[j] / 1024.0 - expected[j], 2);
    }
    return std::sqrt(error / count);
}

double error_of(const RecurrentModel& model, int bits) {
    return error_between(quantize(model, bits, "test").model, model);
}

// Layers of every kind and skips between them; those of ReLU exceed 1 in float.
TEST(Quantize, MixedLayersStandForTheFloatModel) {
    for (int embedding : {0, 5}) EXPECT_LT(error_of(random_mixed_model(embedding), 8), 0.08);
}

TEST(Quantize, RefusesReluStatesThatGrow) {
    RecurrentModel model = random_model(Cell::rnn_relu, 1, 0, 8);
    for (float& weight : model.layers[0].R.values) weight = 1;
    EXPECT_EQ(message_of(model, 8).find("m.onnx: layer 0: the states of ReLU grow beyond 10000"),
              0u);
}

Matrix identity(int size, float factor) {
    Matrix result{size, size, std::vector<float>(static_cast<size_t>(size * size))};
    for (size_t i = 0; i < result.values.size(); i += static_cast<size_t>(size) + 1)
        result.values[i] = factor;
    return result;
}

RecurrentLayer stateless_relu(Matrix W, std::vector<float> b) {
    const size_t rows = b.size();
    return {std::move(W), {}, std::move(b), std::vector<float>(rows), Cell::rnn_relu};
}

// Logits clipped to -bound .. bound, as the graph reader makes it of two ReLUs. The skip adds the logits
// once more, so that one of its readers is a layer further up.
RecurrentModel clipped_model(float bound) {
    RecurrentModel model = random_model(Cell::gru, 1, 0, 16);
    for (float& bias : model.output_bias) bias += bound;
    model.layers.push_back(stateless_relu(model.output, model.output_bias));
    model.layers.push_back(stateless_relu(identity(12, -1), std::vector<float>(12, 2 * bound)));
    model.output = identity(12, -1);
    model.output_skips = {{1, identity(12, 1)}};
    model.output_bias.assign(12, 0);
    return model;
}

// A clip far wider than what it clips costs no more than a narrow one.
TEST(Quantize, WideClipsKeepTheirPrecision) {
    for (float bound : {4.f, 8.f, 50.f, 1000.f}) EXPECT_LT(error_of(clipped_model(bound), 8), 0.06);
    EXPECT_EQ(message_of(clipped_model(20000), 8)
                  .find("m.onnx: layer 1: a ReLU or clip between layers reaches beyond 10000"),
              0u);
}

// Biases so low that no unit of a ReLU layer fires, then all but one.
TEST(Quantize, ReluUnitsThatNeverFireAreHeld) {
    RecurrentModel model = random_model(Cell::gru, 1, 0, 8);
    std::mt19937 random(3);
    model.layers.push_back(
        stateless_relu(random_matrix(8, 8, random), std::vector<float>(8, -2000)));
    EXPECT_LT(error_of(model, 8), 0.012);
    model.layers[1].Wb[3] = 0.125f;
    EXPECT_LT(error_of(model, 8), 0.03);
    model.layers[1].Wb.assign(8, -2000);
    model.layers[1].Wb[3] = 0.0001f;
    for (float& weight : model.layers[1].W.values) weight *= 1e-5f;
    EXPECT_EQ(message_of(model, 8).find("m.onnx: layer 1: Wb holds -128000"), 0u);
}

TEST(Quantize, IntegersStandForTheFloatModel) {
    for (Cell cell : {Cell::gru, Cell::lstm, Cell::rnn}) {
        for (int layers : {1, 2}) {
            RecurrentModel model = random_model(cell, layers, layers == 1 ? 0 : 5, 24);
            if (cell == Cell::rnn)  // larger recurrent weights make it chaotic
                for (RecurrentLayer& layer : model.layers)
                    for (float& weight : layer.R.values) weight *= 0.3f;
            EXPECT_LT(error_of(model, 8), 0.012) << name_of(cell) << layers;
            EXPECT_LT(error_of(model, 4), 0.08) << name_of(cell) << layers;
        }
    }
}

// What the integers stand for is nearer to them than what they were made of: the states alone are
// rounded.
TEST(Dequantize, IsTheModelThatTheIntegersStandFor) {
    for (Cell cell : {Cell::gru, Cell::lstm}) {
        for (int layers : {1, 2}) {
            const RecurrentModel model = random_model(cell, layers, layers == 1 ? 0 : 5, 24);
            const IntegerModel integer = quantize(model, Widths(4, 4, 4), "test").model;
            const double error = error_between(integer, dequantize(integer));
            EXPECT_LT(error, 0.012) << name_of(cell) << layers;
            EXPECT_GT(error_between(integer, model), 2 * error) << name_of(cell) << layers;
        }
    }
    for (int embedding : {0, 5}) {
        const IntegerModel integer = quantize(random_mixed_model(embedding), 8, "test").model;
        EXPECT_LT(error_between(integer, dequantize(integer)), 0.05);
    }
}

TEST(Dequantize, KeepsWhatTheModelSaysOfItself) {
    RecurrentModel model = random_model(Cell::gru, 1, 0, 8);
    model.metadata["quillet.licence"] = "CC0";
    const RecurrentModel again = dequantize(quantize(model, 8, "test").model);
    EXPECT_EQ(again.alphabet.size(), model.alphabet.size());
    EXPECT_EQ(again.metadata.at("quillet.licence"), "CC0");
}

// Weights that are ternary already are taken as they are.
TEST(Quantize, TernaryWeightsSurvive) {
    RecurrentModel model = random_model(Cell::gru, 1, 0, 24);
    for (float& weight : model.layers[0].R.values) weight = std::round(weight * 3) * 63 / 256.0f;
    EXPECT_LT(error_of(model, 2), 0.012);
}

TEST(Quantize, LargeWeightsTakeTheShiftIntoM) {
    RecurrentModel model = random_model(Cell::gru, 1, 0, 8);
    model.output.values[0] = 4000;
    const IntegerMatrix& output = quantize(model, 8, "test").model.output;
    EXPECT_EQ(output.k[0], 0);
    EXPECT_EQ(output.m[0], 127 << 1);
    EXPECT_EQ(output.q[0], 127);  // 4000 * 128 / 127 * 4 / 127
    EXPECT_GT(output.k[1], 0);
}

TEST(Quantize, TellsTheTightestBound) {
    const Quantized quantized = quantize(random_model(Cell::gru, 1, 0, 8), 8, "test");
    EXPECT_EQ(quantized.tightest.what, "layer 0: z * (h - n) + half");
    EXPECT_EQ(quantized.tightest.value, int64_t{16378} * 65024 + 8192);
}

// A GRU of 8 units whose n gate's row of unit 3 sums to 8 * weight.
RecurrentModel with_large_row(float weight) {
    RecurrentModel model = random_model(Cell::gru, 1, 0, 8);
    for (size_t i = 0; i < 8; i++) model.layers[0].R.values[(2 * 8 + 3) * 8 + i] = weight;
    return model;
}

TEST(Quantize, ScalesTheRowDownThatWouldNotFit) {
    for (int bits : {8, 4, 2}) {
        RecurrentModel model = with_large_row(16.5f);
        const Quantized quantized = quantize(model, bits, "test");
        ASSERT_EQ(quantized.scaled.size(), 1u) << bits;
        EXPECT_EQ(quantized.scaled[0].layer, 0);
        EXPECT_EQ(quantized.scaled[0].row, 19);
        EXPECT_GT(quantized.scaled[0].scale, 0.93) << bits;
        EXPECT_LT(quantized.scaled[0].scale, 0.98) << bits;
        EXPECT_EQ(quantized.tightest.row, 19);
        EXPECT_GT(quantized.tightest.value, int64_t{2100000000}) << bits;
        // The other rows are those of a model in which this one fits.
        model = with_large_row(15);
        const Quantized fits = quantize(model, bits, "test");
        EXPECT_TRUE(fits.scaled.empty());
        const IntegerMatrix &one = quantized.model.layers[0].recurrent,
                            &other = fits.model.layers[0].recurrent;
        for (size_t row = 0; row < 24; row++) {
            if (row != 19) EXPECT_EQ(one.m[row], other.m[row]) << bits << " " << row;
        }
        EXPECT_EQ(std::vector<int8_t>(one.q.begin(), one.q.begin() + 19 * 8),
                  std::vector<int8_t>(other.q.begin(), other.q.begin() + 19 * 8));
    }
}

// What the bias takes of the room, the row must leave.
TEST(Quantize, ScalesTheRowDownForItsBias) {
    RecurrentModel model = with_large_row(12);
    EXPECT_TRUE(quantize(model, 4, "test").scaled.empty());
    model.layers[0].Rb[19] = -40;
    const Quantized quantized = quantize(model, 4, "test");
    ASSERT_EQ(quantized.scaled.size(), 1u);
    EXPECT_NEAR(quantized.scaled[0].scale, (128.0 - 40) / 96, 0.03);
    model.layers[0].Rb[19] = 200;
    EXPECT_NE(message_of(model, 4).find(" in row 19, beyond 32 bits"), std::string::npos);
}

TEST(Quantize, RefusesTheRowThatCannotBeProven) {
    RecurrentModel model = with_large_row(90);
    const std::string message = message_of(model, 8);
    EXPECT_EQ(message.find("m.onnx: layer 0: r * (p_n + b_hn) + half may reach 12"), 0u) << message;
    EXPECT_NE(message.find(" in row 19, beyond 32 bits"), std::string::npos) << message;
    model = random_model(Cell::lstm, 2, 0, 8);
    model.layers[1].W.values[5] = NAN;
    EXPECT_EQ(message_of(model, 4).find("m.onnx: layer 1: W holds nan"), 0u);
}

}  // namespace
}  // namespace quillet
