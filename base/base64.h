// Bytes as text in base64 (RFC 4648) and back.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quillet {

std::string to_base64(std::string_view bytes);

// The bytes of `text`, whose '=' at the end may be left out; nullopt for what is not base64.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace quillet
