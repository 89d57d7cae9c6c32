// The parameters as one flat vector, and the way to and from a RecurrentModel.
// SPDX-License-Identifier: MIT
#include "train/network.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "train/random.h"

namespace quillet::train {
namespace {

std::vector<float> transposed(const float* values, int rows, int columns) {
    std::vector<float> result(static_cast<size_t>(rows) * static_cast<size_t>(columns));
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < columns; c++)
            result[static_cast<size_t>(c) * static_cast<size_t>(rows) + static_cast<size_t>(r)] =
                values[static_cast<int64_t>(r) * columns + c];
    return result;
}

void put(std::vector<float>& parameters, const Slot& slot, const std::vector<float>& values) {
    std::copy(values.begin(), values.end(), parameters.begin() + slot.offset);
}

std::vector<float> taken(const std::vector<float>& parameters, const Slot& slot) {
    auto first = parameters.begin() + slot.offset;
    return {first, first + slot.size()};
}

// One row more a new token, each the mean of the old rows.
void add_mean_rows(Matrix& matrix, int rows) {
    auto width = static_cast<size_t>(matrix.columns);
    std::vector<float> mean(width);
    for (size_t i = 0; i < matrix.values.size(); i++)
        mean[i % width] += matrix.values[i] / static_cast<float>(matrix.rows);
    for (; matrix.rows < rows; matrix.rows++)
        matrix.values.insert(matrix.values.end(), mean.begin(), mean.end());
}

}  // namespace

Layout::Layout(const Shape& s) : shape(s) {
    auto slot = [&](std::string name, int rows, int columns, bool is_matrix) {
        Slot made{std::move(name), size, rows, columns, is_matrix};
        size += made.size();
        return made;
    };
    embedding = slot("embedding", s.embedding > 0 ? s.vocabulary : 0, s.embedding, true);
    for (int i = 0; i < s.layers; i++) {
        std::string prefix = "layers." + std::to_string(i) + ".";
        bool is_table = i == 0 && s.embedding == 0;
        LayerSlots layer;
        layer.W = is_table ? slot(prefix + "W", s.vocabulary, s.gates(), true)
                           : slot(prefix + "W", s.gates(), s.input(i), true);
        layer.R = slot(prefix + "R", s.gates(), s.hidden, true);
        layer.Wb = slot(prefix + "Wb", 1, s.gates(), false);
        layer.Rb = slot(prefix + "Rb", 1, s.gates(), false);
        layers.push_back(layer);
    }
    output = slot("output", s.vocabulary, s.hidden, true);
    output_bias = slot("output_bias", 1, s.vocabulary, false);
}

std::vector<float> initial_parameters(const Layout& layout, uint64_t seed) {
    // Standard deviations of the embeddings or the one-hot table and of the output; the bias of the GRU's
    // update gate and the LSTM's forget gate.
    constexpr float kTable = 0.5f, kOutput = 0.5f, kRememberBias = 0.5f;
    std::vector<float> parameters(static_cast<size_t>(layout.size));
    Random random(seed, 1);
    auto normal = [&](const Slot& slot, float deviation) {
        for (int64_t i = 0; i < slot.size(); i++)
            parameters[static_cast<size_t>(slot.offset + i)] =
                deviation * static_cast<float>(random.normal());
    };
    auto uniform = [&](const Slot& slot) {
        const float bound = 1.f / std::sqrt(static_cast<float>(layout.shape.hidden));
        for (int64_t i = 0; i < slot.size(); i++)
            parameters[static_cast<size_t>(slot.offset + i)] =
                bound * static_cast<float>(2 * random.uniform() - 1);
    };
    normal(layout.embedding, kTable);
    for (int i = 0; i < layout.shape.layers; i++) {
        const LayerSlots& layer = layout.layers[static_cast<size_t>(i)];
        if (i == 0 && layout.shape.embedding == 0)
            normal(layer.W, kTable);
        else
            uniform(layer.W);
        uniform(layer.R);
        const int remember_gate = row_of(layout.shape.cell).remember_gate;
        if (remember_gate < 0) continue;
        int64_t gate = layer.Wb.offset + remember_gate * layout.shape.hidden;
        std::fill_n(parameters.begin() + gate, layout.shape.hidden, kRememberBias);
    }
    normal(layout.output, kOutput);
    return parameters;
}

Shape shape_of(const RecurrentModel& model) {
    if (!model.is_stack())
        throw Error(
            "the model",
            "has layers of several kinds or sizes, or residuals; expected layers of one cell "
            "and size, each on the one below, to train on from");
    return {model.layers.at(0).cell, model.alphabet.size(), model.layers[0].hidden(),
            static_cast<int>(model.layers.size()), model.embedding.columns};
}

std::vector<float> parameters_of(const RecurrentModel& model) {
    Layout layout(shape_of(model));
    std::vector<float> parameters(static_cast<size_t>(layout.size));
    put(parameters, layout.embedding, model.embedding.values);
    for (size_t i = 0; i < model.layers.size(); i++) {
        const RecurrentLayer& from = model.layers[i];
        const LayerSlots& to = layout.layers[i];
        bool is_table = i == 0 && model.embedding.columns == 0;
        put(parameters, to.W,
            is_table ? transposed(from.W.values.data(), from.W.rows, from.W.columns)
                     : from.W.values);
        put(parameters, to.R, from.R.values);
        put(parameters, to.Wb, from.Wb);
        put(parameters, to.Rb, from.Rb);
    }
    put(parameters, layout.output, model.output.values);
    put(parameters, layout.output_bias, model.output_bias);
    return parameters;
}

RecurrentModel model_of(const Layout& layout, const std::vector<float>& parameters,
                        const Alphabet& alphabet) {
    const Shape& shape = layout.shape;
    auto matrix = [&](const Slot& slot) {
        return Matrix{slot.rows, slot.columns, taken(parameters, slot)};
    };
    RecurrentModel model;
    model.alphabet = alphabet;
    if (shape.embedding > 0) model.embedding = matrix(layout.embedding);
    for (size_t i = 0; i < layout.layers.size(); i++) {
        const LayerSlots& from = layout.layers[i];
        RecurrentLayer layer{matrix(from.W), matrix(from.R), taken(parameters, from.Wb),
                             taken(parameters, from.Rb), shape.cell};
        if (i == 0 && shape.embedding == 0) {
            layer.W.values = transposed(layer.W.values.data(), from.W.rows, from.W.columns);
            std::swap(layer.W.rows, layer.W.columns);
        }
        model.layers.push_back(std::move(layer));
    }
    model.output = matrix(layout.output);
    model.output_bias = taken(parameters, layout.output_bias);
    return model;
}

RecurrentModel with_alphabet(const RecurrentModel& model, const Alphabet& alphabet) {
    RecurrentModel wider = model;
    wider.alphabet = alphabet;
    int rows = alphabet.size();
    if (model.embedding.columns > 0) {
        add_mean_rows(wider.embedding, rows);
    } else {
        Matrix& W = wider.layers.at(0).W;  // (G*H, V): tokens are columns
        Matrix table{W.columns, W.rows, transposed(W.values.data(), W.rows, W.columns)};
        add_mean_rows(table, rows);
        W = {table.columns, rows, transposed(table.values.data(), rows, table.columns)};
    }
    add_mean_rows(wider.output, rows);
    float least = *std::min_element(model.output_bias.begin(), model.output_bias.end());
    wider.output_bias.resize(static_cast<size_t>(rows), least);
    return wider;
}

}  // namespace quillet::train
