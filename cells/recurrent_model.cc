// A recurrent model's weights to the ONNX graph that runs them.
// SPDX-License-Identifier: MIT
#include "cells/recurrent_model.h"

#include "base/error.h"
#include "graph/alphabet_metadata.h"

namespace quillet {
namespace {

constexpr int64_t kOpset = 17;

// Adds nodes and constants to a graph, which keeps their names in one place.
class Builder {
  public:
    explicit Builder(Graph& graph) : graph_(graph) {}

    std::string constant(const std::string& name, std::vector<int64_t> shape,
                         const std::vector<float>& values) {
        graph_.initializers[name] = Tensor::of(Type::float32, std::move(shape), values);
        return name;
    }

    std::string constant(const std::string& name, std::vector<int64_t> shape,
                         const std::vector<int64_t>& values) {
        graph_.initializers[name] = Tensor::of(Type::int64, std::move(shape), values);
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

// (rows, columns) to (columns, rows).
std::vector<float> transposed(const Matrix& matrix) {
    std::vector<float> result(matrix.values.size());
    size_t rows = static_cast<size_t>(matrix.rows), columns = static_cast<size_t>(matrix.columns);
    for (size_t row = 0; row < rows; row++)
        for (size_t column = 0; column < columns; column++)
            result[column * rows + row] = matrix.values[row * columns + column];
    return result;
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

// x [1, 1, I] -> the layer's next h [1, 1, H], which is the next layer's x: one step of one line.
std::string add_layer(const RecurrentModel& model, size_t index, const std::string& x,
                      Builder& builder) {
    const RecurrentLayer& layer = model.layers[index];
    std::string suffix = suffix_of(model, index), name = name_of(model.cell) + suffix;
    const CellRow& cell = row_of(model.cell);
    int64_t gates = gates_of(model.cell), hidden = model.hidden;
    std::vector<float> bias = layer.Wb;
    bias.insert(bias.end(), layer.Rb.begin(), layer.Rb.end());
    std::vector<std::string> inputs = {
        x, builder.constant(name + ".W", {1, gates * hidden, layer.W.columns}, layer.W.values),
        builder.constant(name + ".R", {1, gates * hidden, hidden}, layer.R.values),
        builder.constant(name + ".B", {1, 2 * gates * hidden}, bias), ""};
    std::map<std::string, Attribute> attributes = {{"hidden_size", hidden}};
    if (cell.resets_after) attributes["linear_before_reset"] = int64_t{1};
    std::vector<std::string> outputs = {""};
    for (const CellState& state : cell.states) {
        inputs.push_back(state.name + suffix);
        outputs.push_back(state.name + suffix + "_next");
    }
    builder.node(name, cell.op, std::move(inputs), outputs, std::move(attributes));
    return outputs[1];
}

// h [1, 1, H] -> logits [1, V].
void add_output(const RecurrentModel& model, const std::string& h, Builder& builder) {
    int64_t vocabulary = model.alphabet.size();
    builder.node("h_row", "Squeeze", {h, "first_axis"}, {"h_last"});
    builder.constant("output.weight", {model.hidden, vocabulary}, transposed(model.output));
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

void check(const RecurrentModel& model) {
    int vocabulary = model.alphabet.size(), rows = gates_of(model.cell) * model.hidden;
    if (vocabulary == 0 || model.hidden <= 0 || model.layers.empty())
        throw Error("recurrent model", "has no alphabet, no hidden units or no layers");
    bool embeds = !model.embedding.values.empty();
    if (embeds) check_matrix(model.embedding, vocabulary, model.embedding.columns, "the embedding");
    int inputs = embeds ? model.embedding.columns : vocabulary;
    for (size_t i = 0; i < model.layers.size(); i++) {
        const RecurrentLayer& layer = model.layers[i];
        std::string name = " of layer " + std::to_string(i);
        check_matrix(layer.W, rows, i == 0 ? inputs : model.hidden, "W" + name);
        check_matrix(layer.R, rows, model.hidden, "R" + name);
        check_bias(layer.Wb, rows, "Wb" + name);
        check_bias(layer.Rb, rows, "Rb" + name);
    }
    check_matrix(model.output, vocabulary, model.hidden, "the output");
    check_bias(model.output_bias, vocabulary, "the output bias");
}

}  // namespace

int64_t RecurrentModel::weight_count() const {
    size_t count = embedding.values.size() + output.values.size() + output_bias.size();
    for (const RecurrentLayer& layer : layers)
        count += layer.W.values.size() + layer.R.values.size() + layer.Wb.size() + layer.Rb.size();
    return static_cast<int64_t>(count);
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
    std::string x = add_input(model, builder);
    for (size_t i = 0; i < model.layers.size(); i++) {
        for (const CellState& state : row_of(model.cell).states) {
            std::string name = state.name + suffix_of(model, i);
            graph.inputs.push_back({name, Type::float32, {1, 1, model.hidden}});
            graph.outputs.push_back({name + "_next", Type::float32, {1, 1, model.hidden}});
        }
        x = add_layer(model, i, x, builder);
    }
    add_output(model, x, builder);
    return graph;
}

}  // namespace quillet
