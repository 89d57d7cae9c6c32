// Standard output that does not fail in silence.
// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "base/error.h"

namespace quillet {

// Writes `text` to standard output at once. Throws Error when it cannot be written: a full disk, a
// closed pipe.
inline void print(std::string_view text) {
    bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    if (!written || std::fflush(stdout) != 0)
        throw Error("standard output", std::string("cannot be written: ") + std::strerror(errno));
}

}  // namespace quillet
