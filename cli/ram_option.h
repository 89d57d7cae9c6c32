// What --ram says, of the verbs that compile.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace quillet {

// "230K" is 230 * 1024 bytes; "1M" and a bare number of bytes likewise; 0 for an
// empty text. Throws Error.
int64_t ram_bytes_of(const std::string& text);

}  // namespace quillet
