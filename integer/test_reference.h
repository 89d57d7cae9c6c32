// The contract's step of an integer model in int64, the witness of tests and of the vectors of every port.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "integer/integer_model.h"
#include "integer/number_step.h"
#include "runtime/quillet_tables.h"

namespace quillet {

namespace reference {

inline size_t index_of(int64_t i) {
    return static_cast<size_t>(i);
}

// A value of the witness: int64, checked to fit 32 bits.
inline int64_t fit(int64_t x, const char* what, int64_t row) {
    if (x >= INT32_MIN && x <= INT32_MAX) return x;
    throw Error("integer model", std::string(what) + ", row " + std::to_string(row) + ": " +
                                     std::to_string(x) + " does not fit 32 bits");
}

inline int64_t asr(int64_t x, int32_t k, const char* what, int64_t row) {
    return fit(x + ((int64_t{1} << k) >> 1), what, row) >> k;
}

// matrix * h8 in Q10.
inline std::vector<int64_t> product(const IntegerMatrix& matrix, const std::vector<int32_t>& h) {
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
inline std::vector<int64_t> table_row(const IntegerMatrix& table, int token) {
    const size_t t = index_of(token), columns = index_of(table.columns);
    std::vector<int64_t> row;
    for (size_t i = 0; i < columns; i++)
        row.push_back(
            asr(int64_t{table.q[t * columns + i]} * table.m[t], table.k[t], "table * m", token));
    return row;
}

// A cell's step in int64, checked to fit 32 bits wherever the kernels compute in them.
class Step : public NumberStep {
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
        return reference::fit(x, at.text.c_str(), at.row);
    }
    static int64_t asr(int64_t x, int k, const char* what, int64_t row) {
        return reference::asr(x, k, what, row);
    }
    static size_t entry(int64_t index) {
        return index_of(std::clamp<int64_t>(index, -512, 511) + 512);
    }
};

inline std::vector<int64_t> widened(const std::vector<int32_t>& values) {
    return {values.begin(), values.end()};
}

}  // namespace reference

// The contract's step in int64, the independent witness for every other way to compute it. Values
// of `states` are in the order of state_names; all zero at the start of a line.
class IntegerReference {
  public:
    explicit IntegerReference(const IntegerModel& model);

    void reset();
    // The logits, V of them in Q10. Throws Error naming the row where an intermediate leaves 32
    // bits.
    std::vector<int32_t> step(int token);

    const std::vector<std::vector<int32_t>>& states() const { return states_; }
    std::vector<std::vector<int32_t>>& states() { return states_; }

  private:
    std::vector<int64_t> read(const std::vector<IntegerSkip>& skips, int token,
                              std::vector<int64_t> g) const;
    size_t step_layer(size_t index, int token, size_t state);

    const IntegerModel& model_;
    std::vector<std::vector<int32_t>> states_;
    std::vector<std::vector<int32_t>> h_;  // of each layer, after its step
};

inline IntegerReference::IntegerReference(const IntegerModel& model) : model_(model) {
    check_sizes(model, "integer model");
    for (const StateOf& state : states_of(model))
        states_.emplace_back(reference::index_of(state.size));
    for (const IntegerLayer& layer : model.layers)
        h_.emplace_back(reference::index_of(layer.hidden()));
}

inline void IntegerReference::reset() {
    for (std::vector<int32_t>& state : states_) std::fill(state.begin(), state.end(), 0);
}

// g and what the skips read, table rows first.
inline std::vector<int64_t> IntegerReference::read(const std::vector<IntegerSkip>& skips, int token,
                                                   std::vector<int64_t> g) const {
    for (const IntegerSkip& skip : skips) {
        const std::vector<int64_t> part =
            skip.from == kToken
                ? reference::table_row(skip.matrix, token)
                : reference::product(skip.matrix, h_[reference::index_of(skip.from)]);
        for (size_t i = 0; i < g.size(); i++)
            g[i] = reference::fit(g[i] + part[i], "input + skip", static_cast<int64_t>(i));
    }
    return g;
}

// `state`: the layer's first; returns that of the layer above.
inline size_t IntegerReference::step_layer(size_t index, int token, size_t state) {
    const IntegerLayer& layer = model_.layers[index];
    const std::vector<int64_t> input = index == 0 ? reference::table_row(model_.table, token)
                                                  : reference::product(layer.input, h_[index - 1]);
    std::vector<int64_t> g = reference::widened(layer.b), p = input;
    std::vector<std::vector<int64_t>> before;
    if (layer.keeps_state()) {
        for (size_t i = 0; i < g.size(); i++)
            g[i] = reference::fit(g[i] + input[i], "input + b", static_cast<int64_t>(i));
        p = reference::product(layer.recurrent, states_[state]);
        for (size_t j = 0; j < states_of(layer.cell); j++)
            before.push_back(reference::widened(states_[state + j]));
    } else {
        before.emplace_back(h_[index].size());
    }
    reference::Step step(p, read(layer.skips, token, std::move(g)), reference::widened(layer.b_hn),
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

inline std::vector<int32_t> IntegerReference::step(int token) {
    size_t state = 0;
    for (size_t i = 0; i < model_.layers.size(); i++) state = step_layer(i, token, state);
    std::vector<int64_t> p = reference::product(model_.output, h_.back());
    for (size_t i = 0; i < p.size(); i++)
        p[i] = reference::fit(p[i] + model_.output_bias[i], "logit", static_cast<int64_t>(i));
    p = read(model_.output_skips, token, std::move(p));
    return {p.begin(), p.end()};
}

}  // namespace quillet
