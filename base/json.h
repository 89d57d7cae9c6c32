// JSON from outside, parsed with a limit to its nesting so that no file can exhaust the stack; JSON as
// text.
//
// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace quillet {

// Arrays and objects inside each other, at most.
constexpr int kJsonDepth = 100;

// The value that `text` is. Throws Error(where, ...) when it is not JSON or nested deeper than
// kJsonDepth.
nlohmann::ordered_json parse_json(std::string_view text, const std::string& where);

// `json` as UTF-8: on one line, or indented by `indent` spaces a level. Bytes of a string that are not
// UTF-8, as a file's name may have, become U+FFFD.
std::string json_text(const nlohmann::ordered_json& json, int indent = -1);

}  // namespace quillet
