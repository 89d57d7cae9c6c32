// Bytes as text in base64 (RFC 4648) and back.
// SPDX-License-Identifier: MIT
#include "base/base64.h"

#include <cstdint>

namespace quillet {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string to_base64(std::string_view bytes) {
    std::string text;
    uint32_t bits = 0;
    int count = 0;
    for (char c : bytes) {
        bits = bits << 8 | static_cast<uint8_t>(c);
        for (count += 8; count >= 6; count -= 6) text += kDigits[bits >> (count - 6) & 63];
    }
    if (count > 0) text += kDigits[bits << (6 - count) & 63];
    while (text.size() % 4) text += '=';
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (size_t end = text.find('='); end != std::string_view::npos) {
        if (text.find_first_not_of('=', end) != std::string_view::npos || text.size() - end > 2)
            return std::nullopt;
        text = text.substr(0, end);
    }
    std::string bytes;
    uint32_t bits = 0;
    int count = 0;
    for (char c : text) {
        size_t digit = kDigits.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        bits = bits << 6 | static_cast<uint32_t>(digit);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>(bits >> count & 0xFF);
    }
    return count < 6 ? std::optional(bytes) : std::nullopt;
}

}  // namespace quillet
