// An integer model back from its ONNX graph: parameters by name, then the graph made anew must be
// equal.
// SPDX-License-Identifier: MIT
#include <bit>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/transposed.h"
#include "graph/alphabet_metadata.h"
#include "integer/integer_bounds.h"
#include "integer/integer_model.h"

namespace quillet {

namespace {

// The initializers of one graph, by name and expected type and rank.
class Parameters {
  public:
    Parameters(const Graph& graph, const std::string& where) : graph_(graph), where_(where) {}

    bool has(const std::string& name) const { return graph_.initializers.count(name) > 0; }

    const Tensor& tensor(const std::string& name, Type type, size_t rank) const {
        const auto found = graph_.initializers.find(name);
        if (found == graph_.initializers.end())
            throw Error(where_, "has no initializer '" + name + "'");
        const Tensor& tensor = found->second;
        if (tensor.type != type || tensor.shape.size() != rank) {
            throw Error(where_, "initializer '" + name + "' is " + name_of(tensor.type) +
                                    " of rank " + std::to_string(tensor.shape.size()) +
                                    "; expected " + name_of(type) + " of rank " +
                                    std::to_string(rank));
        }
        return tensor;
    }

    std::vector<int32_t> int32s(const std::string& name) const {
        return tensor(name, Type::int32, 1).values<int32_t>();
    }

    // Shifts of a matrix, stored as divisors. What is no power of two fails when graphs are
    // compared.
    std::vector<int32_t> shifts(const std::string& name) const {
        std::vector<int32_t> result = int32s(name);
        for (int32_t& value : result) value = std::bit_width(static_cast<uint32_t>(value) >> 1);
        return result;
    }

    // The table, stored by rows.
    IntegerMatrix table(const std::string& name) const {
        const Tensor& q = tensor(name, Type::int8, 2);
        return {static_cast<int>(q.shape[0]), static_cast<int>(q.shape[1]), q.values<int8_t>(),
                int32s(name + "_m"), shifts(name + "_divisor")};
    }

    // A matrix, stored by columns.
    IntegerMatrix matrix(const std::string& name) const {
        IntegerMatrix result = table(name);
        std::swap(result.rows, result.columns);
        result.q = transposed(result.q, static_cast<size_t>(result.columns),
                              static_cast<size_t>(result.rows));
        return result;
    }

