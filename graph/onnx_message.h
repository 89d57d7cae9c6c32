// One message of protobuf's wire format, field by field: protozero with each field's wire type
// checked.
// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <protozero/pbf_reader.hpp>
#include <protozero/varint.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/utf8.h"

namespace quillet::onnx {

// The fields of one message, of which `Field` is the enum. Getters throw Error(where, …) where the
// field's wire type is another, or the bytes end too soon.
template <class Field>
class Message {
  public:
    Message(std::string_view bytes, const std::string& where)
        : reader_(bytes.data(), bytes.size()), size_(bytes.size()), where_(where) {}

    bool next() {
        at_ = size_ - reader_.length();
        return placed([&] { return reader_.next(); });
    }
    Field field() const { return static_cast<Field>(reader_.tag()); }
    void skip() {
        placed([&] { return reader_.skip(), true; });
    }

    int64_t integer() {
        expect(protozero::pbf_wire_type::varint);
        return placed([&] { return reader_.get_int64(); });
    }

    float number() {
        expect(protozero::pbf_wire_type::fixed32);
        return placed([&] { return reader_.get_float(); });
    }

    std::string_view bytes() {
        expect(protozero::pbf_wire_type::length_delimited);
        protozero::data_view view = placed([&] { return reader_.get_view(); });
        return {view.data(), view.size()};
    }

    // A string, which protobuf wants in UTF-8.
    std::string text() {
        std::string_view view = bytes();
        for (std::string_view rest = view; !rest.empty();)
            if (!take_utf8(rest)) throw Error(where_, "has a name or text that is not UTF-8");
        return std::string(view);
    }

    // A name, which messages and comments of C print: a string without control characters, those that
    // turn the direction of what follows included.
    std::string name() {
        std::string result = text();
        for (std::string_view rest = result; !rest.empty();) {
            const char32_t c = take_utf8(rest).value_or(0);
            if (c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
                (c >= 0x2066 && c <= 0x2069))
                throw Error(where_, "has a name with a control character");
        }
        return result;
    }

    // Adds one value, or all values of a packed field, to `values`.
    void append(std::vector<int64_t>& values) {
        if (reader_.has_wire_type(protozero::pbf_wire_type::varint)) {
            values.push_back(integer());
            return;
        }
        std::string_view packed = bytes();
        const char* at = packed.data();
        const char* end = at + packed.size();
        while (at != end)
            values.push_back(
                placed([&] { return static_cast<int64_t>(protozero::decode_varint(&at, end)); }));
    }

    // The same for the fixed-width types float and double.
    template <class T>
    void append(std::vector<T>& values) {
        using protozero::pbf_wire_type;
        constexpr bool narrow = sizeof(T) == 4;
        if (reader_.has_wire_type(narrow ? pbf_wire_type::fixed32 : pbf_wire_type::fixed64)) {
            values.push_back(placed([&] {
                if constexpr (narrow)
                    return reader_.get_float();
                else
                    return reader_.get_double();
            }));
            return;
        }
        static_assert(std::endian::native == std::endian::little);
        std::string_view packed = bytes();
        if (packed.size() % sizeof(T) != 0)
            throw Error(where_, "has a packed field that is cut within a value");
        size_t before = values.size(), count = packed.size() / sizeof(T);
        values.resize(before + count);
        if (count > 0) std::memcpy(values.data() + before, packed.data(), packed.size());
    }

  private:
    // What `read` gives; an error of the wire format with the byte at which its field begins.
    template <class Read>
    auto placed(Read read) const {
        try {
            return read();
        } catch (const protozero::end_of_buffer_exception&) {
            throw Error(where_, "is cut short, or is not an ONNX model: the field at byte " +
                                    std::to_string(at_) + " goes on beyond the end");
        } catch (const protozero::exception&) {
            throw Error(where_, "is not an ONNX model, or is damaged: at byte " +
                                    std::to_string(at_) +
                                    " there is no field of a protobuf message");
        }
    }

    void expect(protozero::pbf_wire_type type) const {
        if (!reader_.has_wire_type(type))
            throw Error(where_, "is not an ONNX model: field " + std::to_string(reader_.tag()) +
                                    " has another wire type than onnx.proto gives it");
    }

    protozero::pbf_reader reader_;
    size_t size_;
    size_t at_ = 0;  // where the present field begins
    const std::string& where_;
};

}  // namespace quillet::onnx
