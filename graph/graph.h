// A model as a value: ONNX's graph with its nodes, constants, inputs, outputs and metadata.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace quillet {

// Element types, numbered as ONNX's TensorProto.DataType.
enum class Type {
    float32 = 1,
    uint8 = 2,
    int8 = 3,
    uint16 = 4,
    int16 = 5,
    int32 = 6,
    int64 = 7,
    boolean = 9,
    float16 = 10,  // this and bfloat16 are kept and cast only; all computing is done in float32
    float64 = 11,
    uint32 = 12,
    uint64 = 13,
    bfloat16 = 16,
};

// Of an input or output of a graph inside a node, whose file leaves it out.
inline constexpr Type kUnknownType = Type(0);

// What ONNX numbers as element types, from 0 on: name and bytes an element, 0 of those that we have not.
struct TypeRow {
    const char* name;
    int size;
};
inline constexpr TypeRow kTypes[] = {
    {"undefined", 0},      {"float32", 4},      {"uint8", 1},          {"int8", 1},
    {"uint16", 2},         {"int16", 2},        {"int32", 4},          {"int64", 8},
    {"string", 0},         {"boolean", 1},      {"float16", 2},        {"float64", 8},
    {"uint32", 4},         {"uint64", 8},       {"complex64", 0},      {"complex128", 0},
    {"bfloat16", 2},       {"float8e4m3fn", 0}, {"float8e4m3fnuz", 0}, {"float8e5m2", 0},
    {"float8e5m2fnuz", 0}, {"uint4", 0},        {"int4", 0},           {"float4e2m1", 0}};

std::string name_of(Type type);  // "float32"
int size_of(Type type);          // bytes an element

// f(T()) of the C type that holds elements of `type`: booleans are bytes, floats of 16 bits their bits.
template <class F>
auto with_element(Type type, F f) {
    switch (type) {
        case Type::float32:
            return f(float{});
        case Type::float64:
            return f(double{});
        case Type::boolean:
        case Type::uint8:
            return f(uint8_t{});
        case Type::int8:
            return f(int8_t{});
        case Type::float16:
        case Type::bfloat16:
        case Type::uint16:
            return f(uint16_t{});
        case Type::int16:
            return f(int16_t{});
        case Type::int32:
            return f(int32_t{});
        case Type::uint32:
            return f(uint32_t{});
        case Type::uint64:
            return f(uint64_t{});
        case Type::int64:
            break;
    }
    return f(int64_t{});
}

// The element type that T holds.
template <class T>
constexpr Type type_of() {
    if constexpr (std::is_same_v<T, float>) return Type::float32;
    if constexpr (std::is_same_v<T, double>) return Type::float64;
    constexpr bool is_signed = std::is_signed_v<T>;
    if constexpr (sizeof(T) == 1) return is_signed ? Type::int8 : Type::uint8;
    if constexpr (sizeof(T) == 2) return is_signed ? Type::int16 : Type::uint16;
    if constexpr (sizeof(T) == 4) return is_signed ? Type::int32 : Type::uint32;
    return is_signed ? Type::int64 : Type::uint64;
}

// A dense tensor, row-major, elements little-endian as ONNX's raw_data.
struct Tensor {
    Type type = Type::float32;
    std::vector<int64_t> shape;  // empty: a scalar
    std::string bytes;           // byte_count() of them

    int64_t element_count() const;
    int64_t byte_count() const;  // also of one whose bytes are elsewhere
    template <class T>
    std::vector<T> values() const;  // REQUIRES: size_of(type) == sizeof(T)
    template <class T>
    static Tensor of(Type type, std::vector<int64_t> shape, const std::vector<T>& values);

    friend bool operator==(const Tensor&, const Tensor&) = default;
};

struct Graph;

// A graph inside a node (Loop's body), which reads values of the graph around it. Shared, never
// changed.
struct Subgraph {
    std::shared_ptr<const Graph>
        graph;  // not null; its opset, producer and metadata are the outer graph's

    friend bool operator==(const Subgraph& a, const Subgraph& b);
};

using Attribute = std::variant<int64_t, float, std::string, Tensor, std::vector<int64_t>,
                               std::vector<float>, std::vector<std::string>, Subgraph>;

struct Node {
    std::string name;
    std::string op;                   // ONNX's op_type, "MatMul"
    std::string domain;               // "" is ai.onnx
    std::vector<std::string> inputs;  // "" where an optional input is left out
    std::vector<std::string> outputs;
    std::map<std::string, Attribute> attributes;

    friend bool operator==(const Node&, const Node&) = default;
};

// How messages name a node: "node 'gru0' (GRU)", and by its first output where it has no name.
std::string describe(const Node& node);

// An input or output: name, element type and shape, -1 for a dimension that the file leaves open.
struct ValueInfo {
    std::string name;
    Type type = Type::float32;
    std::vector<int64_t> shape;
    bool has_shape = true;  // false for an output of which the file does not say even the rank

    friend bool operator==(const ValueInfo&, const ValueInfo&) = default;
};

struct Graph {
    std::string name;
    int64_t opset = 0;        // of ai.onnx
    std::string producer;     // "quillet", "pytorch", …
    std::vector<Node> nodes;  // in an order in which they can run
    std::map<std::string, Tensor> initializers;
    std::vector<ValueInfo> inputs;  // initializers are not listed again
    std::vector<ValueInfo> outputs;
    std::map<std::string, std::string> metadata;

    friend bool operator==(const Graph&, const Graph&) = default;
};

// Metadata keys of docs/FORMATS.md.
namespace key {
inline constexpr const char* kFormat = "quillet.format";  // "float-1", "integer-1"
inline constexpr const char* kAlphabet =
    "quillet.alphabet";  // UTF-8, the characters in token order; with kMerges a JSON list of pieces
inline constexpr const char* kMerges = "quillet.merges";  // JSON: pairs of tokens
inline constexpr const char* kSampling =
    "quillet.sampling";  // JSON: temperature, min_p, top_k, top_p
inline constexpr const char* kCorpus =
    "quillet.corpus";  // JSON: name, sha256, items, characters, …
inline constexpr const char* kTraining = "quillet.training";  // JSON: recipe, seed, epochs, bpc, …
inline constexpr const char* kLicence = "quillet.licence";    // of the data
}  // namespace key

// Reads an ONNX ModelProto, opsets 1 to 23. `where` names the file in errors. Throws Error for
// anything that is not such a file: cut short, another format, a domain or element type that is not
// supported, inconsistent sizes.
Graph read_onnx(std::string_view bytes, const std::string& where);

// The ModelProto of `graph`; the same graph gives the same bytes. No beginning of them reads as a
// whole model.
std::string write_onnx(const Graph& graph);

// Implementation of the templates.

template <class T>
std::vector<T> Tensor::values() const {
    std::vector<T> result(bytes.size() / sizeof(T));
    if (!result.empty())
        bytes.copy(reinterpret_cast<char*>(result.data()), result.size() * sizeof(T));
    return result;
}

template <class T>
Tensor Tensor::of(Type type, std::vector<int64_t> shape, const std::vector<T>& values) {
    return {type, std::move(shape),
            std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T))};
}

}  // namespace quillet
