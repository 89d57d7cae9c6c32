// States without bound, those of ReLU, brought into 0 .. 1 by a scale and an offset of each unit.
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
constexpr double kLeastScale = 1.0 / 64;  // weights are divided by it
// What a clip's two ReLUs give lies near the clip's bounds, far from zero. Where that is beyond so many
// times how far it moves, the unit loses an offset: of 127 steps from zero few would be left to tell
// its values apart.
constexpr double kFar = 4;

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
        cell.forward({layer.hidden(), x.data(), p.data(), bias.data(), before.data(),
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

struct Range {
    double least = INFINITY, most = 0;

    double moves() const { return most - least; }
};

[[noreturn]] void fail_beyond(const RecurrentLayer& layer, size_t index, const std::string& where) {
    const std::string name = "layer " + std::to_string(index) + ": ",
                      limit = std::to_string(static_cast<int>(kLargest));
    if (!layer.keeps_state())
        throw Error(where, name + "a ReLU or clip between layers reaches beyond " + limit +
                               ", which no integers hold; leave out a clip far wider than what it "
                               "clips, or train with weight decay, and export that");
    throw Error(where, name + "the states of ReLU grow beyond " + limit +
                           " within a line, which no integers hold; train with "
                           "nonlinearity='tanh' or with weight decay, and export that");
}

// The range of each unit's h.
std::vector<std::vector<Range>> ranges_of_states(const RecurrentModel& model,
                                                 const std::string& where) {
    std::vector<std::vector<Range>> ranges;
    for (const RecurrentLayer& layer : model.layers)
        ranges.emplace_back(static_cast<size_t>(layer.hidden()));
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
        for (size_t l = 0; l < ranges.size(); l++)
            for (size_t u = 0; u < ranges[l].size(); u++) {
                Range& range = ranges[l][u];
                range.least = std::min(range.least, run.h(l)[u]);
                range.most = std::max(range.most, run.h(l)[u]);
                if (!(range.most < kLargest)) fail_beyond(model.layers[l], l, where);
            }
        token = drawn(logits, static_cast<double>(random() >> 5) / (1 << 27));
    }
    return ranges;
}

// h of a layer's units lies in offset .. offset + scale.
struct Placement {
    Values offset, scale;
};

Placement placement_of(const RecurrentLayer& layer, const std::vector<Range>& ranges) {
    Placement result{Values(ranges.size()), {}};
    double widest = 0, most = 0;
    for (const Range& range : ranges) widest = std::max(widest, range.moves());
    for (size_t u = 0; u < ranges.size(); u++) {
        // A unit that hardly moved may do so in other text.
        const double moves = std::max(ranges[u].moves(), kShare * widest);
        double extent = ranges[u].most;
        if (!layer.keeps_state() && moves > 0 && extent > kFar * moves) {
            result.offset[u] = ranges[u].least - moves / 2;
            extent = ranges[u].most + moves / 2 - result.offset[u];
        }
        most = std::max(most, extent);
        result.scale.push_back(extent);
    }
    for (double& scale : result.scale)
        scale = most > 0 ? std::max(kMargin * std::max(scale, kShare * most), kLeastScale) : 1;
    return result;
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

// biases += matrix * h
void add_product(std::vector<float>& biases, const Matrix& matrix, const Values& h) {
    const Values sums = plus_product(Values(biases.begin(), biases.end()), matrix, h);
    for (size_t i = 0; i < sums.size(); i++) biases[i] = static_cast<float>(sums[i]);
}

void add_skips(std::vector<float>& biases, const std::vector<Skip>& skips, size_t from,
               const Values& h) {
    for (const Skip& skip : skips)
        if (skip.from == static_cast<int>(from)) add_product(biases, skip.W, h);
}

// Makes layer `index`, one without state, give h - offset, and all that reads it as before.
void subtract(RecurrentModel& model, size_t index, const Values& offset) {
    if (std::all_of(offset.begin(), offset.end(), [](double value) { return value == 0; })) return;
    RecurrentLayer& layer = model.layers[index];
    for (size_t u = 0; u < offset.size(); u++)
        layer.Wb[u] = static_cast<float>(layer.Wb[u] - offset[u]);
    for (size_t above = index + 1; above < model.layers.size(); above++) {
        RecurrentLayer& reader = model.layers[above];
        if (above == index + 1) add_product(reader.Wb, reader.W, offset);
        add_skips(reader.Wb, reader.skips, index, offset);
    }
    if (index + 1 == model.layers.size()) add_product(model.output_bias, model.output, offset);
    add_skips(model.output_bias, model.output_skips, index, offset);
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
    const std::vector<std::vector<Range>> ranges = ranges_of_states(model, where);
    RecurrentModel result = model;
    for (size_t i = 0; i < ranges.size(); i++) {
        if (!is_homogeneous(model.layers[i])) continue;
        const Placement placement = placement_of(model.layers[i], ranges[i]);
        subtract(result, i, placement.offset);
        divide(result, i, placement.scale);
    }
    return result;
}

}  // namespace quillet
