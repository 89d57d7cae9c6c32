// JSON from outside, parsed with a limit to its nesting so that no file can exhaust the stack; JSON as
// text.
//
// SPDX-License-Identifier: MIT
#include "base/json.h"

#include "base/error.h"

namespace quillet {

nlohmann::ordered_json parse_json(std::string_view text, const std::string& where) {
    // Called for keys and values too, whose depth is that of what they are in.
    using Event = nlohmann::ordered_json::parse_event_t;
    const auto limit = [&](int depth, Event event, const auto&) {
        const bool opens = event == Event::object_start || event == Event::array_start;
        if (opens && depth >= kJsonDepth)
            throw Error(where, "is JSON nested more than " + std::to_string(kJsonDepth) + " deep");
        return true;
    };
    try {
        return nlohmann::ordered_json::parse(text, limit);
    } catch (const nlohmann::json::exception& error) {
        throw Error(where, std::string("is not JSON: ") + error.what());
    }
}

std::string json_text(const nlohmann::ordered_json& json, int indent) {
    return json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace quillet
