// Writes ONNX files, the same bytes for the same graph.
// SPDX-License-Identifier: MIT
#include <protozero/pbf_writer.hpp>

#include "graph/graph.h"
#include "graph/onnx_fields.h"
#include "graph/onnx_tensor.h"

namespace quillet {
namespace {

using onnx::Kind;

// Numbers of fields as protozero takes them.
template <class Field>
constexpr protozero::pbf_tag_type number_of(Field field) {
    return static_cast<protozero::pbf_tag_type>(field);
}

// The IR version that came with an opset (onnx/docs/Versioning.md), at least 8: version 3 wants
// initializers listed as inputs.
int32_t ir_version_of(int64_t opset) {
    if (opset <= 18) return 8;
    if (opset <= 20) return 9;
    return opset <= 22 ? 10 : 11;
}

std::string write_graph(const Graph& graph);

// Writes the one value of an attribute and returns its kind.
struct AttributeWriter {
    protozero::pbf_writer& writer;
    using Field = onnx::Attribute;

    Kind operator()(int64_t value) {
        writer.add_int64(number_of(Field::i), value);
        return Kind::integer;
    }
    Kind operator()(float value) {
        writer.add_float(number_of(Field::f), value);
        return Kind::number;
    }
    Kind operator()(const std::string& value) {
        writer.add_bytes(number_of(Field::s), value);
        return Kind::text;
    }
    Kind operator()(const Tensor& value) {
        writer.add_message(number_of(Field::t), onnx::write_tensor(value, ""));
        return Kind::tensor;
    }
    Kind operator()(const std::vector<int64_t>& values) {
        for (int64_t value : values) writer.add_int64(number_of(Field::ints), value);
        return Kind::integers;
    }
    Kind operator()(const std::vector<float>& values) {
        for (float value : values) writer.add_float(number_of(Field::floats), value);
        return Kind::numbers;
    }
    Kind operator()(const std::vector<std::string>& values) {
        for (const std::string& value : values) writer.add_bytes(number_of(Field::strings), value);
        return Kind::texts;
    }
    Kind operator()(const Subgraph& value) {
        writer.add_message(number_of(Field::g), write_graph(*value.graph));
        return Kind::graph;
    }
};

std::string write_attribute(const std::string& name, const Attribute& attribute) {
    std::string bytes;
    protozero::pbf_writer writer(bytes);
    writer.add_string(number_of(onnx::Attribute::name), name);
    Kind kind = std::visit(AttributeWriter{writer}, attribute);
    writer.add_enum(number_of(onnx::Attribute::type), static_cast<int32_t>(kind));
    return bytes;
}

std::string write_node(const Node& node) {
    std::string bytes;
    protozero::pbf_writer writer(bytes);
    for (const std::string& name : node.inputs)
        writer.add_string(number_of(onnx::Node::input), name);
    for (const std::string& name : node.outputs)
        writer.add_string(number_of(onnx::Node::output), name);
    if (!node.name.empty()) writer.add_string(number_of(onnx::Node::name), node.name);
    writer.add_string(number_of(onnx::Node::op_type), node.op);
    for (const auto& [name, attribute] : node.attributes)
        writer.add_message(number_of(onnx::Node::attribute), write_attribute(name, attribute));
    if (!node.domain.empty()) writer.add_string(number_of(onnx::Node::domain), node.domain);
    return bytes;
}

std::string write_shape(const std::vector<int64_t>& shape) {
    std::string bytes;
    protozero::pbf_writer writer(bytes);
    for (int64_t dimension : shape) {
        std::string dimension_bytes;
        protozero::pbf_writer dimension_writer(dimension_bytes);
        if (dimension >= 0)
            dimension_writer.add_int64(number_of(onnx::Dimension::value), dimension);
        writer.add_message(number_of(onnx::Shape::dim), dimension_bytes);
    }
    return bytes;
}

std::string write_value_info(const ValueInfo& info) {
    if (info.type == kUnknownType) {
        std::string bytes;
        protozero::pbf_writer(bytes).add_string(number_of(onnx::ValueInfo::name), info.name);
        return bytes;
    }
    std::string tensor_type;
    protozero::pbf_writer tensor_writer(tensor_type);
    tensor_writer.add_int32(number_of(onnx::TensorType::elem_type),
                            static_cast<int32_t>(info.type));
    if (info.has_shape)
        tensor_writer.add_message(number_of(onnx::TensorType::shape), write_shape(info.shape));
    std::string type;
    protozero::pbf_writer(type).add_message(number_of(onnx::TypeProto::tensor_type), tensor_type);
    std::string bytes;
    protozero::pbf_writer writer(bytes);
    writer.add_string(number_of(onnx::ValueInfo::name), info.name);
    writer.add_message(number_of(onnx::ValueInfo::type), type);
    return bytes;
}

std::string write_graph(const Graph& graph) {
    std::string bytes;
    protozero::pbf_writer writer(bytes);
    using Field = onnx::Graph;
    for (const Node& node : graph.nodes)
        writer.add_message(number_of(Field::node), write_node(node));
    writer.add_string(number_of(Field::name), graph.name.empty() ? "model" : graph.name);
    for (const auto& [name, tensor] : graph.initializers)
        writer.add_message(number_of(Field::initializer), onnx::write_tensor(tensor, name));
    for (const ValueInfo& info : graph.inputs)
        writer.add_message(number_of(Field::input), write_value_info(info));
    for (const ValueInfo& info : graph.outputs)
        writer.add_message(number_of(Field::output), write_value_info(info));
    return bytes;
}

}  // namespace

std::string write_onnx(const Graph& graph) {
    std::string bytes;
    protozero::pbf_writer writer(bytes);
    using Field = onnx::Model;
    writer.add_int32(number_of(Field::ir_version), ir_version_of(graph.opset));
    writer.add_string(number_of(Field::producer_name), graph.producer);
    std::string opset;
    protozero::pbf_writer opset_writer(opset);
    opset_writer.add_string(number_of(onnx::OperatorSet::domain), "");
    opset_writer.add_int64(number_of(onnx::OperatorSet::version), graph.opset);
    writer.add_message(number_of(Field::opset_import), opset);
    for (const auto& [key, value] : graph.metadata) {
        std::string property;
        protozero::pbf_writer property_writer(property);
        property_writer.add_string(number_of(onnx::Property::key), key);
        property_writer.add_string(number_of(onnx::Property::value), value);
        writer.add_message(number_of(Field::metadata_props), property);
    }
    // Last, so that a file cut short is always seen to be: its graph is not whole.
    writer.add_message(number_of(Field::graph), write_graph(graph));
    return bytes;
}

}  // namespace quillet
