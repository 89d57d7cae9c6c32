// An integer character model as a value: its sizes, and the contract's step in int64 as the
// witness.
// SPDX-License-Identifier: MIT
#include "integer/integer_model.h"

#include <algorithm>

#include "base/error.h"
#include "integer/row_quantization.h"
#include "runtime/quillet_tables.h"

namespace quillet {

namespace {

size_t index_of(int64_t i) {
    return static_cast<size_t>(i);
}

/// Sizes ///

void check_matrix(const IntegerMatrix& matrix, int rows, int columns, int limit,
                  const std::string& name, const std::string& where) {
    const size_t count = index_of(rows) * index_of(columns);
    if (matrix.rows != rows || matrix.columns != columns || matrix.q.size() != count ||
        matrix.m.size() != index_of(rows) || matrix.k.size() != index_of(rows)) {
        throw Error(where, name + " is " + std::to_string(matrix.rows) + " x " +
                               std::to_string(matrix.columns) + "; expected " +
                               std::to_string(rows) + " x " + std::to_string(columns));
    }
    for (int8_t q : matrix.q) {
        if (q > limit || q < -limit) {
            throw Error(where, name + " holds " + std::to_string(q) + "; expected at most " +
                                   std::to_string(limit));
        }
    }
    for (int row = 0; row < rows; row++) {
        if (matrix.m[index_of(row)] < 1 || matrix.k[index_of(row)] < 0 ||
            matrix.k[index_of(row)] > 30) {
            throw Error(where, name + ", row " + std::to_string(row) +
                                   ": m must be at least 1 and k in 0 .. 30");
        }
    }
}

void check_bias(const std::vector<int32_t>& bias, int size, const std::string& name,
                const std::string& where) {
    if (bias.size() == index_of(size)) return;
    throw Error(where, name + " has " + std::to_string(bias.size()) + " values; expected " +
                           std::to_string(size));
}

/// The step ///

// A value of the witness: int64, checked to fit 32 bits.
int64_t fit(int64_t x, const char* what, int64_t row) {
    if (x >= INT32_MIN && x <= INT32_MAX) return x;
    throw Error("integer model", std::string(what) + ", row " + std::to_string(row) + ": " +
                                     std::to_string(x) + " does not fit 32 bits");
}

int64_t asr(int64_t x, int32_t k, const char* what, int64_t row) {
    return fit(x + ((int64_t{1} << k) >> 1), what, row) >> k;
}

size_t table_index(int64_t x) {
    return index_of(std::clamp<int64_t>(x, -512, 511) + 512);
}

int64_t sigmoid(int64_t x, int64_t row) {
    return quillet_sigmoid_table[table_index(asr(x, 4, "gate", row))];
}

int64_t tanh_of(int64_t x, int64_t row) {
    return quillet_tanh_table[table_index(asr(x, 4, "gate", row))];
}

// matrix * h8 in Q10.
std::vector<int64_t> product(const IntegerMatrix& matrix, const std::vector<int32_t>& h) {
    std::vector<int64_t> result(index_of(matrix.rows));
    const int8_t* q = matrix.q.data();
    for (int64_t row = 0; row < matrix.rows; row++) {
        int64_t sum = 0;
        for (int32_t value : h) sum = fit(sum + *q++ * ((value + 128) >> 8), "sum", row);
        const size_t r = index_of(row);
        result[r] = asr(fit(sum * matrix.m[r], "sum * m", row), matrix.k[r], "sum * m", row);
    }
    return result;
}

struct Gates {
    const std::vector<int64_t>& p;  // of the recurrent matrix
    const std::vector<int64_t>& g;  // of the input
};

void gru_step(const IntegerLayer& layer, const Gates& gates, std::vector<int32_t>& h) {
    const size_t hidden = h.size();
    for (size_t i = 0; i < hidden; i++) {
        const int64_t row = static_cast<int64_t>(i);
        const int64_t z = sigmoid(gates.p[i] + gates.g[i], row);
        const int64_t r = sigmoid(gates.p[hidden + i] + gates.g[hidden + i], row);
        const int64_t inner = fit(gates.p[2 * hidden + i] + layer.b_hn[i], "p_n + b_hn", row);
        const int64_t reset =
            asr(fit(r * inner, "r * (p_n + b_hn)", row), 14, "r * (p_n + b_hn)", row);
        const int64_t n = tanh_of(gates.g[2 * hidden + i] + reset, row);
        const int64_t moved = fit(z * (h[i] - n), "z * (h - n)", row);
        h[i] = static_cast<int32_t>(n + asr(moved, 14, "z * (h - n)", row));
    }
}

void lstm_step(const Gates& gates, std::vector<int32_t>& h, std::vector<int32_t>& c) {
    const size_t hidden = h.size();
    const auto gate = [&](size_t g, size_t i) {
        return gates.p[g * hidden + i] + gates.g[g * hidden + i];
    };
    for (size_t j = 0; j < hidden; j++) {
        const int64_t row = static_cast<int64_t>(j);
        const int64_t i = sigmoid(gate(0, j), row), o = sigmoid(gate(1, j), row),
                      f = sigmoid(gate(2, j), row);
        const int64_t g = tanh_of(gate(3, j), row);
        const int64_t added = asr(fit(i * g, "i * g", row), 3, "i * g", row);
        const int64_t sum = fit(fit(f * c[j], "f * c", row) + added, "f * c + i * g", row);
        c[j] = static_cast<int32_t>(
            std::clamp<int64_t>(asr(sum, 14, "f * c + i * g", row), -kCellLimit, kCellLimit));
        const int64_t index = asr(fit(int64_t{c[j]} * 129, "c * 129", row), 13, "c * 129", row);
        h[j] = static_cast<int32_t>(
            asr(o * quillet_tanh_table[table_index(index)], 14, "o * tanh", row));
    }
}

}  // namespace

int64_t IntegerModel::weight_count() const {
    size_t count = output.q.size();
    for (const IntegerLayer& layer : layers)
        count += layer.input.q.size() + layer.recurrent.q.size();
    return static_cast<int64_t>(count);
}

void check_sizes(const IntegerModel& model, const std::string& where) {
    const int vocabulary = model.alphabet.size(), rows = gates_of(model.cell) * model.hidden;
    if (vocabulary < 1 || model.hidden < 1 || model.layers.empty()) {
        throw Error(where, "has no alphabet, no hidden units or no layers");
    }
    if (model.bits != 8 && model.bits != 4 && model.bits != 2)
        throw Error(where, "bits must be 8, 4 or 2");
    check_matrix(model.table, vocabulary, rows, 127, "the input table", where);
    for (size_t i = 0; i < model.layers.size(); i++) {
        const IntegerLayer& layer = model.layers[i];
        const std::string name = "layer " + std::to_string(i);
        const int limit = limit_of(model.bits);
        if (i > 0)
            check_matrix(layer.input, rows, model.hidden, limit, name + ": the input matrix",
                         where);
        check_matrix(layer.recurrent, rows, model.hidden, limit, name + ": the recurrent matrix",
                     where);
        check_bias(layer.b, rows, name + ": b", where);
        check_bias(layer.b_hn, model.cell == Cell::gru ? model.hidden : 0, name + ": b_hn", where);
    }
    check_matrix(model.output, vocabulary, model.hidden, 127, "the output", where);
    check_bias(model.output_bias, vocabulary, "the output bias", where);
}

std::vector<std::string> state_names(const IntegerModel& model) {
    std::vector<std::string> names;
    for (size_t i = 0; i < model.layers.size(); i++) {
        const std::string suffix = model.layers.size() == 1 ? "" : std::to_string(i);
        names.push_back("h" + suffix);
        if (model.cell == Cell::lstm) names.push_back("c" + suffix);
    }
    return names;
}

IntegerReference::IntegerReference(const IntegerModel& model) : model_(model) {
    check_sizes(model, "integer model");
    states_.assign(state_names(model).size(), std::vector<int32_t>(index_of(model.hidden)));
}

void IntegerReference::reset() {
    for (std::vector<int32_t>& state : states_) std::fill(state.begin(), state.end(), 0);
}

// The input's part of the gates: the token's row of the table, or the product with the layer
// below's h8; and b.
std::vector<int64_t> IntegerReference::input_part(size_t layer, int token) const {
    std::vector<int64_t> g;
    if (layer > 0) {
        g = product(model_.layers[layer].input,
                    states_[(layer - 1) * states_per_layer(model_.cell)]);
    } else {
        const size_t t = index_of(token), columns = index_of(model_.table.columns);
        for (size_t i = 0; i < columns; i++) {
            const int64_t value = int64_t{model_.table.q[t * columns + i]} * model_.table.m[t];
            g.push_back(asr(value, model_.table.k[t], "table * m", token));
        }
    }
    for (size_t i = 0; i < g.size(); i++) {
        g[i] = fit(g[i] + model_.layers[layer].b[i], "input + b", static_cast<int64_t>(i));
    }
    return g;
}

std::vector<int32_t> IntegerReference::step(int token) {
    const size_t per_layer = states_per_layer(model_.cell);
    for (size_t i = 0; i < model_.layers.size(); i++) {
        const std::vector<int64_t> g = input_part(i, token);
        std::vector<int32_t>& h = states_[i * per_layer];
        const std::vector<int64_t> p = product(model_.layers[i].recurrent, h);
        if (model_.cell == Cell::gru) {
            gru_step(model_.layers[i], {p, g}, h);
        } else {
            lstm_step({p, g}, h, states_[i * per_layer + 1]);
        }
    }
    const std::vector<int64_t> p = product(model_.output, states_[states_.size() - per_layer]);
    std::vector<int32_t> logits;
    for (size_t i = 0; i < p.size(); i++) {
        logits.push_back(static_cast<int32_t>(
            fit(p[i] + model_.output_bias[i], "logit", static_cast<int64_t>(i))));
    }
    return logits;
}

}  // namespace quillet
