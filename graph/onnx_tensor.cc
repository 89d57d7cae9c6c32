// TensorProto: a constant in an ONNX file.
// SPDX-License-Identifier: MIT
#include "graph/onnx_tensor.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fstream>
#include <map>
#include <protozero/pbf_writer.hpp>
#include <type_traits>

#include "graph/onnx_fields.h"
#include "graph/onnx_message.h"

namespace quillet::onnx {
namespace {

constexpr int64_t kMaxElements = int64_t{1} << 40;

// The data of a TensorProto before the element type is known to have been read.
struct Data {
    std::string_view raw;
    bool has_raw = false;
    std::vector<int64_t> integers;  // int32_data, int64_data or uint64_data
    std::vector<float> floats;
    std::vector<double> doubles;
    uint32_t filled = 0;  // the typed fields that had values, a bit each
};

template <class T, class Source>
std::string narrowed(const std::vector<Source>& values) {
    std::string bytes(values.size() * sizeof(T), '\0');
    for (size_t i = 0; i < values.size(); i++) {
        T value = static_cast<T>(values[i]);
        std::memcpy(&bytes[i * sizeof(T)], &value, sizeof(T));
    }
    return bytes;
}

// The field that holds elements of `type`, by onnx.proto.
Tensor field_for(Type type) {
    switch (type) {
        case Type::float32:
            return Tensor::float_data;
        case Type::float64:
            return Tensor::double_data;
        case Type::int64:
            return Tensor::int64_data;
        case Type::uint32:
        case Type::uint64:
            return Tensor::uint64_data;
        default:
            return Tensor::int32_data;
    }
}

std::string typed_bytes(const Data& data, Type type) {
    return with_element(type, [&](auto element) {
        using T = decltype(element);
        if constexpr (std::is_same_v<T, float>) return narrowed<T>(data.floats);
        if constexpr (std::is_same_v<T, double>) return narrowed<T>(data.doubles);
        return narrowed<T>(data.integers);
    });
}

// Reads one field of data; false for a field of another sort, left to the caller.
bool read_data(Message<Tensor>& message, Data& data) {
    Tensor field = message.field();
    switch (field) {
        case Tensor::raw_data:
            data.raw = message.bytes();
            data.has_raw = true;
            return true;
        case Tensor::float_data:
            message.append(data.floats);
            break;
        case Tensor::double_data:
            message.append(data.doubles);
            break;
        case Tensor::int32_data:
        case Tensor::int64_data:
        case Tensor::uint64_data:
            message.append(data.integers);
            break;
        default:
            return false;
    }
    if (!data.floats.empty() || !data.doubles.empty() || !data.integers.empty())
        data.filled |= 1u << static_cast<uint32_t>(field);
    return true;
}

std::string checked_bytes(const Data& data, Type type, int64_t count, const std::string& place) {
    if (data.has_raw && data.filled != 0) throw Error(place, "has its data twice");
    if ((data.filled & ~(1u << static_cast<uint32_t>(field_for(type)))) != 0)
        throw Error(place,
                    "has its data in another field than elements of " + name_of(type) + " use");
    std::string bytes = data.has_raw ? std::string(data.raw) : typed_bytes(data, type);
    size_t expected = static_cast<size_t>(count) * static_cast<size_t>(size_of(type));
    if (bytes.size() != expected)
        throw Error(place, "holds " + std::to_string(bytes.size()) +
                               " bytes of data; its shape needs " + std::to_string(expected));
    return bytes;
}

uint64_t number_of(const std::map<std::string, std::string>& entries, const char* key,
                   uint64_t otherwise, const std::string& place) {
    auto found = entries.find(key);
    if (found == entries.end() || found->second.empty()) return otherwise;
    uint64_t value = 0;
    const char* end = found->second.data() + found->second.size();
    auto [stop, error] = std::from_chars(found->second.data(), end, value);
    if (error != std::errc() || stop != end)
        throw Error(place,
                    std::string("has external data with ") + key + " '" + found->second + "'");
    return value;
}

// `size` bytes of the file in `folder` that `entries` name.
std::string external_bytes(const std::map<std::string, std::string>& entries, int64_t size,
                           const std::filesystem::path& folder, const std::string& place) {
    namespace fs = std::filesystem;
    auto found = entries.find("location");
    if (found == entries.end() || found->second.empty())
        throw Error(place, "keeps its data in another file and does not say which");
    if (folder.empty()) throw Error(place, "keeps its data in another file; expected them here");
    const fs::path inside = fs::path(found->second).lexically_normal();
    std::error_code code;
    const fs::path root = fs::canonical(folder, code), file = fs::canonical(folder / inside, code);
    auto [ends, rest] = std::mismatch(root.begin(), root.end(), file.begin(), file.end());
    const bool cut = found->second.find('\0') != std::string::npos;  // the system reads up to there
    if (cut || inside.is_absolute() || *inside.begin() == ".." || (!code && ends != root.end()))
        throw Error(place, "keeps its data in '" + found->second +
                               "'; expected a file in the model's own folder");
    if (code || !fs::is_regular_file(file, code))
        throw Error(place,
                    "keeps its data in '" + found->second +
                        "', which is not beside the model; copy it there, or export with all "
                        "data in one file (torch.onnx.export(..., external_data=False))");
    const uint64_t offset = number_of(entries, "offset", 0, place);
    const uint64_t held = fs::file_size(file, code);
    const uint64_t wanted = static_cast<uint64_t>(size);
    const uint64_t length = number_of(entries, "length", wanted, place);
    if (code || length != wanted || offset > held || wanted > held - offset)
        throw Error(place, "needs " + std::to_string(size) + " bytes at " + std::to_string(offset) +
                               " of '" + found->second + "', which holds " + std::to_string(held) +
                               "; its entry says " + std::to_string(length));
    std::ifstream stream(file, std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(offset));
    std::string bytes(wanted, '\0');
    if (!stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
        throw Error(place, "cannot be read from '" + found->second + "'");
    return bytes;
}

}  // namespace

Type element_type(int64_t number, const std::string& where) {
    const bool known = number >= 0 && number < static_cast<int64_t>(std::size(kTypes));
    if (known && kTypes[number].size > 0) return static_cast<Type>(number);
    throw Error(where, "has element type " +
                           (known ? kTypes[number].name : std::to_string(number)) +
                           ", which is not supported");
}

std::pair<std::string, std::string> read_entry(std::string_view bytes, const std::string& where) {
    std::pair<std::string, std::string> entry;
    Message<Property> message(bytes, where);
    while (message.next()) {
        if (message.field() == Property::key)
            entry.first = message.name();
        else if (message.field() == Property::value)
            entry.second = message.text();
        else
            message.skip();
    }
    return entry;
}

int64_t checked_count(const std::vector<int64_t>& shape, int64_t least, const std::string& where) {
    int64_t count = 1,
            product = 1;  // product leaves out zeros, so that no order of factors overflows
    for (int64_t dimension : shape) {
        if (dimension < least)
            throw Error(where, "has a dimension of " + std::to_string(dimension));
        int64_t factor = std::max<int64_t>(dimension, 1);
        if (factor > kMaxElements / product)
            throw Error(where, "has more elements than any memory");
        product *= factor;
        if (dimension == 0) count = 0;
    }
    return count * product;
}

NamedTensor read_tensor(std::string_view bytes, const std::string& where,
                        const std::filesystem::path& folder) {
    NamedTensor result;
    Data data;
    int64_t type = 0, location = 0;
    bool segmented = false;
    std::map<std::string, std::string> external;
    Message<Tensor> message(bytes, where);
    while (message.next()) {
        switch (message.field()) {
            case Tensor::dims:
                message.append(result.tensor.shape);
                break;
            case Tensor::data_type:
                type = message.integer();
                break;
            case Tensor::name:
                result.name = message.name();
                break;
            case Tensor::data_location:
                location = message.integer();
                break;
            case Tensor::external_data: {
                auto [key, value] = read_entry(message.bytes(), where);
                external[key] = value;  // the last counts, as in protobuf's maps
                break;
            }
            case Tensor::segment:
                segmented = true;
                message.skip();
                break;
            default:
                if (!read_data(message, data)) message.skip();
        }
    }
    std::string place = where + ": tensor '" + result.name + "'";
    if (segmented) throw Error(place, "is split into segments, which is not supported");
    result.tensor.type = element_type(type, place);
    int64_t count = checked_count(result.tensor.shape, 0, place);
    if (location != 0)
        result.tensor.bytes =
            external_bytes(external, count * size_of(result.tensor.type), folder, place);
    else
        result.tensor.bytes = checked_bytes(data, result.tensor.type, count, place);
    return result;
}

std::string write_tensor(const quillet::Tensor& tensor, const std::string& name) {
    std::string bytes;
    protozero::pbf_writer writer(bytes);
    auto number = [](Tensor field) { return static_cast<protozero::pbf_tag_type>(field); };
    for (int64_t dimension : tensor.shape) writer.add_int64(number(Tensor::dims), dimension);
    writer.add_int32(number(Tensor::data_type), static_cast<int32_t>(tensor.type));
    if (!name.empty()) writer.add_string(number(Tensor::name), name);
    writer.add_bytes(number(Tensor::raw_data), tensor.bytes);
    return bytes;
}

}  // namespace quillet::onnx
