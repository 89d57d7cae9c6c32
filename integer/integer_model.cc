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

// The token's row of a table in Q10.
std::vector<int64_t> table_row(const IntegerMatrix& table, int token) {
    const size_t t = index_of(token), columns = index_of(table.columns);
    std::vector<int64_t> row;
    for (size_t i = 0; i < columns; i++)
        row.push_back(
            asr(int64_t{table.q[t * columns + i]} * table.m[t], table.k[t], "table * m", token));
    return row;
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
    int64_t clipped(int64_t x, int64_t lowest, int64_t highest, const Place&) override {
        return std::clamp(x, lowest, highest);
    }
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
    const auto add = [&](const std::vector<IntegerSkip>& skips) {
        for (const IntegerSkip& skip : skips)
            if (skip.from != kToken) count += skip.matrix.q.size();
    };
    for (const IntegerLayer& layer : layers) {
        count += layer.input.q.size() + layer.recurrent.q.size();
        add(layer.skips);
    }
    add(output_skips);
    return static_cast<int64_t>(count);
}

void erase_made(std::map<std::string, std::string>& metadata) {
    for (const char* made : {key::kAlphabet, key::kMerges, key::kBits, key::kTableBits,
                             key::kOutputBits, key::kFormat})
        metadata.erase(made);
}

namespace {

void check_skips(const IntegerModel& model, const std::vector<IntegerSkip>& skips, int below,
                 int rows, int bits, const std::string& name, const std::string& where) {
    for (const IntegerSkip& skip : skips) {
        const std::string what = name + ": a skip";
        if (skip.from < kToken || skip.from >= below)
            throw Error(where, what + " is not from below the layer below");
        if (skip.from == kToken)
            check_matrix(skip.matrix, model.alphabet.size(), rows, limit_of(model.table_bits), what,
                         where);
        else
            check_matrix(skip.matrix, rows, model.layers[index_of(skip.from)].hidden(),
                         limit_of(bits), what, where);
    }
}

void check_layer(const IntegerModel& model, size_t index, const std::string& where) {
    const IntegerLayer& layer = model.layers[index];
    const std::string name = "layer " + std::to_string(index);
    const int hidden = layer.hidden(), rows = gates_of(layer.cell) * hidden,
              limit = limit_of(model.bits);
    if (hidden < 1) throw Error(where, name + " has no hidden units");
    if (!layer.keeps_state() && (index == 0 || !row_of(layer.cell).stateless_name))
        throw Error(where, name + " keeps no state");
    if (index > 0)
        check_matrix(layer.input, rows, model.layers[index - 1].hidden(), limit,
                     name + ": the input matrix", where);
    if (layer.keeps_state())
        check_matrix(layer.recurrent, rows, hidden, limit, name + ": the recurrent matrix", where);
    check_bias(layer.b, rows, name + ": b", where);
    check_bias(layer.b_hn, row_of(layer.cell).apart_biases() * hidden, name + ": b_hn", where);
    check_skips(model, layer.skips, static_cast<int>(index) - 1, rows, model.bits, name, where);
}

}  // namespace

void check_sizes(const IntegerModel& model, const std::string& where) {
    const int vocabulary = model.alphabet.size();
    if (vocabulary < 1 || model.layers.empty()) throw Error(where, "has no alphabet or no layers");
    if (model.bits != 8 && model.bits != 4 && model.bits != 2)
        throw Error(where, "bits must be 8, 4 or 2");
    for (int bits : {model.table_bits, model.output_bits})
        if (bits != 8 && bits != 4) throw Error(where, "table and output bits must be 8 or 4");
    for (size_t i = 0; i < model.layers.size(); i++) check_layer(model, i, where);
    const int rows = static_cast<int>(model.layers[0].b.size());
    check_matrix(model.table, vocabulary, rows, limit_of(model.table_bits), "the input table",
                 where);
    check_matrix(model.output, vocabulary, model.layers.back().hidden(),
                 limit_of(model.output_bits), "the output", where);
    check_skips(model, model.output_skips, static_cast<int>(model.layers.size()) - 1, vocabulary,
                model.output_bits, "the output", where);
    check_bias(model.output_bias, vocabulary, "the output bias", where);
}

