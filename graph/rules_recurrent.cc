// Rules of recurrent layers: GRU, LSTM and RNN, by the equations of ONNX's operator pages.
// SPDX-License-Identifier: MIT
#include <cmath>

#include "graph/elementwise.h"
#include "graph/recurrence.h"
#include "graph/rules.h"

namespace quillet {
namespace {

using Vector = std::vector<double>;
using FunctionKind = Recurrence::Kind;

struct FunctionRow {
    const char* name;
    FunctionKind kind;
    double alpha, beta;  // where the node gives none
    int parameters;
};
constexpr FunctionRow kFunctions[] = {
    {"Sigmoid", FunctionKind::sigmoid, 0, 0, 0},
    {"Tanh", FunctionKind::tanh, 0, 0, 0},
    {"Relu", FunctionKind::relu, 0, 0, 0},
    {"Affine", FunctionKind::affine, 1, 0, 2},
    {"LeakyRelu", FunctionKind::leaky_relu, 0.01, 0, 1},
    {"ThresholdedRelu", FunctionKind::thresholded_relu, 1, 0, 1},
    {"ScaledTanh", FunctionKind::scaled_tanh, 1, 1, 2},
    {"HardSigmoid", FunctionKind::hard_sigmoid, 0.2, 0.5, 2},
    {"Elu", FunctionKind::elu, 1, 0, 1},
    {"Softsign", FunctionKind::softsign, 0, 0, 0},
    {"Softplus", FunctionKind::softplus, 0, 0, 0},
};

double value_of(const Recurrence::Function& f, double x) {
    switch (f.kind) {
        case FunctionKind::sigmoid:
            return element::sigmoid(x);
        case FunctionKind::tanh:
            return std::tanh(x);
        case FunctionKind::relu:
            return std::max(x, 0.0);
        case FunctionKind::affine:
            return f.alpha * x + f.beta;
        case FunctionKind::leaky_relu:
            return x < 0 ? f.alpha * x : x;
        case FunctionKind::thresholded_relu:
            return x > f.alpha ? x : 0;
        case FunctionKind::scaled_tanh:
            return f.alpha * std::tanh(f.beta * x);
        case FunctionKind::hard_sigmoid:
            return std::clamp(f.alpha * x + f.beta, 0.0, 1.0);
        case FunctionKind::elu:
            return x > 0 ? x : f.alpha * std::expm1(x);
        case FunctionKind::softsign:
            return element::softsign(x);
        case FunctionKind::softplus:
            return element::softplus(x);
    }
    return x;
}

void expect_shape(const NodeContext& context, size_t input, const char* name,
                  const Dimensions& shape) {
    if (!context.has_input(input)) return;
    if (context.shape(input) != shape || context.input(input).type != context.input(0).type)
        context.fail(std::string("has ") + name + " of " + name_of(context.input(input).type) +
                     " " + text_of(context.shape(input)) + "; expected " +
                     name_of(context.input(0).type) + " " + text_of(shape));
}

// One direction of one layer at one step of one line.
struct LayerStep {
    const Recurrence& layer;
    const Recurrence::Function* functions;
    const double *W, *R, *B, *P;  // B and P may be null
    Vector x_sums, h_sums;        // of W x + Wb and R h + Rb

