// JSON from outside, parsed with a limit to its nesting so that no file can exhaust the stack; JSON as
// text.
//
// SPDX-License-Identifier: MIT
#include "base/json.h"

#include "base/error.h"

namespace quillet {

nlohmann::ordered_json parse_json(std::string_view text, const std::string& where) {
    bool in_string = false;
    int depth = 0;
    for (size_t i = 0; i < text.size(); i++) {
        const char c = text[i];
        if (in_string && c == '\\') i++;
        if (c == '"') in_string = !in_string;
        if (in_string) continue;
        if (c == '[' || c == '{') depth++;
        if (c == ']' || c == '}') depth--;
        if (depth > kJsonDepth)
            throw Error(where, "is JSON nested more than " + std::to_string(kJsonDepth) + " deep");
    }
    try {
        return nlohmann::ordered_json::parse(text);
    } catch (const nlohmann::json::exception& error) {
        throw Error(where, std::string("is not JSON: ") + error.what());
    }
}

std::string json_text(const nlohmann::ordered_json& json, int indent) {
    return json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace quillet