std::vector<StateOf> states_of(const IntegerModel& model) {
    std::vector<StateOf> states;
    for (size_t i = 0; i < model.layers.size(); i++) {
        const IntegerLayer& layer = model.layers[i];
        const std::string suffix = model.layers.size() == 1 ? "" : std::to_string(i);
        if (!layer.keeps_state()) continue;
        for (const CellState& state : row_of(layer.cell).states)
            states.push_back({state.name + suffix, layer.hidden()});
    }
    return states;
}

std::vector<std::string> state_names(const IntegerModel& model) {
    std::vector<std::string> names;
    for (const StateOf& state : states_of(model)) names.push_back(state.name);
    return names;
}

std::string layer_name(const IntegerModel& model, size_t index) {
    const IntegerLayer& layer = model.layers[index];
    return layer_name(layer.cell, layer.keeps_state(), index, model.layers.size());
}

std::string skip_suffix(int from) {
    return from == kToken ? "_token" : "_" + std::to_string(from);
}

IntegerReference::IntegerReference(const IntegerModel& model) : model_(model) {
    check_sizes(model, "integer model");
    for (const StateOf& state : states_of(model)) states_.emplace_back(index_of(state.size));
    for (const IntegerLayer& layer : model.layers) h_.emplace_back(index_of(layer.hidden()));
}

void IntegerReference::reset() {
    for (std::vector<int32_t>& state : states_) std::fill(state.begin(), state.end(), 0);
}

// g and what the skips read, table rows first.
std::vector<int64_t> IntegerReference::read(const std::vector<IntegerSkip>& skips, int token,
                                            std::vector<int64_t> g) const {
    for (const IntegerSkip& skip : skips) {
        const std::vector<int64_t> part = skip.from == kToken
                                              ? table_row(skip.matrix, token)
                                              : product(skip.matrix, h_[index_of(skip.from)]);
        for (size_t i = 0; i < g.size(); i++)
            g[i] = fit(g[i] + part[i], "input + skip", static_cast<int64_t>(i));
    }
    return g;
}

// `state`: the layer's first; returns that of the layer above.
size_t IntegerReference::step_layer(size_t index, int token, size_t state) {
    const IntegerLayer& layer = model_.layers[index];
    const std::vector<int64_t> input =
        index == 0 ? table_row(model_.table, token) : product(layer.input, h_[index - 1]);
    std::vector<int64_t> g = widened(layer.b), p = input;
    std::vector<std::vector<int64_t>> before;
    if (layer.keeps_state()) {
        for (size_t i = 0; i < g.size(); i++)
            g[i] = fit(g[i] + input[i], "input + b", static_cast<int64_t>(i));
        p = product(layer.recurrent, states_[state]);
        for (size_t j = 0; j < states_of(layer.cell); j++)
            before.push_back(widened(states_[state + j]));
    } else {
        before.emplace_back(h_[index].size());
    }
    ReferenceStep step(p, read(layer.skips, token, std::move(g)), widened(layer.b_hn),
                       std::move(before));
    row_of(layer.cell).integer_step(step);
    const std::vector<int64_t>& h = step.next_state(0);
    h_[index].assign(h.begin(), h.end());
    for (size_t j = 0; layer.keeps_state() && j < states_of(layer.cell); j++, state++) {
        const std::vector<int64_t>& next = step.next_state(j);
        states_[state].assign(next.begin(), next.end());
    }
    return state;
}

std::vector<int32_t> IntegerReference::step(int token) {
    size_t state = 0;
    for (size_t i = 0; i < model_.layers.size(); i++) state = step_layer(i, token, state);
    std::vector<int64_t> p = product(model_.output, h_.back());
    for (size_t i = 0; i < p.size(); i++)
        p[i] = fit(p[i] + model_.output_bias[i], "logit", static_cast<int64_t>(i));
    p = read(model_.output_skips, token, std::move(p));
    return {p.begin(), p.end()};
}

}  // namespace quillet
