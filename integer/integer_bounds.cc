// Proof that no intermediate of an integer model leaves 32 bits, by interval arithmetic over its
// own weights.
// SPDX-License-Identifier: MIT
//
// Magnitudes suffice: every interval is symmetric but for the half that a rounding shift adds. What
// is known without the weights: |h8| <= 127, states within their row's limits, tanh <= 32512, gates
// <= 16378 of 16384.
#include "integer/integer_bounds.h"

#include <algorithm>
#include <cstdlib>

#include "base/error.h"
#include "integer/number_step.h"

namespace quillet {

namespace {

int64_t half_of(int k) {
    return (int64_t{1} << k) >> 1;
}

// The largest |asr(x, k)| for |x| <= bound.
int64_t shifted(int64_t bound, int k) {
    return (bound + half_of(k)) >> k;
}

// Keeps the worst row of each kind of intermediate.
class Bounds {
  public:
    void add(const std::string& what, int64_t row, int64_t value) {
        for (Bound& bound : bounds_) {
            if (bound.what != what) continue;
            if (value > bound.value) bound = {what, static_cast<int>(row), value};
            return;
        }
        bounds_.push_back({what, static_cast<int>(row), value});
    }
    std::vector<Bound> take() { return std::move(bounds_); }

  private:
    std::vector<Bound> bounds_;
};

// Bounds of matrix * h8 by rows, in Q10.
std::vector<int64_t> product_bounds(const IntegerMatrix& matrix, const std::string& name,
                                    Bounds& bounds) {
    std::vector<int64_t> result;
    for (int row = 0; row < matrix.rows; row++) {
        const int64_t sum = largest_sum(matrix, row);
        const int32_t m = matrix.m[static_cast<size_t>(row)],
                      k = matrix.k[static_cast<size_t>(row)];
        bounds.add(name + ": sum of q * h8", row, sum);
        bounds.add(name + ": sum * m + half", row, sum * m + half_of(k));
        result.push_back(shifted(sum * m, k));
    }
    return result;
}

// Bounds of a table's part by gate rows: the worst token of each.
std::vector<int64_t> table_bounds(const IntegerMatrix& table, const std::string& name,
                                  Bounds& bounds) {
    std::vector<int64_t> result(static_cast<size_t>(table.columns));
    const int8_t* q = table.q.data();
    for (int token = 0; token < table.rows; token++) {
        const int32_t m = table.m[static_cast<size_t>(token)],
                      k = table.k[static_cast<size_t>(token)];
        for (int64_t& worst : result) {
            const int64_t product = std::abs(*q++) * int64_t{m};
            bounds.add(name + ": q * m + half", token, product + half_of(k));
            worst = std::max(worst, shifted(product, k));
        }
    }
    return result;
}

// A cell's step on magnitudes: each operation's worst, in what the kernels compute in 32 bits.
class BoundsStep : public NumberStep {
  public:
    BoundsStep(Bounds& bounds, std::string layer, std::vector<int64_t> p, std::vector<int64_t> g,
               std::vector<int64_t> apart, std::vector<std::vector<int64_t>> states)
        : NumberStep(std::move(p), std::move(g), std::move(apart), std::move(states)),
          bounds_(bounds),
          layer_(std::move(layer)) {}

  private:
    int64_t sum(int64_t a, int64_t b, const Place&) override { return a + b; }
    int64_t difference(int64_t a, int64_t b, const Place&) override { return a + b; }
    int64_t product(int64_t a, int64_t b, const Place&) override { return a * b; }
    int64_t shifted(int64_t x, int k, const Place& at) override {
        bounds_.add(layer_ + ": " + at.text + " + half", at.row, x + half_of(k));
        return quillet::shifted(x, k);
    }
    int64_t clipped(int64_t x, int64_t lowest, int64_t highest, const Place& at) override {
        bounds_.add(layer_ + ": " + at.text, at.row, x);
        return std::min(x, std::max(-lowest, highest));
    }
    int64_t sigmoid_of(int64_t x, const Place& at) override { return look_up(x, kGateLimit, at); }
    int64_t tanh_of(int64_t x, const Place& at) override { return look_up(x, kHiddenLimit, at); }
    int64_t tanh_entry(int64_t) override { return kHiddenLimit; }

