// Proof that no intermediate of an integer model leaves 32 bits, by interval arithmetic over its
// own weights.
// SPDX-License-Identifier: MIT
//
// Magnitudes suffice: every interval is symmetric but for the half that a rounding shift adds. What
// is known without the weights: |h8| <= 127, |h| and |n| <= 32512, gates <= 16378 of 16384, |c| <=
// kCellLimit.
#include "integer/integer_bounds.h"

#include <algorithm>
#include <cstdlib>

#include "base/error.h"

namespace quillet {

namespace {

constexpr int64_t kH8 = 127;
constexpr int64_t kH = 32512;
constexpr int64_t kGate = 16378;  // the sigmoid table's last entry

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
    const int8_t* q = matrix.q.data();
    for (int row = 0; row < matrix.rows; row++) {
        int64_t sum = 0;
        for (int column = 0; column < matrix.columns; column++) sum += std::abs(*q++) * kH8;
        const int32_t m = matrix.m[static_cast<size_t>(row)],
                      k = matrix.k[static_cast<size_t>(row)];
        bounds.add(name + ": sum of q * h8", row, sum);
        bounds.add(name + ": sum * m + half", row, sum * m + half_of(k));
        result.push_back(shifted(sum * m, k));
    }
    return result;
}

// Bounds of the table's part by gate rows: the worst token of each.
std::vector<int64_t> table_bounds(const IntegerMatrix& table, Bounds& bounds) {
    std::vector<int64_t> result(static_cast<size_t>(table.columns));
    const int8_t* q = table.q.data();
    for (int token = 0; token < table.rows; token++) {
        const int32_t m = table.m[static_cast<size_t>(token)],
                      k = table.k[static_cast<size_t>(token)];
        for (int64_t& worst : result) {
            const int64_t product = std::abs(*q++) * int64_t{m};
            bounds.add("input table: q * m + half", token, product + half_of(k));
            worst = std::max(worst, shifted(product, k));
        }
    }
    return result;
}

struct GateBounds {
    std::vector<int64_t> p, g;
};

void gru_bounds(const IntegerLayer& layer, const GateBounds& gates, const std::string& name,
                Bounds& bounds) {
    const size_t hidden = layer.b_hn.size();
    for (size_t i = 0; i < 2 * hidden; i++) {
        bounds.add(name + ": p + g + 8", static_cast<int64_t>(i), gates.p[i] + gates.g[i] + 8);
    }
    for (size_t i = 0; i < hidden; i++) {
        const int64_t row = static_cast<int64_t>(2 * hidden + i);
        const int64_t inner = gates.p[2 * hidden + i] + std::abs(int64_t{layer.b_hn[i]});
        bounds.add(name + ": r * (p_n + b_hn) + half", row, kGate * inner + half_of(14));
        bounds.add(name + ": g_n + r * (p_n + b_hn) + 8", row,
                   gates.g[2 * hidden + i] + shifted(kGate * inner, 14) + 8);
    }
    bounds.add(name + ": z * (h - n) + half", 0, kGate * 2 * kH + half_of(14));
}

void lstm_bounds(const GateBounds& gates, const std::string& name, Bounds& bounds) {
    for (size_t i = 0; i < gates.p.size(); i++) {
        bounds.add(name + ": p + g + 8", static_cast<int64_t>(i), gates.p[i] + gates.g[i] + 8);
    }
    const int64_t added = kGate * kH + half_of(3);
    bounds.add(name + ": i * g + half", 0, added);
    bounds.add(name + ": f * c + i * g + half", 0, kGate * kCellLimit + (added >> 3) + half_of(14));
    bounds.add(name + ": c * 129 + half", 0, int64_t{kCellLimit} * 129 + half_of(13));
    bounds.add(name + ": o * tanh + half", 0, kGate * kH + half_of(14));
}

}  // namespace

std::vector<Bound> bounds_of(const IntegerModel& model) {
    Bounds bounds;
    for (size_t i = 0; i < model.layers.size(); i++) {
        const IntegerLayer& layer = model.layers[i];
        const std::string name = "layer " + std::to_string(i);
        GateBounds gates;
        gates.g = i == 0 ? table_bounds(model.table, bounds)
                         : product_bounds(layer.input, name + ", input matrix", bounds);
        gates.p = product_bounds(layer.recurrent, name + ", recurrent matrix", bounds);
        for (size_t row = 0; row < gates.g.size(); row++) {
            gates.g[row] += std::abs(int64_t{layer.b[row]});
            bounds.add(name + ": input part + b", static_cast<int64_t>(row), gates.g[row]);
        }
        if (model.cell == Cell::gru) {
            gru_bounds(layer, gates, name, bounds);
        } else {
            lstm_bounds(gates, name, bounds);
        }
    }
    const std::vector<int64_t> logits = product_bounds(model.output, "output", bounds);
    for (size_t row = 0; row < logits.size(); row++) {
        const int64_t logit = logits[row] + std::abs(int64_t{model.output_bias[row]});
        bounds.add("output: logit", static_cast<int64_t>(row), logit);
    }
    return bounds.take();
}

Bound prove_bounds(const IntegerModel& model, const std::string& where) {
    Bound tightest;
    for (const Bound& bound : bounds_of(model)) {
        if (bound.value > tightest.value) tightest = bound;
    }
    if (tightest.value > INT32_MAX) {
        throw Error(
            where,
            tightest.what + " may reach " + std::to_string(tightest.value) + " in row " +
                std::to_string(tightest.row) +
                ", beyond 32 bits; train with smaller weights (weight decay) or fewer units");
    }
    return tightest;
}

}  // namespace quillet
