// An ONNX graph back to a recurrent model's weights, node by node along the way of the token.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "base/error.h"
#include "base/utf8.h"
#include "cells/recurrent_model.h"

namespace quillet {
namespace {

// The graph with the value that the token has become so far; each take_… moves on by the nodes it
// knows.
class ModelImporter {
  public:
    ModelImporter(const Graph& graph, const std::string& where) : graph_(graph), where_(where) {}

    RecurrentModel run();

  private:
    [[noreturn]] void fail(const Node& node, const std::string& what) const {
        throw Error(where_ + ": " + describe(node), what);
    }

    const Node* here() const { return at_ < graph_.nodes.size() ? &graph_.nodes[at_] : nullptr; }
    bool here_is(const char* op) const { return here() && here()->op == op; }
    const Node& take() { return graph_.nodes[at_++]; }

    const Tensor& constant(const Node& node, size_t input, Type type) const;
    Matrix matrix(const Node& node, size_t input) const;  // leading dimensions of one dropped
    std::vector<float> vector(const Node& node, size_t input, size_t count) const;
    int64_t integer(const Node& node, const char* attribute, int64_t otherwise) const;
    void follow(const Node& node, size_t input, size_t output);
    void check_state(const Node& node, const std::string& input, const std::string& output,
                     size_t place) const;

    void skip_reshapes();
    void take_alphabet();
    void take_input();
    void check_cell(const Node& node) const;
    void take_layer();
    void take_output();