    int64_t look_up(int64_t x, int64_t largest, const Place& at) {
        bounds_.add(layer_ + ": " + at.text + " + 8", at.row, x + 8);
        return largest;
    }

    Bounds& bounds_;
    std::string layer_;
};

void cell_bounds(const IntegerLayer& layer, const std::string& name, std::vector<int64_t> p,
                 std::vector<int64_t> g, Bounds& bounds) {
    const CellRow& cell = row_of(layer.cell);
    std::vector<int64_t> apart;
    for (int32_t bias : layer.b_hn) apart.push_back(std::abs(int64_t{bias}));
    std::vector<std::vector<int64_t>> states;
    for (const CellState& state : cell.states)
        states.emplace_back(static_cast<size_t>(layer.hidden()), state.limit);
    BoundsStep step(bounds, name, std::move(p), std::move(g), std::move(apart), std::move(states));
    cell.integer_step(step);
}

// Adds to g what the skips read.
void add_skip_bounds(const std::vector<IntegerSkip>& skips, const std::string& name,
                     std::vector<int64_t>& g, Bounds& bounds) {
    for (const IntegerSkip& skip : skips) {
        const std::string what = name + ", skip" + skip_suffix(skip.from);
        const std::vector<int64_t> part = skip.from == kToken
                                              ? table_bounds(skip.matrix, what, bounds)
                                              : product_bounds(skip.matrix, what, bounds);
        for (size_t row = 0; row < g.size(); row++) {
            g[row] += part[row];
            bounds.add(name + ": input part + skips", static_cast<int64_t>(row), g[row]);
        }
    }
}

void layer_bounds(const IntegerModel& model, size_t index, Bounds& bounds) {
    const IntegerLayer& layer = model.layers[index];
    const std::string name = "layer " + std::to_string(index);
    const std::vector<int64_t> input =
        index == 0 ? table_bounds(model.table, "input table", bounds)
                   : product_bounds(layer.input, name + ", input matrix", bounds);
    std::vector<int64_t> p = input, g;
    if (layer.keeps_state())
        p = product_bounds(layer.recurrent, name + ", recurrent matrix", bounds);
    for (size_t row = 0; row < input.size(); row++) {
        g.push_back(std::abs(int64_t{layer.b[row]}) + (layer.keeps_state() ? input[row] : 0));
        bounds.add(name + ": input part + b", static_cast<int64_t>(row), g[row]);
    }
    add_skip_bounds(layer.skips, name, g, bounds);
    cell_bounds(layer, name, std::move(p), std::move(g), bounds);
}

// One bound for each kind of intermediate: its worst row.
std::vector<Bound> bounds_of(const IntegerModel& model) {
    Bounds bounds;
    for (size_t i = 0; i < model.layers.size(); i++) layer_bounds(model, i, bounds);
    std::vector<int64_t> logits = product_bounds(model.output, "output", bounds);
    for (size_t row = 0; row < logits.size(); row++) {
        logits[row] += std::abs(int64_t{model.output_bias[row]});
        bounds.add("output: logit", static_cast<int64_t>(row), logits[row]);
    }
    add_skip_bounds(model.output_skips, "output", logits, bounds);
    return bounds.take();
}

}  // namespace

int64_t largest_sum(const IntegerMatrix& matrix, int row) {
    const int8_t* q = matrix.q.data() + int64_t{row} * matrix.columns;
    int64_t sum = 0;
    for (int column = 0; column < matrix.columns; column++) sum += std::abs(q[column]);
    return sum * kH8Limit;
}

Bound prove_bounds(const IntegerModel& model, const std::string& where) {
    Bound tightest;
    for (const Bound& bound : bounds_of(model)) {
        if (bound.value > tightest.value) tightest = bound;
    }
    if (tightest.value > INT32_MAX) {
        throw Error(where,
                    tightest.what + " may reach " + std::to_string(tightest.value) + " in row " +
                        std::to_string(tightest.row) +
                        ", beyond 32 bits; try more bits, or train with smaller weights (weight "
                        "decay, a lower learning rate) or fewer units");
    }
    return tightest;
}

}  // namespace quillet
