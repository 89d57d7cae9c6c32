// Text of C sources: templates with $names$, lists that wrap as clang-format wraps them, literals.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace quillet {

using Words = std::map<std::string, std::string>;

// `text` with each $name$ replaced by its word. REQUIRES: words has every name; a '$' stands for
// nothing else.
std::string fill(std::string_view text, const Words& words);

// "name(a, b);" indented by `indent`, broken at 100 columns as clang-format does it in the Google
// style.
std::string call_line(int indent, const std::string& name,
                      const std::vector<std::string>& arguments);

// `text` from outside, a file's or a tensor's name, so that it can stand in a comment of C or CMake:
// one line, no comment begins or ends in it, no trigraph.
std::string comment_text(std::string_view text);

// `text`, made a comment_text, as a comment of one or more lines of at most 100 columns, indented by `indent`.
std::string comment_lines(int indent, const std::string& text);

// A C99 hexadecimal float literal: 0x1.8p-3f. REQUIRES: value is finite.
std::string hex_float(float value);

// `text` (UTF-8) as a C string literal; what is not printable ASCII by octal escapes.
std::string string_literal(std::string_view text);

// The elements of `tensor` as an initializer's lines: 8 floats or 16 integers a line.
std::string initializer_lines(const Tensor& tensor);

// `text` with A to Z for a to z.
std::string upper(std::string text);

// "float", "int8_t".
std::string c_type(Type type);

// Names of the files that the C `text` includes in quotes, without folders, in order.
std::vector<std::string> included_files(std::string_view text);

}  // namespace quillet
