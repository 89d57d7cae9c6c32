// An integer character model as a value: its sizes and names.
// SPDX-License-Identifier: MIT
#include "integer/integer_model.h"

#include <algorithm>

#include "base/error.h"
#include "integer/row_quantization.h"

namespace quillet {

namespace {

size_t index_of(int64_t i) {
    return static_cast<size_t>(i);
}

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

}  // namespace quillet
