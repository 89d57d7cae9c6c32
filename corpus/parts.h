// Whether a text contains, or begins or ends with, one of several.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string_view>

namespace quillet {

template <typename List>
bool contains_any(std::string_view text, const List& parts) {
    return std::any_of(std::begin(parts), std::end(parts), [&](std::string_view part) {
        return text.find(part) != std::string_view::npos;
    });
}

template <typename List>
bool starts_with_any(std::string_view text, const List& parts) {
    return std::any_of(std::begin(parts), std::end(parts),
                       [&](std::string_view part) { return text.starts_with(part); });
}

template <typename List>
bool ends_with_any(std::string_view text, const List& parts) {
    return std::any_of(std::begin(parts), std::end(parts),
                       [&](std::string_view part) { return text.ends_with(part); });
}

template <typename List>
bool is_any(std::string_view text, const List& list) {
    return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

}  // namespace quillet