  private:
    const Graph& graph_;
    const std::string& where_;
};

std::string metadata_of(const Graph& graph, const char* name, const std::string& where) {
    const auto found = graph.metadata.find(name);
    if (found == graph.metadata.end())
        throw Error(where, std::string("has no metadata '") + name + "'");
    return found->second;
}

int bits_of(const Graph& graph, const std::string& where) {
    const std::string bits = metadata_of(graph, key::kBits, where);
    if (bits == "8" || bits == "4" || bits == "2") return bits[0] - '0';
    throw Error(where,
                "metadata '" + std::string(key::kBits) + "' is '" + bits + "'; expected 8, 4 or 2");
}

// A layer's name by its parameters, with what it says: the cell, and whether it keeps a state.
struct LayerName {
    std::string name;
    Cell cell;
    bool keeps_state;
};

// The name of layer `index`, or of the only one; none beyond the last.
std::optional<LayerName> name_of_layer(const Parameters& parameters, size_t index, size_t layers) {
    for (const CellRow& row : cell_table())
        for (bool keeps_state : {true, false}) {
            if (!keeps_state && !row.stateless_name) continue;
            LayerName layer{layer_name(row.cell, keeps_state, index, layers), row.cell,
                            keeps_state};
            if (parameters.has(layer.name + (keeps_state ? ".R" : ".b"))) return layer;
        }
    return std::nullopt;
}

std::vector<LayerName> names_of_layers(const Parameters& parameters, const std::string& where) {
    if (auto only = name_of_layer(parameters, 0, 1)) return {*only};
    std::vector<LayerName> layers;
    while (auto layer = name_of_layer(parameters, layers.size(), 2)) layers.push_back(*layer);
    if (!layers.empty()) return layers;
    std::string names;
    for (const CellRow& row : cell_table())
        names += (names.empty() ? "'" : " or '") + std::string(row.name) + ".R'";
    throw Error(where, "has no initializer " + names);
}

// Skips beside the matrix `name`, of the layers below the one below.
std::vector<IntegerSkip> skips_of(const Parameters& parameters, const std::string& name,
                                  int below) {
    std::vector<IntegerSkip> skips;
    for (int from = kToken; from < below; from++) {
        const std::string skip = name + skip_suffix(from);
        if (parameters.has(skip))
            skips.push_back(
                {from, from == kToken ? parameters.table(skip) : parameters.matrix(skip)});
    }
    return skips;
}

IntegerLayer layer_of(const Parameters& parameters, const LayerName& name, size_t index) {
    IntegerLayer layer;
    layer.cell = name.cell;
    if (index > 0) layer.input = parameters.matrix(name.name + ".W");
    if (name.keeps_state) layer.recurrent = parameters.matrix(name.name + ".R");
    layer.b = parameters.int32s(name.name + ".b");
    if (row_of(name.cell).apart_biases() > 0) layer.b_hn = parameters.int32s(name.name + ".b_hn");
    layer.skips = skips_of(parameters, name.name + ".W", static_cast<int>(index) - 1);
    return layer;
}

// Of the table or the output.
int part_bits_of(const Graph& graph, const char* name, const std::string& where) {
    const auto found = graph.metadata.find(name);
    if (found == graph.metadata.end() || found->second == "8") return 8;
    if (found->second == "4") return 4;
    throw Error(where,
                std::string("metadata '") + name + "' is '" + found->second + "'; expected 8 or 4");
}

IntegerModel model_of(const Graph& graph, const std::string& where) {
    const Parameters parameters(graph, where);
    IntegerModel model;
    model.alphabet = alphabet_of(graph.metadata, where);
    model.bits = bits_of(graph, where);
    model.table_bits = part_bits_of(graph, key::kTableBits, where);
    model.output_bits = part_bits_of(graph, key::kOutputBits, where);
    model.table = parameters.table("table");
    model.output = parameters.matrix("output.weight");
    model.output_bias = parameters.int32s("output.bias");
    for (const LayerName& name : names_of_layers(parameters, where))
        model.layers.push_back(layer_of(parameters, name, model.layers.size()));
    model.output_skips =
        skips_of(parameters, "output.weight", static_cast<int>(model.layers.size()) - 1);
    model.metadata = graph.metadata;
    erase_made(model.metadata);
    check_sizes(model, where);
    return model;
}

/// What differs ///

template <class Values>
void compare_names(const Values& found, const Values& expected, const char* kind,
                   const std::string& where) {
    for (size_t i = 0; i < expected.size() || i < found.size(); i++) {
        if (i < found.size() && i < expected.size() && found[i] == expected[i]) continue;
        const std::string name = i < found.size() ? found[i].name : expected[i].name;
        throw Error(where, std::string(kind) + " '" + name +
                               "' is not as quillet quantize writes it (" +
                               std::to_string(found.size()) + " of them, expected " +
                               std::to_string(expected.size()) + ")");
    }
}

void compare(const Graph& found, const Graph& expected, const std::string& where) {
    if (found.opset != expected.opset) {
        throw Error(where, "is of opset " + std::to_string(found.opset) +
                               "; integer models are of opset " + std::to_string(expected.opset));
    }
    compare_names(found.nodes, expected.nodes, "node", where);
    compare_names(found.inputs, expected.inputs, "input", where);
    compare_names(found.outputs, expected.outputs, "output", where);
    for (const auto& [name, tensor] : found.initializers) {
        if (expected.initializers.count(name) == 0 || expected.initializers.at(name) != tensor) {
            throw Error(where, "initializer '" + name + "' is not as quillet quantize writes it");
        }
    }
    for (const auto& [name, tensor] : expected.initializers) {
        if (found.initializers.count(name) == 0)
            throw Error(where, "has no initializer '" + name + "'");
    }
    if (found != expected) throw Error(where, "is not as quillet quantize writes it");
}

}  // namespace

IntegerModel integer_model_from(const Graph& graph, const std::string& where) {
    const std::string format = metadata_of(graph, key::kFormat, where);
    if (format != kIntegerFormat && format != kWriterFormat) {
        throw Error(where, "is of format '" + format + "'; expected " + kIntegerFormat + " or " +
                               kWriterFormat);
    }
    IntegerModel model = model_of(graph, where);
    compare(graph, format == kIntegerFormat ? to_graph(model) : to_writer_graph(model), where);
    prove_bounds(model, where);
    return model;
}

}  // namespace quillet
