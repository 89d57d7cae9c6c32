// States without bound, those of ReLU, brought into 0 .. 1 by a scale of each unit.
// SPDX-License-Identifier: MIT
#include "integer/bounded_states.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "base/error.h"

namespace quillet {
namespace {

constexpr int kTokens = 4096, kLineLength = 256;
constexpr double kLargest = 1e4;  // beyond it states grow without end
// Other text may go beyond what was seen. A unit that hardly acts takes a share of its layer's largest
// h: were it scaled by its own, it would spoil the rows that the input table shares between units.
constexpr double kMargin = 1.125, kShare = 0.25;

using Values = std::vector<double>;

// y + matrix * x
Values plus_product(Values y, const Matrix& matrix, const Values& x) {
    const float* w = matrix.values.data();
    for (double& sum : y)
        for (double value : x) sum += double{*w++} * value;
    return y;
}

bool is_homogeneous(const RecurrentLayer& layer) {
    return row_of(layer.cell).is_homogeneous;
}

// The float model in double, by the cells' steps in training.
class FloatRun {
  public:
    explicit FloatRun(const RecurrentModel& model) : model_(model) {
        for (const RecurrentLayer& layer : model.layers) {
            h_.emplace_back(layer.hidden());
            c_.emplace_back(layer.hidden());
        }
    }

    void reset() {
        for (std::vector<Values>* states : {&h_, &c_})
            for (Values& state : *states) std::fill(state.begin(), state.end(), 0);
    }

    // The logits.
    Values step(int token) {
        const size_t t = static_cast<size_t>(token);
        if (model_.embedding.values.empty()) {
            token_.assign(static_cast<size_t>(model_.alphabet.size()), 0);
            token_[t] = 1;
        } else {
            const auto row = model_.embedding.values.begin() +
                             static_cast<std::ptrdiff_t>(t) * model_.embedding.columns;
            token_.assign(row, row + model_.embedding.columns);
        }
        for (size_t i = 0; i < h_.size(); i++) step_layer(i);
        Values logits(model_.output_bias.begin(), model_.output_bias.end());
        logits = plus_product(std::move(logits), model_.output, h_.back());
        return with_skips(std::move(logits), model_.output_skips);
    }

    const Values& h(size_t layer) const { return h_[layer]; }

  private:
    Values with_skips(Values y, const std::vector<Skip>& skips) const {
        for (const Skip& skip : skips)
            y = plus_product(std::move(y), skip.W,
                             skip.from == kToken ? token_ : h_[static_cast<size_t>(skip.from)]);
        return y;
    }

    void step_layer(size_t index) {
        const RecurrentLayer& layer = model_.layers[index];
        const CellRow& cell = row_of(layer.cell);
        const size_t hidden = static_cast<size_t>(layer.hidden()),
                     joined = hidden * static_cast<size_t>(cell.joined_biases);
        Values x(layer.Wb.begin(), layer.Wb.end()), p(x.size());
        for (size_t i = 0; i < joined; i++) x[i] += layer.Rb[i];
        x = plus_product(std::move(x), layer.W, index == 0 ? token_ : h_[index - 1]);
        x = with_skips(std::move(x), layer.skips);
        if (layer.keeps_state()) p = plus_product(std::move(p), layer.R, h_[index]);
        const Values before = h_[index], before_c = c_[index],
                     bias(layer.Rb.begin(), layer.Rb.end());
        Values work(hidden * static_cast<size_t>(cell.work_columns));
        cell.forward({layer.hidden(), x.data(), true, p.data(), bias.data(), before.data(),
                      before_c.data(), work.data(), h_[index].data(), c_[index].data()});
    }

