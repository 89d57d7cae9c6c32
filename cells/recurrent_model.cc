// A recurrent model's weights to the ONNX graph that runs them.
// SPDX-License-Identifier: MIT
#include "cells/recurrent_model.h"

#include "base/error.h"
#include "base/transposed.h"
#include "graph/alphabet_metadata.h"

namespace quillet {
namespace {

constexpr int64_t kOpset = 17;

// Adds nodes and constants to a graph, which keeps their names in one place.
class Builder {
  public:
    explicit Builder(Graph& graph) : graph_(graph) {}

    template <class T>
    std::string constant(const std::string& name, std::vector<int64_t> shape,
                         const std::vector<T>& values) {
        graph_.initializers[name] = Tensor::of(type_of<T>(), std::move(shape), values);
        return name;
    }

    void node(const std::string& name, const std::string& op, std::vector<std::string> inputs,
              std::vector<std::string> outputs, std::map<std::string, Attribute> attributes = {}) {
        graph_.nodes.push_back(
            {name, op, "", std::move(inputs), std::move(outputs), std::move(attributes)});
    }

  private:
    Graph& graph_;
};

std::vector<float> transposed(const Matrix& matrix) {
    return quillet::transposed(matrix.values, static_cast<size_t>(matrix.rows),
                               static_cast<size_t>(matrix.columns));
}

// token [1] -> x [1, 1, I], I the vocabulary or the embedding.
std::string add_input(const RecurrentModel& model, Builder& builder) {
    int64_t vocabulary = model.alphabet.size();
    if (model.embedding.values.empty()) {
        builder.constant("one_hot.depth", {}, std::vector<int64_t>{vocabulary});
        builder.constant("one_hot.values", {2}, std::vector<float>{0, 1});
        builder.node("one_hot", "OneHot", {"token", "one_hot.depth", "one_hot.values"}, {"x_row"});
    } else {
        builder.constant("embedding.weight", {vocabulary, model.embedding.columns},
                         model.embedding.values);
        builder.node("embedding", "Gather", {"embedding.weight", "token"}, {"x_row"});
    }
    builder.constant("first_axis", {1}, std::vector<int64_t>{0});
    builder.node("x_sequence", "Unsqueeze", {"x_row", "first_axis"}, {"x"});
    return "x";
}

// "" in a model of one layer, else the layer's number: "h" and "h0".
std::string suffix_of(const RecurrentModel& model, size_t layer) {
    return model.layers.size() == 1 ? "" : std::to_string(layer);
}

// W and the skips' beside it: (rows, all their columns).
Matrix joined(const Matrix& W, const std::vector<Skip>& skips) {
    Matrix result{W.rows, W.columns, {}};
    for (const Skip& skip : skips) result.columns += skip.W.columns;
    for (int row = 0; row < W.rows; row++) {
        auto add = [&](const Matrix& part) {
            auto first = part.values.begin() + std::ptrdiff_t{row} * part.columns;
            result.values.insert(result.values.end(), first, first + part.columns);
        };
        add(W);
        for (const Skip& skip : skips) add(skip.W);
    }
    return result;
}

// What joined(…) multiplies: x and what the skips read. `values`: of the token, then of each layer.
std::string add_skips(const std::string& name, const std::vector<std::string>& values,
                      const std::vector<Skip>& skips, Builder& builder) {
    if (skips.empty()) return values.back();
    std::vector<std::string> parts = {values.back()};
    for (const Skip& skip : skips) parts.push_back(values[static_cast<size_t>(skip.from + 1)]);
    builder.node(name + ".x", "Concat", std::move(parts), {name + ".x"}, {{"axis", int64_t{-1}}});
    return name + ".x";
}

// The name that a model's layer has in its graph.
std::string layer_name(const RecurrentModel& model, size_t index) {
    const RecurrentLayer& layer = model.layers[index];
    return layer_name(layer.cell, layer.keeps_state(), index, model.layers.size());
}

// h = f(W x + b), [1, 1, H].
std::string add_stateless(const RecurrentLayer& layer, const std::string& name,
                          const std::string& x, Builder& builder) {
    std::vector<float> bias = layer.Wb;
    for (size_t i = 0; i < bias.size(); i++) bias[i] += layer.Rb[i];
    const Matrix W = joined(layer.W, layer.skips);
    builder.constant(name + ".W", {W.columns, W.rows}, transposed(W));
    builder.constant(name + ".B", {W.rows}, bias);
    builder.node(name + ".product", "MatMul", {x, name + ".W"}, {name + ".product"});
    builder.node(name + ".sum", "Add", {name + ".product", name + ".B"}, {name + ".sum"});
    builder.node(name, row_of(layer.cell).activation ? row_of(layer.cell).activation : "Tanh",
                 {name + ".sum"}, {name + ".h"});
    return name + ".h";
}

// x [1, 1, I] -> the layer's next h [1, 1, H], which is the next layer's x: one step of one line.
std::string add_layer(const RecurrentModel& model, size_t index,
                      const std::vector<std::string>& values, Builder& builder) {
    const RecurrentLayer& layer = model.layers[index];
    std::string suffix = suffix_of(model, index), name = layer_name(model, index);
    const std::string x = add_skips(name, values, layer.skips, builder);
    if (!layer.keeps_state()) return add_stateless(layer, name, x, builder);
    const CellRow& cell = row_of(layer.cell);
    int64_t gates = gates_of(layer.cell), hidden = layer.hidden();
    std::vector<float> bias = layer.Wb;
    bias.insert(bias.end(), layer.Rb.begin(), layer.Rb.end());
    const Matrix W = joined(layer.W, layer.skips);
    std::vector<std::string> inputs = {
        x, builder.constant(name + ".W", {1, gates * hidden, W.columns}, W.values),
        builder.constant(name + ".R", {1, gates * hidden, hidden}, layer.R.values),
        builder.constant(name + ".B", {1, 2 * gates * hidden}, bias), ""};
    std::map<std::string, Attribute> attributes = {{"hidden_size", hidden}};
    if (cell.resets_after) attributes["linear_before_reset"] = int64_t{1};
    if (cell.activation) attributes["activations"] = std::vector<std::string>{cell.activation};
    std::vector<std::string> outputs = {""};
    for (const CellState& state : cell.states) {
        inputs.push_back(state.name + suffix);
        outputs.push_back(state.name + suffix + "_next");
    }
    builder.node(name, cell.op, std::move(inputs), outputs, std::move(attributes));
    return outputs[1];
}

// h [1, 1, H] -> logits [1, V].
void add_output(const RecurrentModel& model, const std::vector<std::string>& values,
                Builder& builder) {
    int64_t vocabulary = model.alphabet.size();
    const std::string h = add_skips("output", values, model.output_skips, builder);
    const Matrix W = joined(model.output, model.output_skips);
    builder.node("h_row", "Squeeze", {h, "first_axis"}, {"h_last"});
    builder.constant("output.weight", {W.columns, vocabulary}, transposed(W));
    builder.constant("output.bias", {vocabulary}, model.output_bias);
    builder.node("output", "MatMul", {"h_last", "output.weight"}, {"output_product"});
    builder.node("logits", "Add", {"output_product", "output.bias"}, {"logits"});
}

void check_matrix(const Matrix& matrix, int rows, int columns, const std::string& name) {
    if (matrix.rows != rows || matrix.columns != columns ||
        matrix.values.size() != static_cast<size_t>(rows) * static_cast<size_t>(columns))
        throw Error("recurrent model", name + " is " + std::to_string(matrix.rows) + " x " +
                                           std::to_string(matrix.columns) + "; expected " +
                                           std::to_string(rows) + " x " + std::to_string(columns));
}

void check_bias(const std::vector<float>& bias, int size, const std::string& name) {
    if (bias.size() != static_cast<size_t>(size))
        throw Error("recurrent model", name + " has " + std::to_string(bias.size()) +
                                           " values; expected " + std::to_string(size));
}

void check_skips(const RecurrentModel& model, const std::vector<Skip>& skips, int below, int rows,
                 const std::string& name) {
    for (const Skip& skip : skips) {
        if (skip.from < kToken || skip.from >= below)
            throw Error("recurrent model", "a skip" + name + " is not from below the layer below");
        check_matrix(skip.W, rows, model.width_of(skip.from), "a skip" + name);
    }
}

void check(const RecurrentModel& model) {
    int vocabulary = model.alphabet.size();
    if (vocabulary == 0 || model.layers.empty() || !model.layers[0].keeps_state())
        throw Error("recurrent model", "has no alphabet, no layers or a first layer without state");
    bool embeds = !model.embedding.values.empty();
    if (embeds) check_matrix(model.embedding, vocabulary, model.embedding.columns, "the embedding");
    for (size_t i = 0; i < model.layers.size(); i++) {
        const RecurrentLayer& layer = model.layers[i];
        const int hidden = layer.hidden(), rows = gates_of(layer.cell) * hidden;
        const std::string name = " of layer " + std::to_string(i);
        if (hidden <= 0 || (!layer.keeps_state() && !row_of(layer.cell).stateless_name))
            throw Error("recurrent model",
                        "no hidden units, or no state in a cell that needs one" + name);
        check_matrix(layer.W, rows, model.width_of(static_cast<int>(i) - 1), "W" + name);
        if (layer.keeps_state()) check_matrix(layer.R, rows, hidden, "R" + name);
        check_bias(layer.Wb, rows, "Wb" + name);
        check_bias(layer.Rb, rows, "Rb" + name);
        check_skips(model, layer.skips, static_cast<int>(i) - 1, rows, name);
    }
    const int last = static_cast<int>(model.layers.size()) - 1;
    check_matrix(model.output, vocabulary, model.width_of(last), "the output");
    check_skips(model, model.output_skips, last, vocabulary, " of the output");
    check_bias(model.output_bias, vocabulary, "the output bias");
}

}  // namespace

int64_t RecurrentModel::weight_count() const {
    size_t count = embedding.values.size() + output.values.size() + output_bias.size();
    for (const RecurrentLayer& layer : layers) {
        count += layer.W.values.size() + layer.R.values.size() + layer.Wb.size() + layer.Rb.size();
        for (const Skip& skip : layer.skips) count += skip.W.values.size();
    }
    for (const Skip& skip : output_skips) count += skip.W.values.size();
    return static_cast<int64_t>(count);
}

int RecurrentModel::width_of(int from) const {
    if (from != kToken) return layers[static_cast<size_t>(from)].hidden();
    return embedding.values.empty() ? alphabet.size() : embedding.columns;
}

bool RecurrentModel::is_stack() const {
    for (const RecurrentLayer& layer : layers)
        if (!layer.keeps_state() || !layer.skips.empty() || layer.cell != layers[0].cell ||
            layer.hidden() != layers[0].hidden())
            return false;
    return output_skips.empty();
}

std::string layer_name(Cell cell, bool keeps_state, size_t index, size_t layers) {
    const CellRow& row = row_of(cell);
    return (keeps_state ? row.name : row.stateless_name) +
           (layers == 1 ? "" : std::to_string(index));
}

Graph to_graph(const RecurrentModel& model) {
    check(model);
    Graph graph;
    graph.name = "quillet";
    graph.opset = kOpset;
    graph.producer = "quillet";
    graph.metadata = model.metadata;
    graph.metadata[key::kFormat] = "float-1";
    put_alphabet(graph.metadata, model.alphabet);
    Builder builder(graph);
    graph.inputs.push_back({"token", Type::int64, {1}});
    graph.outputs.push_back({"logits", Type::float32, {1, model.alphabet.size()}});
    std::vector<std::string> values = {add_input(model, builder)};
    for (size_t i = 0; i < model.layers.size(); i++) {
        const RecurrentLayer& layer = model.layers[i];
        for (const CellState& state : row_of(layer.cell).states) {
            if (!layer.keeps_state()) break;
            std::string name = state.name + suffix_of(model, i);
            graph.inputs.push_back({name, Type::float32, {1, 1, layer.hidden()}});
            graph.outputs.push_back({name + "_next", Type::float32, {1, 1, layer.hidden()}});
        }
        values.push_back(add_layer(model, i, values, builder));
    }
    add_output(model, values, builder);
    return graph;
}

}  // namespace quillet
