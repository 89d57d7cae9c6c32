// TensorProto: a constant in an ONNX file.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "graph/graph.h"

namespace quillet::onnx {

struct NamedTensor {
    std::string name;
    quillet::Tensor tensor;
};

// The tensor in `bytes`, a TensorProto; float16 and bfloat16 stay as they are. External data are read
// from a file in `folder` or a folder below it, nowhere else; with no folder they are refused. Throws
// Error(where, …) for segmented data, an element type that graph.h lacks, and data that do not fill the
// shape.
NamedTensor read_tensor(std::string_view bytes, const std::string& where,
                        const std::filesystem::path& folder = {});

// Key and value of `bytes`, a StringStringEntryProto: metadata, or where external data are. Throws
// Error(where, …) for damaged bytes.
std::pair<std::string, std::string> read_entry(std::string_view bytes, const std::string& where);

// The TensorProto of `tensor`, data in raw_data; the name is left out where empty.
std::string write_tensor(const quillet::Tensor& tensor, const std::string& name);

// ONNX's number of an element type as ours. Throws Error(where, …) naming a type that graph.h
// lacks.
Type element_type(int64_t number, const std::string& where);

// The elements of `shape`, an open dimension counted as one. Throws Error(where, …) for a dimension
// below `least` and for more elements than any memory has.
int64_t checked_count(const std::vector<int64_t>& shape, int64_t least, const std::string& where);

}  // namespace quillet::onnx