    double apply(int f, double x) const {
        return value_of(functions[f], std::clamp(x, -layer.clip, layer.clip));
    }
    static double dot(const double* a, const double* b, size_t count) {
        double sum = 0;
        for (size_t i = 0; i < count; i++) sum += a[i] * b[i];
        return sum;
    }
    void sum(const double* x, const double* h) {
        const size_t rows = static_cast<size_t>(layer.gates * layer.hidden);
        const size_t I = static_cast<size_t>(layer.inputs), H = static_cast<size_t>(layer.hidden);
        x_sums.resize(rows), h_sums.resize(rows);
        for (size_t row = 0; row < rows; row++) {
            x_sums[row] = dot(W + row * I, x, I) + (B ? B[row] : 0);
            h_sums[row] = dot(R + row * H, h, H) + (B ? B[rows + row] : 0);
        }
    }
    double peephole(size_t gate, size_t i, double c) const {
        return P ? P[gate * static_cast<size_t>(layer.hidden) + i] * c : 0;
    }
    void gru(double* h) const;
    void lstm(double* h, double* c) const;
    void step(const double* x, double* h, double* c) {
        sum(x, h);
        if (layer.gates == 3) return gru(h);
        if (layer.gates == 4) return lstm(h, c);
        for (size_t i = 0; i < x_sums.size(); i++) h[i] = apply(0, x_sums[i] + h_sums[i]);
    }
};

// z = f(Wz x + Rz h), r = f(Wr x + Rr h), h' = (1 - z) n + z h, all with their biases, and n = g(Wn x + Wbn +
// r (Rn h + Rbn)) where linear_before_reset, else g(Wn x + Wbn + Rn (r h) + Rbn).
void LayerStep::gru(double* h) const {
    const size_t H = static_cast<size_t>(layer.hidden);
    Vector reset(H), reset_h(H), next(H);
    for (size_t i = 0; i < H; i++) {
        reset[i] = apply(0, x_sums[H + i] + h_sums[H + i]);
        reset_h[i] = reset[i] * h[i];
    }
    for (size_t i = 0; i < H; i++) {
        const size_t row = 2 * H + i;
        double recurrent = layer.linear_before_reset
                               ? reset[i] * h_sums[row]
                               : dot(R + row * H, reset_h.data(), H) + (B ? B[3 * H + row] : 0);
        double z = apply(0, x_sums[i] + h_sums[i]), n = apply(1, x_sums[row] + recurrent);
        next[i] = (1 - z) * n + z * h[i];
    }
    std::copy(next.begin(), next.end(), h);
}

// Gates i, o, f, g: c' = f(f) c + f(i) g(g), h' = f(o) h(c'), with peepholes from c and c'.
void LayerStep::lstm(double* h, double* c) const {
    const size_t H = static_cast<size_t>(layer.hidden);
    auto sum_of = [&](size_t gate, size_t i) {
        return x_sums[gate * H + i] + h_sums[gate * H + i];
    };
    for (size_t k = 0; k < H; k++) {
        double i = apply(0, sum_of(0, k) + peephole(0, k, c[k]));
        double f = layer.input_forget ? 1 - i : apply(0, sum_of(2, k) + peephole(2, k, c[k]));
        double next = f * c[k] + i * apply(1, sum_of(3, k));
        double o = apply(0, sum_of(1, k) + peephole(1, k, next));
        c[k] = next;
        h[k] = o * apply(2, next);
    }
}

}  // namespace

void Recurrence::read_functions(const NodeContext& context) {
    const Attribute* given = context.attribute("activations");
    auto* names = given ? std::get_if<std::vector<std::string>>(given) : nullptr;
    const std::vector<float> alphas = context.numbers_attribute("activation_alpha"),
                             betas = context.numbers_attribute("activation_beta");
    const size_t each = gates == 4 ? 3 : gates == 3 ? 2 : 1;
    if (names && names->size() != each * static_cast<size_t>(directions))
        context.fail("has " + std::to_string(names->size()) + " activations");
    size_t alpha = 0, beta = 0;
    for (size_t i = 0; i < each * static_cast<size_t>(directions); i++) {
        const char* usual = gates == 1 || i % each > 0 ? "Tanh" : "Sigmoid";
        std::string name = names ? (*names)[i] : usual;
        auto same = [](char a, char b) { return (a | 32) == (b | 32); };
        auto row =
            std::find_if(std::begin(kFunctions), std::end(kFunctions), [&](const FunctionRow& f) {
                std::string_view known = f.name;
                return std::equal(known.begin(), known.end(), name.begin(), name.end(), same);
            });
        if (row == std::end(kFunctions))
            context.fail("has the activation '" + name + "', which is unknown");
        Function& f = functions[i / each * 3 + i % each];
        f = {row->kind, row->alpha, row->beta};
        if (row->parameters > 0 && alpha < alphas.size())
            f.alpha = static_cast<double>(alphas[alpha++]);
        if (row->parameters > 1 && beta < betas.size()) f.beta = static_cast<double>(betas[beta++]);
    }
}

Recurrence::Recurrence(const NodeContext& context) {
    const std::string& op = context.node.op;
    gates = op == "LSTM" ? 4 : op == "GRU" ? 3 : 1;
    const Dimensions &x = context.shape(0), &R = context.shape(2);
    if (x.size() != 3 || R.size() != 3)
        context.fail("has X of shape " + text_of(x) + " and R of shape " + text_of(R));
    layout = context.integer_attribute("layout", 0);
    const std::string direction = context.text_attribute("direction", "forward");
    if (direction != "forward" && direction != "reverse" && direction != "bidirectional")
        context.fail("has the direction '" + direction + "'");
    directions = direction == "bidirectional" ? 2 : 1;
    reverse = direction == "reverse";
    steps = layout == 1 ? x[1] : x[0], batch = layout == 1 ? x[0] : x[1], inputs = x[2],
    hidden = R[2];
    const int64_t rows = gates * hidden;
    if (context.integer_attribute("hidden_size", hidden) != hidden)
        context.fail("has hidden_size " +
                     std::to_string(context.integer_attribute("hidden_size", 0)) + " and R for " +
                     std::to_string(hidden));
    expect_shape(context, 1, "W", {directions, rows, inputs});
    expect_shape(context, 2, "R", {directions, rows, hidden});
    expect_shape(context, 3, "B", {directions, 2 * rows});
    if (context.has_input(4) &&
        (context.shape(4) != Dimensions{batch} || context.input(4).type != Type::int32))
        context.fail("has sequence_lens of " + text_of(context.shape(4)));
    const Dimensions state =
        layout == 1 ? Dimensions{batch, directions, hidden} : Dimensions{directions, batch, hidden};
    expect_shape(context, 5, "initial_h", state);
    expect_shape(context, 6, "initial_c", state);
    expect_shape(context, 7, "peepholes", {directions, 3 * hidden});
    linear_before_reset = context.integer_attribute("linear_before_reset", 0) != 0;
    input_forget = context.integer_attribute("input_forget", 0) != 0;
    clip = context.number_attribute("clip", std::numeric_limits<double>::infinity());
    if (!(clip >= 0)) context.fail("has a negative clip");
    read_functions(context);
}

std::vector<TypedShape> shapes_recurrent(const NodeContext& context) {
    const Recurrence r(context);
    Type type = context.input(0).type;
    const bool first = r.layout == 1;
    Dimensions state = first ? Dimensions{r.batch, r.directions, r.hidden}
                             : Dimensions{r.directions, r.batch, r.hidden};
    Dimensions y = first ? Dimensions{r.batch, r.steps, r.directions, r.hidden}
                         : Dimensions{r.steps, r.directions, r.batch, r.hidden};
    std::vector<TypedShape> shapes = {{type, y}, {type, state}};
    if (r.gates == 4) shapes.push_back({type, state});
    return shapes;
}

void evaluate_recurrent(const NodeContext& context, std::vector<Value>& outputs) {
    const Recurrence r(context);
    auto given = [&](size_t input) {
        return context.has_input(input) ? context.value(input).numbers.data() : nullptr;
    };
    const int64_t H = r.hidden, rows = r.gates * H, D = r.directions, B = r.batch;
    auto start = [&](size_t input) {
        return context.has_input(input) ? context.value(input).numbers
                                        : Vector(static_cast<size_t>(D * B * H), 0.0);
    };
    Vector h = start(5), c = r.gates == 4 ? start(6) : h;
    const bool first = r.layout == 1;
    for (int64_t d = 0; d < D; d++) {
        LayerStep cell{r,
                       r.functions + 3 * d,
                       given(1) + d * rows * r.inputs,
                       given(2) + d * rows * H,
                       given(3) ? given(3) + d * 2 * rows : nullptr,
                       given(7) ? given(7) + d * 3 * H : nullptr,
                       {},
                       {}};
        for (int64_t line = 0; line < B; line++) {
            const int64_t state = (first ? line * D + d : d * B + line) * H;
            int64_t length = context.has_input(4)
                                 ? context.value(4).integers[static_cast<size_t>(line)]
                                 : r.steps;
            length = std::clamp<int64_t>(length, 0, r.steps);
            for (int64_t t = 0; t < length; t++) {
                const int64_t at = r.reverse || d == 1 ? length - 1 - t : t;
                const int64_t x = (first ? line * r.steps + at : at * B + line) * r.inputs;
                const int64_t y =
                    first ? ((line * r.steps + at) * D + d) * H : ((at * D + d) * B + line) * H;
                cell.step(given(0) + x, h.data() + state, c.data() + state);
                std::copy_n(h.begin() + state, H, outputs[0].numbers.begin() + y);
            }
        }
    }
    outputs[1].numbers = h;
    if (r.gates == 4) outputs[2].numbers = c;
}

}  // namespace quillet
