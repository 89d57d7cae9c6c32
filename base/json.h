// JSON from outside: parsed with a limit to its nesting, so that no file can exhaust the stack.
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

}  // namespace quillet
