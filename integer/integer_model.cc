// An integer character model as a value: its sizes, and the contract's step in int64 as the
// witness.
// SPDX-License-Identifier: MIT
#include "integer/integer_model.h"

#include <algorithm>

#include "base/error.h"
#include "integer/number_step.h"
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

// A cell's step in int64, checked to fit 32 bits wherever the kernels compute in them.
class ReferenceStep : public NumberStep {
  public:
    using NumberStep::NumberStep;

  private:
    int64_t sum(int64_t a, int64_t b, const Place& at) override { return fit(a + b, at); }
    int64_t difference(int64_t a, int64_t b, const Place& at) override { return fit(a - b, at); }
    int64_t product(int64_t a, int64_t b, const Place& at) override { return fit(a * b, at); }
    int64_t shifted(int64_t x, int k, const Place& at) override {
        return asr(x, k, at.text.c_str(), at.row);
    }
    int64_t clipped(int64_t x, int64_t limit) override { return std::clamp(x, -limit, limit); }
    int64_t sigmoid_of(int64_t x, const Place& at) override {
        return quillet_sigmoid_table[entry(shifted(x, 4, at))];
    }
    int64_t tanh_of(int64_t x, const Place& at) override { return tanh_entry(shifted(x, 4, at)); }
    int64_t tanh_entry(int64_t index) override { return quillet_tanh_table[entry(index)]; }

    static int64_t fit(int64_t x, const Place& at) {
        return quillet::fit(x, at.text.c_str(), at.row);
    }
    static int64_t asr(int64_t x, int k, const char* what, int64_t row) {
        return quillet::asr(x, k, what, row);
    }
    static size_t entry(int64_t index) {
        return index_of(std::clamp<int64_t>(index, -512, 511) + 512);
    }
};

std::vector<int64_t> widened(const std::vector<int32_t>& values) {
    return {values.begin(), values.end()};
}

}  // namespace

int64_t IntegerModel::weight_count() const {
    size_t count = output.q.size();
    for (const IntegerLayer& layer : layers)
        count += layer.input.q.size() + layer.recurrent.q.size();
    return static_cast<int64_t>(count);
}

void erase_made(std::map<std::string, std::string>& metadata) {
    for (const char* made : {key::kAlphabet, key::kMerges, key::kBits, key::kTableBits,
                             key::kOutputBits, key::kFormat})
        metadata.erase(made);
}

void check_sizes(const IntegerModel& model, const std::string& where) {
    const int vocabulary = model.alphabet.size(), rows = gates_of(model.cell) * model.hidden;
    if (vocabulary < 1 || model.hidden < 1 || model.layers.empty()) {
        throw Error(where, "has no alphabet, no hidden units or no layers");
    }
    if (model.bits != 8 && model.bits != 4 && model.bits != 2)
        throw Error(where, "bits must be 8, 4 or 2");
    for (int bits : {model.table_bits, model.output_bits})
        if (bits != 8 && bits != 4) throw Error(where, "table and output bits must be 8 or 4");
    check_matrix(model.table, vocabulary, rows, limit_of(model.table_bits), "the input table",
                 where);
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
        check_bias(layer.b_hn, row_of(model.cell).apart_biases() * model.hidden, name + ": b_hn",
                   where);
    }
    check_matrix(model.output, vocabulary, model.hidden, limit_of(model.output_bits), "the output",
                 where);
    check_bias(model.output_bias, vocabulary, "the output bias", where);
}

std::vector<std::string> state_names(const IntegerModel& model) {
    std::vector<std::string> names;
    for (size_t i = 0; i < model.layers.size(); i++) {
        const std::string suffix = model.layers.size() == 1 ? "" : std::to_string(i);
        for (const CellState& state : row_of(model.cell).states)
            names.push_back(state.name + suffix);
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
        g = product(model_.layers[layer].input, states_[(layer - 1) * states_of(model_.cell)]);
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
    const size_t per_layer = states_of(model_.cell);
    for (size_t i = 0; i < model_.layers.size(); i++) {
        const std::vector<int64_t> g = input_part(i, token);
        const std::vector<int64_t> p = product(model_.layers[i].recurrent, states_[i * per_layer]);
        std::vector<std::vector<int64_t>> before;
        for (size_t j = 0; j < per_layer; j++)
            before.push_back(widened(states_[i * per_layer + j]));
        ReferenceStep step(p, g, widened(model_.layers[i].b_hn), std::move(before));
        row_of(model_.cell).integer_step(step);
        for (size_t j = 0; j < per_layer; j++) {
            const std::vector<int64_t>& next = step.next_state(j);
            states_[i * per_layer + j].assign(next.begin(), next.end());
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
