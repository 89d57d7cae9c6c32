// Reads ONNX files: every field checked, nothing allocated that the file's bytes do not pay for.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <filesystem>
#include <set>

#include "base/error.h"
#include "graph/decompose.h"
#include "graph/graph.h"
#include "graph/half.h"
#include "graph/onnx_fields.h"
#include "graph/onnx_message.h"
#include "graph/onnx_tensor.h"

namespace quillet {
namespace {

using onnx::Kind;
using onnx::Message;

// The values of an AttributeProto, of which its kind chooses one.
struct AttributeValues {
    std::string name;
    Kind kind = Kind::undefined;
    int64_t integer = 0;
    float number = 0;
    std::string text;
    std::string_view tensor;
    std::string_view graph;
    std::vector<int64_t> integers;
    std::vector<float> numbers;
    std::vector<std::string> texts;
};

// Where a graph stands: how many graphs it is inside of, and the folder of the model's file, which external
// data lie in.
struct Level {
    int depth;
    std::filesystem::path folder;
};

// Files of IR version 1 and 2 had no kind; a few exporters still leave it out.
void guess_kind(AttributeValues& values, Kind kind) {
    if (values.kind == Kind::undefined) values.kind = kind;
}

AttributeValues read_attribute_values(std::string_view bytes, const std::string& where) {
    AttributeValues values, seen;
    Message<onnx::Attribute> message(bytes, where);
    using enum onnx::Attribute;
    while (message.next()) {
        Kind kind = Kind::undefined;
        switch (message.field()) {
            case name:
                values.name = message.name();
                break;
            case type:
                values.kind = static_cast<Kind>(message.integer());
                break;
            case f:
                values.number = message.number(), kind = Kind::number;
                break;
            case i:
                values.integer = message.integer(), kind = Kind::integer;
                break;
            case s:
                values.text = message.bytes(), kind = Kind::text;
                break;
            case t:
                values.tensor = message.bytes(), kind = Kind::tensor;
                break;
            case floats:
                message.append(values.numbers), kind = Kind::numbers;
                break;
            case ints:
                message.append(values.integers), kind = Kind::integers;
                break;
            case strings:
                values.texts.emplace_back(message.bytes()), kind = Kind::texts;
                break;
            case g:
                values.graph = message.bytes(), kind = Kind::graph;
                break;
            case graphs:
                message.skip(), kind = Kind::graphs;
                break;
            case tensors:
                message.skip(), kind = Kind::tensors;
                break;
            default:
                message.skip();
        }
        guess_kind(seen, kind);
    }
    guess_kind(values, seen.kind);
    return values;
}

constexpr int kDeepest = 8;  // graphs in graphs in …

// Graphs are read from the model's (depth 0) down to those in nodes of graphs in its nodes.
void read_graph(std::string_view bytes, Graph& graph, const Level& level, const std::string& where);

Attribute subgraph_of(const AttributeValues& values, const Level& level, const std::string& place) {
    if (level.depth >= kDeepest)
        throw Error(place, "has graphs in graphs deeper than " + std::to_string(kDeepest) +
                               ", which is not supported");
    auto graph = std::make_shared<Graph>();
    read_graph(values.graph, *graph, {level.depth + 1, level.folder},
               place + ": graph '" + values.name + "'");
    return Subgraph{std::move(graph)};
}

Attribute attribute_of(AttributeValues&& values, const Level& level, const std::string& place) {
    switch (values.kind) {
        case Kind::number:
            return values.number;
        case Kind::integer:
            return values.integer;
        case Kind::text:
            return std::move(values.text);
        case Kind::tensor:
            return onnx::read_tensor(values.tensor, place, level.folder).tensor;
        case Kind::numbers:
            return std::move(values.numbers);
        case Kind::integers:
            return std::move(values.integers);
        case Kind::texts:
            return std::move(values.texts);
        case Kind::graph:
            return subgraph_of(values, level, place);
        default:
            throw Error(place, "attribute '" + values.name + "' is of kind " +
                                   std::to_string(static_cast<int64_t>(values.kind)) +
                                   ", which is not supported");
    }
}

Node read_node(std::string_view bytes, const Level& level, const std::string& where) {
    Node node;
    std::vector<std::string_view> attributes;  // read when the node's name is known
    Message<onnx::Node> message(bytes, where);
    using enum onnx::Node;
    while (message.next()) {
        switch (message.field()) {
            case input:
                node.inputs.push_back(message.name());
                break;
            case output:
                node.outputs.push_back(message.name());
                break;
            case name:
                node.name = message.name();
                break;
            case op_type:
                node.op = message.name();
                break;
            case domain:
                node.domain = message.name();
                break;
            case attribute:
                attributes.push_back(message.bytes());
                break;
            default:
                message.skip();
        }
    }
    if (node.domain == "ai.onnx") node.domain.clear();
    std::string place = where + ": " + describe(node);
    if (node.op.empty()) throw Error(place, "names no operator");
    if (!node.domain.empty())
        throw Error(place,
                    "is an operator of domain " + node.domain + "; only ONNX's own are supported");
    for (std::string_view attribute_bytes : attributes) {
        AttributeValues values = read_attribute_values(attribute_bytes, place);
        std::string key = values.name;
        if (key == kTurn)
            throw Error(place, std::string("has the attribute '") + kTurn +
                                   "', which only loops that are being unrolled have");
        if (!node.attributes.emplace(key, attribute_of(std::move(values), level, place)).second)
            throw Error(place, "has attribute '" + key + "' twice");
    }
    return node;
}

std::vector<int64_t> read_shape(std::string_view bytes, const std::string& where) {
    std::vector<int64_t> shape;
    Message<onnx::Shape> message(bytes, where);
    while (message.next()) {
        if (message.field() != onnx::Shape::dim) {
            message.skip();
            continue;
        }
        int64_t value = -1;
        Message<onnx::Dimension> dimension(message.bytes(), where);
        while (dimension.next()) {
            if (dimension.field() == onnx::Dimension::value)
                value = dimension.integer();
            else
                dimension.skip();
        }
        shape.push_back(value);
    }
    return shape;
}

// Of a graph inside a node types may be left out: they follow from the values that go in. A sequence
// there is left to the node that would make it, which says that it is not supported.
void read_type(std::string_view bytes, ValueInfo& info, bool is_nested, const std::string& place) {
    bool is_tensor = false;
    if (bytes.empty() && is_nested) {
        info.type = kUnknownType;
        return;
    }
    Message<onnx::TypeProto> message(bytes, place);
    while (message.next()) {
        if (message.field() != onnx::TypeProto::tensor_type) {
            message.skip();
            continue;
        }
        is_tensor = true;
        Message<onnx::TensorType> tensor(message.bytes(), place);
        int64_t element_type = 0;
        while (tensor.next()) {
            switch (tensor.field()) {
                case onnx::TensorType::elem_type:
                    element_type = tensor.integer();
                    break;
                case onnx::TensorType::shape:
                    info.shape = read_shape(tensor.bytes(), place);
                    info.has_shape = true;
                    break;
                default:
                    tensor.skip();
            }
        }
        info.type = onnx::element_type(element_type, place);
    }
    if (!is_tensor && is_nested) {
        info.type = kUnknownType;
        return;
    }
    if (!is_tensor)
        throw Error(place, "is not a tensor; sequences, maps and optionals are not supported");
    onnx::checked_count(info.shape, -1, place);
}

ValueInfo read_value_info(std::string_view bytes, const Level& level, const std::string& where) {
    ValueInfo info;
    info.has_shape = false;
    std::string_view type;
    Message<onnx::ValueInfo> message(bytes, where);
    while (message.next()) {
        switch (message.field()) {
            case onnx::ValueInfo::name:
                info.name = message.name();
                break;
            case onnx::ValueInfo::type:
                type = message.bytes();
                break;
            default:
                message.skip();
        }
    }
    if (info.name.empty()) throw Error(where, "has an input or output without a name");
    read_type(type, info, level.depth > 0, where + ": '" + info.name + "'");
    return info;
}

void read_graph(std::string_view bytes, Graph& graph, const Level& level,
                const std::string& where) {
    Message<onnx::Graph> message(bytes, where);
    using enum onnx::Graph;
    while (message.next()) {
        switch (message.field()) {
            case node:
                graph.nodes.push_back(read_node(message.bytes(), level, where));
                break;
            case name:
                graph.name = message.name();
                break;
            case input:
                graph.inputs.push_back(read_value_info(message.bytes(), level, where));
                break;
            case output:
                graph.outputs.push_back(read_value_info(message.bytes(), level, where));
                break;
            case initializer: {
                auto [tensor_name, tensor] =
                    onnx::read_tensor(message.bytes(), where, level.folder);
                if (tensor_name.empty()) throw Error(where, "has an initializer without a name");
                if (!graph.initializers.emplace(tensor_name, std::move(tensor)).second)
                    throw Error(where, "has initializer '" + tensor_name + "' twice");
                break;
            }
            case sparse_initializer:
                throw Error(where, "has a sparse initializer, which is not supported");
            default:
                message.skip();
        }
    }
}

void read_opset(std::string_view bytes, Graph& graph, const std::string& where) {
    std::string domain;
    int64_t version = 0;
    Message<onnx::OperatorSet> message(bytes, where);
    while (message.next()) {
        switch (message.field()) {
            case onnx::OperatorSet::domain:
                domain = message.name();
                break;
            case onnx::OperatorSet::version:
                version = message.integer();
                break;
            default:
                message.skip();
        }
    }
    if (!domain.empty() && domain != "ai.onnx") return;  // refused at a node that uses it
    if (graph.opset != 0) throw Error(where, "names its opset twice");
    if (version < onnx::kOldestOpset || version > onnx::kNewestOpset)
        throw Error(where, "is of opset " + std::to_string(version) + "; opsets " +
                               std::to_string(onnx::kOldestOpset) + " to " +
                               std::to_string(onnx::kNewestOpset) + " are supported");
    graph.opset = version;
}

void check_ir(int64_t version, const std::string& where) {
    if (version < onnx::kOldestIr || version > onnx::kNewestIr)
        throw Error(where, "is not an ONNX model, or one of IR version " + std::to_string(version) +
                               "; versions " + std::to_string(onnx::kOldestIr) + " to " +
                               std::to_string(onnx::kNewestIr) + " are supported");
}

Graph read_model(std::string_view bytes, const std::string& where) {
    Graph graph;
    int64_t ir_version = 0;
    bool has_graph = false;
    const std::filesystem::path parent = std::filesystem::path(where).parent_path();
    const std::filesystem::path folder = parent.empty() ? "." : parent;
    Message<onnx::Model> message(bytes, where);
    using Field = onnx::Model;
    while (message.next()) {
        switch (message.field()) {
            case Field::ir_version:
                check_ir(ir_version = message.integer(), where);
                break;
            case Field::producer_name:
                graph.producer = message.name();
                break;
            case Field::opset_import:
                read_opset(message.bytes(), graph, where);
                break;
            case Field::metadata_props:
                if (auto [entry, is_new] =
                        graph.metadata.insert(onnx::read_entry(message.bytes(), where));
                    !is_new)
                    throw Error(where, "has metadata '" + entry->first + "' twice");
                break;
            case Field::graph:
                if (has_graph) throw Error(where, "has two graphs");
                has_graph = true;
                read_graph(message.bytes(), graph, {0, folder}, where);
                break;
            default:
                message.skip();
        }
    }
    check_ir(ir_version, where);
    if (!has_graph) throw Error(where, "is cut short: it has no graph");
    if (graph.opset == 0) throw Error(where, "is cut short: it names no opset of ONNX's operators");
    return graph;
}

using Names = std::set<std::string>;

void check_order(const Graph& graph, Names& known, bool is_nested, const std::string& where);

void check_node(const Node& node, Names& known, const std::string& place) {
    for (const std::string& input : node.inputs)
        if (!input.empty() && !known.count(input))
            throw Error(place, "reads '" + input + "', which nothing before it makes");
    for (const auto& [name, attribute] : node.attributes)
        if (const Subgraph* nested = std::get_if<Subgraph>(&attribute))
            check_order(*nested->graph, known, true, place + ": graph '" + name + "'");
    bool has_output = false;
    for (const std::string& output : node.outputs) {
        if (output.empty()) continue;
        has_output = true;
        if (!known.insert(output).second)
            throw Error(place, "makes '" + output + "', which something before it makes already");
    }
    if (!has_output) throw Error(place, "has no output");
}

void check_outputs(const Graph& graph, const Names& known, const std::string& where) {
    if (graph.outputs.empty()) throw Error(where, "has no outputs");
    Names outputs;
    for (const ValueInfo& output : graph.outputs) {
        if (!known.count(output.name))
            throw Error(where, "has the output '" + output.name + "', which nothing makes");
        if (!outputs.insert(output.name).second)
            throw Error(where, "has output '" + output.name + "' twice");
    }
}

// Each value has one origin, before its first use; `known` are those of the graph around this one, as
// before when it is left.
void check_order(const Graph& graph, Names& known, bool is_nested, const std::string& where) {
    Names own;
    auto add = [&](const std::string& name, const char* what) {
        if (!known.insert(name).second && (is_nested || own.count(name)))
            throw Error(where, std::string("has ") + what + " '" + name +
                                   (own.count(name) ? "' twice"
                                                    : "', a name that the graph around it has"));
        own.insert(name);
    };
    for (const auto& [name, tensor] : graph.initializers) add(name, "initializer");
    for (const ValueInfo& input : graph.inputs) {
        if (!input.has_shape && !is_nested)
            throw Error(where, "does not say the shape of input '" + input.name + "'");
        add(input.name, "input");
    }
    for (const Node& node : graph.nodes) {
        check_node(node, known, where + ": " + describe(node));
        own.insert(node.outputs.begin(), node.outputs.end());
    }
    check_outputs(graph, known, where);
    for (const std::string& name : own) known.erase(name);
}

// No model begins with a kilobyte without a control character: its first field is a small number.
bool is_text(std::string_view bytes) {
    return std::none_of(bytes.begin(), bytes.begin() + std::min<size_t>(bytes.size(), 1024),
                        [](unsigned char c) { return c < '\t' || (c > '\r' && c < ' '); });
}

}  // namespace

Graph read_onnx(std::string_view bytes, const std::string& where) {
    if (bytes.empty()) throw Error(where, "is empty; expected an ONNX model");
    if (is_text(bytes))
        throw Error(
            where,
            "is a text, not an ONNX model; quillet train and torch.onnx.export write models");
    Graph graph = read_model(bytes, where);
    // Initializers that IR version 3 lists as inputs too are no inputs.
    std::erase_if(graph.inputs,
                  [&](const ValueInfo& info) { return graph.initializers.count(info.name) > 0; });
    Names known;
    check_order(graph, known, false, where);
    return with_halves_widened(std::move(graph));
}

}  // namespace quillet