    const Graph& graph_;
    const std::string& where_;
    size_t at_ = 0;      // the next node
    std::string value_;  // what the last node made
    size_t states_ = 0;  // met so far
    RecurrentModel model_;
};

const Tensor& ModelImporter::constant(const Node& node, size_t input, Type type) const {
    std::string name = input < node.inputs.size() ? node.inputs[input] : "";
    auto found = graph_.initializers.find(name);
    if (found == graph_.initializers.end())
        fail(node, "input " + std::to_string(input) + " is not a constant");
    if (found->second.type != type)
        fail(node,
             "'" + name + "' is of " + name_of(found->second.type) + "; expected " + name_of(type));
    return found->second;
}

Matrix ModelImporter::matrix(const Node& node, size_t input) const {
    const Tensor& tensor = constant(node, input, Type::float32);
    std::vector<int64_t> shape = tensor.shape;
    while (shape.size() > 2 && shape.front() == 1) shape.erase(shape.begin());
    if (shape.size() != 2 || shape[0] < 1 || shape[1] < 1 || std::max(shape[0], shape[1]) > 1 << 24)
        fail(node, "'" + node.inputs[input] + "' is not a matrix");
    return {static_cast<int>(shape[0]), static_cast<int>(shape[1]), tensor.values<float>()};
}

std::vector<float> ModelImporter::vector(const Node& node, size_t input, size_t count) const {
    std::vector<float> values = constant(node, input, Type::float32).values<float>();
    if (values.size() != count)
        fail(node, "'" + node.inputs[input] + "' has " + std::to_string(values.size()) +
                       " values; expected " + std::to_string(count));
    return values;
}

int64_t ModelImporter::integer(const Node& node, const char* attribute, int64_t otherwise) const {
    auto found = node.attributes.find(attribute);
    if (found == node.attributes.end()) return otherwise;
    if (const int64_t* value = std::get_if<int64_t>(&found->second)) return *value;
    fail(node, std::string("attribute ") + attribute + " is not an integer");
}

void ModelImporter::follow(const Node& node, size_t input, size_t output) {
    if (input >= node.inputs.size() || node.inputs[input] != value_)
        fail(node, "does not read '" + value_ + "'; expected a chain from the token to the logits");
    if (output >= node.outputs.size() || node.outputs[output].empty())
        fail(node, "lacks output " + std::to_string(output));
    value_ = node.outputs[output];
}

// REQUIRES: place counts states; inputs are token, states, outputs logits, states.
void ModelImporter::check_state(const Node& node, const std::string& input,
                                const std::string& output, size_t place) const {
    if (place + 1 >= graph_.inputs.size() || graph_.inputs[place + 1].name != input)
        fail(node, "starts from '" + input + "'; expected input " + std::to_string(place + 1) +
                       " of the graph");
    if (place + 1 >= graph_.outputs.size() || graph_.outputs[place + 1].name != output)
        fail(node, "ends in '" + output + "'; expected output " + std::to_string(place + 1) +
                       " of the graph");
}

void ModelImporter::skip_reshapes() {
    static constexpr const char* kReshapes[] = {"Unsqueeze", "Squeeze", "Reshape", "Identity",
                                                "Flatten"};
    auto is_reshape = [&] {
        return std::any_of(std::begin(kReshapes), std::end(kReshapes),
                           [&](const char* op) { return here_is(op); });
    };
    while (is_reshape()) follow(take(), 0, 0);
}

void ModelImporter::take_alphabet() {
    auto found = graph_.metadata.find(key::kAlphabet);
    if (found == graph_.metadata.end())
        throw Error(where_, std::string("has no metadata ") + key::kAlphabet);
    model_.alphabet = Alphabet(decode_utf8(found->second, where_ + ": metadata " + key::kAlphabet));
    model_.metadata = graph_.metadata;
    model_.metadata.erase(key::kAlphabet);
    model_.metadata.erase(key::kFormat);
}

void ModelImporter::take_input() {
    if (graph_.inputs.empty() || graph_.inputs[0].type != Type::int64)
        throw Error(where_, "has no int64 input for the token");
    value_ = graph_.inputs[0].name;
    skip_reshapes();
    if (here_is("OneHot")) {
        const Node& node = take();
        follow(node, 0, 0);
        if (constant(node, 1, Type::int64).values<int64_t>() !=
            std::vector<int64_t>{model_.alphabet.size()})
            fail(node,
                 "has another depth than the alphabet, " + std::to_string(model_.alphabet.size()));
        if (vector(node, 2, 2) != std::vector<float>{0, 1})
            fail(node, "has other values than 0 and 1");
    } else if (here_is("Gather")) {
        const Node& node = take();
        follow(node, 1, 0);
        model_.embedding = matrix(node, 0);
        if (model_.embedding.rows != model_.alphabet.size() || integer(node, "axis", 0) != 0)
            fail(node, "is not a table with a row for each of the alphabet's " +
                           std::to_string(model_.alphabet.size()) + " characters");
    } else {
        throw Error(where_, here() ? "begins with " + describe(*here()) +
                                         "; expected OneHot or Gather of the token"
                                   : "has no operators");
    }
    skip_reshapes();
}

void ModelImporter::check_cell(const Node& node) const {
    for (const auto& [name, attribute] : node.attributes) {
        bool direction = name == "direction" && attribute == Attribute(std::string("forward"));
        bool expected =
            direction || name == "hidden_size" || name == "linear_before_reset" ||
            ((name == "layout" || name == "input_forget") && attribute == Attribute(int64_t{0}));
        if (!expected)
            fail(node, "has an attribute '" + name + "' that a Quillet model does not use");
    }
    if (find_cell_by_op(node.op)->resets_after && integer(node, "linear_before_reset", 0) != 1)
        fail(node, "resets before the multiplication; expected linear_before_reset = 1");
    if (node.inputs.size() > 4 && !node.inputs[4].empty()) fail(node, "has sequence lengths");
    if (node.inputs.size() > 7 && !node.inputs[7].empty()) fail(node, "has peepholes");
}

void ModelImporter::take_layer() {
    const Node& node = take();
    const CellRow& row = *find_cell_by_op(node.op);
    const Cell cell = row.cell;
    if (model_.layers.empty()) model_.cell = cell;
    if (cell != model_.cell) fail(node, "follows a layer of another cell");
    check_cell(node);
    RecurrentLayer layer{matrix(node, 1), matrix(node, 2), {}, {}};
    int gates = row.gates, hidden = layer.R.columns;
    size_t rows = static_cast<size_t>(gates) * static_cast<size_t>(hidden);
    int inputs = !model_.layers.empty()            ? model_.hidden
                 : model_.embedding.values.empty() ? model_.alphabet.size()
                                                   : model_.embedding.columns;
    if (model_.layers.empty()) model_.hidden = hidden;
    if (static_cast<size_t>(layer.R.rows) != rows || static_cast<size_t>(layer.W.rows) != rows ||
        layer.W.columns != inputs || hidden != model_.hidden ||
        integer(node, "hidden_size", hidden) != hidden)
        fail(node, "has weights of other sizes than its inputs (" + std::to_string(inputs) +
                       ") and hidden units (" + std::to_string(model_.hidden) + ") need");
    std::vector<float> bias(2 * rows, 0.0f);
    if (node.inputs.size() > 3 && !node.inputs[3].empty()) bias = vector(node, 3, 2 * rows);
    layer.Wb.assign(bias.begin(), bias.begin() + static_cast<std::ptrdiff_t>(rows));
    layer.Rb.assign(bias.begin() + static_cast<std::ptrdiff_t>(rows), bias.end());
    model_.layers.push_back(std::move(layer));
    size_t states = row.states.size();
    if (node.inputs.size() < 5 + states || node.outputs.size() < 1 + states)
        fail(node, "has no state passed in and out");
    for (size_t i = 0; i < states; i++)
        check_state(node, node.inputs[5 + i], node.outputs[1 + i], states_++);
    // The sequence has one step, so that Y and Y_h hold the same numbers.
    bool reads_all =
        !node.outputs[0].empty() &&
        std::any_of(graph_.nodes.begin(), graph_.nodes.end(), [&](const Node& n) {
            return std::find(n.inputs.begin(), n.inputs.end(), node.outputs[0]) != n.inputs.end();
        });
    follow(node, 0, reads_all ? 0 : 1);
}

void ModelImporter::take_output() {
    if (!here_is("MatMul") && !here_is("Gemm"))
        throw Error(where_, here() ? "goes on with " + describe(*here()) +
                                         "; expected MatMul or Gemm to the logits"
                                   : "ends before the logits");
    const Node& node = take();
    follow(node, 0, 0);
    Matrix weight = matrix(node, 1);
    bool is_transposed = node.op == "Gemm" && integer(node, "transB", 0) == 1;
    if (!is_transposed) {
        Matrix other{weight.columns, weight.rows, std::vector<float>(weight.values.size())};
        for (int row = 0; row < weight.rows; row++)
            for (int column = 0; column < weight.columns; column++)
                other.values[static_cast<size_t>(column) * static_cast<size_t>(weight.rows) +
                             static_cast<size_t>(row)] =
                    weight.values[static_cast<size_t>(row) * static_cast<size_t>(weight.columns) +
                                  static_cast<size_t>(column)];
        weight = std::move(other);
    }
    size_t vocabulary = static_cast<size_t>(model_.alphabet.size());
    if (weight.columns != model_.hidden || weight.rows != model_.alphabet.size())
        fail(node, "is not a matrix from " + std::to_string(model_.hidden) + " hidden units to " +
                       std::to_string(vocabulary) + " characters");
    model_.output = std::move(weight);
    model_.output_bias.assign(vocabulary, 0.0f);
    if (node.op == "Gemm") {
        for (const char* scale : {"alpha", "beta"})
            if (node.attributes.count(scale) && node.attributes.at(scale) != Attribute(1.0f))
                fail(node, std::string("has another ") + scale + " than 1");
        if (integer(node, "transA", 0) != 0) fail(node, "has transA");
        if (node.inputs.size() > 2) model_.output_bias = vector(node, 2, vocabulary);
    } else if (here_is("Add")) {
        const Node& add = take();
        size_t bias = !add.inputs.empty() && add.inputs[0] == value_ ? 1 : 0;
        follow(add, 1 - bias, 0);
        model_.output_bias = vector(add, bias, vocabulary);
    }
    skip_reshapes();
}

RecurrentModel ModelImporter::run() {
    take_alphabet();
    take_input();
    while (here() && find_cell_by_op(here()->op)) {
        take_layer();
        skip_reshapes();
    }
    if (model_.layers.empty())
        throw Error(where_, here() ? "goes on with " + describe(*here()) + "; expected GRU or LSTM"
                                   : "has no GRU or LSTM");
    take_output();
    if (here()) fail(*here(), "comes after the logits; expected nothing more");
    if (graph_.outputs.empty() || value_ != graph_.outputs[0].name)
        throw Error(where_, "makes '" + value_ +
                                "' last; expected that to be its first output, the logits");
    if (graph_.inputs.size() != states_ + 1 || graph_.outputs.size() != states_ + 1)
        throw Error(where_, "has more inputs or outputs than the token, the logits and " +
                                std::to_string(states_) + " states");
    return std::move(model_);
}

}  // namespace

bool is_integer(const Graph& graph) {
    const auto format = graph.metadata.find(key::kFormat);
    return format != graph.metadata.end() && format->second.starts_with("integer-");
}

RecurrentModel recurrent_model_from(const Graph& graph, const std::string& where) {
    if (is_integer(graph))
        throw Error(where, "is an integer model; training and quantizing start from a float one");
    return ModelImporter(graph, where).run();
}

}  // namespace quillet