    const RecurrentModel& model_;
    Values token_;
    std::vector<Values> h_, c_;
};

// A token drawn by its logits; `at` is in 0 .. 1.
int drawn(Values logits, double at) {
    const double most = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (double& p : logits) sum += p = std::exp(p - most);
    at *= sum;
    size_t token = 0;
    while (token + 1 < logits.size() && (at -= logits[token]) >= 0) token++;
    return static_cast<int>(token);
}

// The largest h of each unit.
std::vector<Values> largest_states(const RecurrentModel& model, const std::string& where) {
    std::vector<Values> largest;
    for (const RecurrentLayer& layer : model.layers)
        largest.emplace_back(static_cast<size_t>(layer.hidden()));
    FloatRun run(model);
    std::mt19937 random(1);
    int token = model.alphabet.line_token();
    for (int i = 0, length = 0; i < kTokens; i++, length++) {
        if (token == model.alphabet.line_token() || length == kLineLength) {
            run.reset();
            token = model.alphabet.line_token();
            length = 0;
        }
        const Values logits = run.step(token);
        for (size_t l = 0; l < largest.size(); l++)
            for (size_t u = 0; u < largest[l].size(); u++) {
                double& most = largest[l][u];
                most = std::max(most, run.h(l)[u]);
                if (!(most < kLargest))
                    throw Error(where, "layer " + std::to_string(l) +
                                           ": the states of ReLU grow beyond " +
                                           std::to_string(static_cast<int>(kLargest)) +
                                           " within a line, which no integers hold; train with "
                                           "nonlinearity='tanh' or with weight decay, and export "
                                           "that");
            }
        token = drawn(logits, static_cast<double>(random() >> 5) / (1 << 27));
    }
    return largest;
}

void scale_row(Matrix& matrix, size_t row, double factor) {
    const size_t columns = static_cast<size_t>(matrix.columns);
    for (size_t i = row * columns; i < (row + 1) * columns && i < matrix.values.size(); i++)
        matrix.values[i] = static_cast<float>(matrix.values[i] * factor);
}

void scale_columns(Matrix& matrix, const Values& factors) {
    for (size_t i = 0; i < matrix.values.size(); i++)
        matrix.values[i] = static_cast<float>(matrix.values[i] * factors[i % factors.size()]);
}

void scale_skips(std::vector<Skip>& skips, size_t from, const Values& factors) {
    for (Skip& skip : skips)
        if (skip.from == static_cast<int>(from)) scale_columns(skip.W, factors);
}

// Makes layer `index` give h / scale, and all that reads it as before.
void divide(RecurrentModel& model, size_t index, const Values& scale) {
    RecurrentLayer& layer = model.layers[index];
    for (size_t u = 0; u < scale.size(); u++) {
        const double factor = 1 / scale[u];
        scale_row(layer.W, u, factor);
        scale_row(layer.R, u, factor);
        for (Skip& skip : layer.skips) scale_row(skip.W, u, factor);
        layer.Wb[u] = static_cast<float>(layer.Wb[u] * factor);
        layer.Rb[u] = static_cast<float>(layer.Rb[u] * factor);
    }
    scale_columns(layer.R, scale);
    for (size_t above = index + 1; above < model.layers.size(); above++) {
        if (above == index + 1) scale_columns(model.layers[above].W, scale);
        scale_skips(model.layers[above].skips, index, scale);
    }
    if (index + 1 == model.layers.size()) scale_columns(model.output, scale);
    scale_skips(model.output_skips, index, scale);
}

}  // namespace

RecurrentModel with_states_of_one(const RecurrentModel& model, const std::string& where) {
    if (std::none_of(model.layers.begin(), model.layers.end(), is_homogeneous)) return model;
    std::vector<Values> largest = largest_states(model, where);
    RecurrentModel result = model;
    for (size_t i = 0; i < largest.size(); i++) {
        if (!is_homogeneous(model.layers[i])) continue;
        const double most = *std::max_element(largest[i].begin(), largest[i].end());
        for (double& scale : largest[i])
            scale = std::max(kMargin * std::max(scale, kShare * most), 1e-6);
        divide(result, i, largest[i]);
    }
    return result;
}

}  // namespace quillet
