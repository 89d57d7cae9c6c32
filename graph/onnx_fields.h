// The numbers of onnx.proto that the reader and the writer share: fields of its messages, kinds of
// attribute.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace quillet::onnx {

enum class Model : uint32_t {
    ir_version = 1,
    producer_name = 2,
    graph = 7,
    opset_import = 8,
    metadata_props = 14,
};
enum class OperatorSet : uint32_t { domain = 1, version = 2 };
enum class Property : uint32_t { key = 1, value = 2 };  // StringStringEntryProto
enum class Graph : uint32_t {
    node = 1,
    name = 2,
    initializer = 5,
    input = 11,
    output = 12,
    sparse_initializer = 15,
};
enum class Node : uint32_t {
    input = 1,
    output = 2,
    name = 3,
    op_type = 4,
    attribute = 5,
    domain = 7
};
enum class Attribute : uint32_t {
    name = 1,
    f = 2,
    i = 3,
    s = 4,
    t = 5,
    g = 6,
    floats = 7,
    ints = 8,
    strings = 9,
    tensors = 10,
    graphs = 11,
    type = 20,
};
enum class Tensor : uint32_t {
    dims = 1,
    data_type = 2,
    segment = 3,
    float_data = 4,
    int32_data = 5,
    int64_data = 7,
    name = 8,
    raw_data = 9,
    double_data = 10,
    uint64_data = 11,
    external_data = 13,
    data_location = 14,
};
enum class ValueInfo : uint32_t { name = 1, type = 2 };
enum class TypeProto : uint32_t { tensor_type = 1 };
enum class TensorType : uint32_t { elem_type = 1, shape = 2 };
enum class Shape : uint32_t { dim = 1 };
enum class Dimension : uint32_t { value = 1, parameter = 2 };

// AttributeProto.AttributeType.
enum class Kind : int64_t {
    undefined = 0,
    number = 1,
    integer = 2,
    text = 3,
    tensor = 4,
    graph = 5,
    numbers = 6,
    integers = 7,
    texts = 8,
    tensors = 9,
    graphs = 10,
};

// Opsets of ai.onnx that the reader takes, and the IR versions that carry them. Below opset 7 only
// operators are supported that are the same since.
inline constexpr int64_t kOldestOpset = 1;
inline constexpr int64_t kNewestOpset = 23;
inline constexpr int64_t kOldestIr = 3;
inline constexpr int64_t kNewestIr = 13;

}  // namespace quillet::onnx
