// Byte order marks and times of day in texts that people write.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

namespace quillet {

// `text` without the byte order mark that Windows' editors begin files with.
std::string_view without_byte_order_mark(std::string_view text);

// Minutes since midnight of "HH:MM"; nullopt for what is none from 00:00 to 23:59.
std::optional<int> minute_of_day(std::string_view text);

}  // namespace quillet
