// Rules of recurrent layers: GRU, LSTM and RNN, one direction, by the equations of ONNX's operator
// pages.
// SPDX-License-Identifier: MIT
#include <cmath>

#include "graph/elementwise.h"
#include "graph/rules.h"

namespace quillet {
namespace {

// Sizes of a layer, in ONNX's letters. Inputs of all three operators: X (S, B, I), W (1, G*H, I), R
// (1, G*H, H), B (1, 2*G*H), sequence_lens (B), initial_h (1, B, H); LSTM also initial_c (1, B, H)
// and peepholes.
struct Layer {
    int64_t sequence, batch, inputs, hidden;

    explicit Layer(const NodeContext& scope);
};

void expect_shape(const NodeContext& scope, size_t input, const char* name,
                  const Dimensions& shape) {
    if (!scope.has_input(input)) return;
    if (scope.shape(input) != shape || scope.input(input).type != scope.input(0).type)
        scope.fail(std::string("has ") + name + " of " + name_of(scope.input(input).type) + " " +
                   text_of(scope.shape(input)) + "; expected " + name_of(scope.input(0).type) +
                   " " + text_of(shape));
}

int64_t gates_of(const NodeContext& scope) {
    return scope.node.op == "LSTM" ? 4 : scope.node.op == "GRU" ? 3 : 1;
}

// What a device would have to support besides: refused by name.
void check_attributes(const NodeContext& scope) {
    if (scope.text_attribute("direction", "forward") != "forward")
        scope.fail("runs " + scope.text_attribute("direction", "") + "; only forward is supported");
    if (scope.attribute("clip")) scope.fail("clips its gates, which is not supported");
    if (scope.integer_attribute("layout", 0) != 0)
        scope.fail("has layout = 1; only 0 is supported");
    if (scope.integer_attribute("input_forget", 0) != 0)
        scope.fail("couples input and forget gates, which is not supported");
    if (const Attribute* activations = scope.attribute("activations")) {
        std::vector<std::string> usual = scope.node.op == "RNN" ? std::vector<std::string>{"Tanh"}
                                         : scope.node.op == "GRU"
                                             ? std::vector<std::string>{"Sigmoid", "Tanh"}
                                             : std::vector<std::string>{"Sigmoid", "Tanh", "Tanh"};
        std::vector<std::string> relu = {"Relu"};
        if (*activations != Attribute(usual) &&
            !(scope.node.op == "RNN" && *activations == Attribute(relu)))
            scope.fail("has other activations than the usual, which is not supported");
    }
}

Layer::Layer(const NodeContext& scope) {
    check_attributes(scope);
    const Dimensions &x = scope.shape(0), &r = scope.shape(2);
    if (x.size() != 3 || r.size() != 3)
        scope.fail("has X of shape " + text_of(x) + " and R of shape " + text_of(r));
    sequence = x[0], batch = x[1], inputs = x[2], hidden = r[2];
    int64_t rows = gates_of(scope) * hidden;
    if (scope.integer_attribute("hidden_size", hidden) != hidden)
        scope.fail("has hidden_size " + std::to_string(scope.integer_attribute("hidden_size", 0)) +
                   " and R for " + std::to_string(hidden));
    expect_shape(scope, 1, "W", {1, rows, inputs});
    expect_shape(scope, 2, "R", {1, rows, hidden});
    expect_shape(scope, 3, "B", {1, 2 * rows});
    if (scope.has_input(4))
        for (int64_t length : scope.integers(4))
            if (length != sequence)
                scope.fail("has sequences of different lengths, which is not supported");
    expect_shape(scope, 5, "initial_h", {1, batch, hidden});
    expect_shape(scope, 6, "initial_c", {1, batch, hidden});
    if (scope.has_input(7)) scope.fail("has peepholes, which are not supported");
}

std::vector<TypedShape> layer_shapes(const NodeContext& scope) {
    Layer layer(scope);
    Type type = scope.input(0).type;
    Dimensions state = {1, layer.batch, layer.hidden};
    std::vector<TypedShape> shapes = {{type, {layer.sequence, 1, layer.batch, layer.hidden}},
                                      {type, state}};
    if (scope.node.op == "LSTM") shapes.push_back({type, state});
    return shapes;
}

using Vector = std::vector<double>;

// The numbers of an input, or zeros.
Vector numbers_or_zeros(const NodeContext& scope, size_t input, int64_t count) {
    return scope.has_input(input) ? scope.value(input).numbers
                                  : Vector(static_cast<size_t>(count), 0.0);
}

// A row of a matrix times a vector.
double product(const Vector& matrix, size_t row, const double* vector, size_t size) {
    double sum = 0;
    for (size_t i = 0; i < size; i++) sum += matrix[row * size + i] * vector[i];
    return sum;
}

// What every gate has: W x + Wb and R h + Rb, of one line at one step.
struct Gates {
    const Layer& layer;
    const Vector &W, &R;
    Vector B;
    Vector x, h;  // (G*H) each

    Gates(const NodeContext& scope, const Layer& of)
        : layer(of),
          W(scope.value(1).numbers),
          R(scope.value(2).numbers),
          B(numbers_or_zeros(scope, 3, 2 * gates_of(scope) * of.hidden)),
          x(B.size() / 2),
          h(B.size() / 2) {}

    void step(const double* input, const double* state) {
        for (size_t row = 0; row < x.size(); row++) {
            x[row] = product(W, row, input, static_cast<size_t>(layer.inputs)) + B[row];
            h[row] = product(R, row, state, static_cast<size_t>(layer.hidden)) + B[x.size() + row];
        }
    }
};

// Runs `step(x of the step and line, h of the line, its index)` over all steps and lines, h carried
// on, and fills the outputs.
template <class Step>
void run(const NodeContext& scope, const Layer& layer, std::vector<Value>& outputs, Step step) {
    const Vector& x = scope.value(0).numbers;
    Vector h = numbers_or_zeros(scope, 5, layer.batch * layer.hidden);
    size_t hidden = static_cast<size_t>(layer.hidden), inputs = static_cast<size_t>(layer.inputs);
    size_t batch = static_cast<size_t>(layer.batch);
    for (size_t t = 0; t < static_cast<size_t>(layer.sequence); t++)
        for (size_t line = 0; line < batch; line++) {
            double* state = h.data() + line * hidden;
            step(x.data() + (t * batch + line) * inputs, state, line);
            std::copy(state, state + hidden,
                      outputs[0].numbers.data() + (t * batch + line) * hidden);
        }
    outputs[1].numbers = h;
}

}  // namespace

std::vector<TypedShape> shapes_gru(const NodeContext& scope) {
    return layer_shapes(scope);
}
std::vector<TypedShape> shapes_lstm(const NodeContext& scope) {
    return layer_shapes(scope);
}
std::vector<TypedShape> shapes_rnn(const NodeContext& scope) {
    return layer_shapes(scope);
}

// z = sigmoid(Wz x + Rz h), r = sigmoid(Wr x + Rr h), h' = (1 - z) n + z h, all with their biases,
// and n = tanh(Wn x + Wbn + r (Rn h + Rbn)) where linear_before_reset, else tanh(Wn x + Wbn + Rn (r
// h) + Rbn).
void evaluate_gru(const NodeContext& scope, std::vector<Value>& outputs) {
    Layer layer(scope);
    Gates gates(scope, layer);
    bool linear = scope.integer_attribute("linear_before_reset", 0) != 0;
    size_t hidden = static_cast<size_t>(layer.hidden);
    Vector next(hidden), reset(hidden), reset_h(hidden);
    run(scope, layer, outputs, [&](const double* x, double* h, size_t) {
        gates.step(x, h);
        for (size_t i = 0; i < hidden; i++) {
            reset[i] = element::sigmoid(gates.x[hidden + i] + gates.h[hidden + i]);
            reset_h[i] = reset[i] * h[i];
        }
        for (size_t i = 0; i < hidden; i++) {
            double z = element::sigmoid(gates.x[i] + gates.h[i]);
            size_t row = 2 * hidden + i;
            double recurrent = linear ? reset[i] * gates.h[row]
                                      : product(gates.R, row, reset_h.data(), hidden) +
                                            gates.B[gates.x.size() + row];
            double n = std::tanh(gates.x[row] + recurrent);
            next[i] = (1 - z) * n + z * h[i];
        }
        std::copy(next.begin(), next.end(), h);
    });
}

// Gates i, o, f, g: c' = sigmoid(f) c + sigmoid(i) tanh(g), h' = sigmoid(o) tanh(c').
void evaluate_lstm(const NodeContext& scope, std::vector<Value>& outputs) {
    Layer layer(scope);
    Gates gates(scope, layer);
    Vector c = numbers_or_zeros(scope, 6, layer.batch * layer.hidden);
    size_t hidden = static_cast<size_t>(layer.hidden);
    run(scope, layer, outputs, [&](const double* x, double* h, size_t line) {
        gates.step(x, h);
        auto gate = [&](size_t number, size_t i) {
            return gates.x[number * hidden + i] + gates.h[number * hidden + i];
        };
        for (size_t i = 0; i < hidden; i++) {
            double& cell = c[line * hidden + i];
            cell = element::sigmoid(gate(2, i)) * cell +
                   element::sigmoid(gate(0, i)) * std::tanh(gate(3, i));
            h[i] = element::sigmoid(gate(1, i)) * std::tanh(cell);
        }
    });
    outputs[2].numbers = c;
}

// h' = tanh(W x + Wb + R h + Rb), or Relu.
void evaluate_rnn(const NodeContext& scope, std::vector<Value>& outputs) {
    Layer layer(scope);
    Gates gates(scope, layer);
    const Attribute* activations = scope.attribute("activations");
    bool relu = activations && *activations == Attribute(std::vector<std::string>{"Relu"});
    run(scope, layer, outputs, [&](const double* x, double* h, size_t) {
        gates.step(x, h);
        for (size_t i = 0; i < gates.x.size(); i++) {
            double sum = gates.x[i] + gates.h[i];
            h[i] = relu ? std::max(sum, 0.0) : std::tanh(sum);
        }
    });
}

}  // namespace quillet
