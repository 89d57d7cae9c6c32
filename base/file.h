// Whole files in and out: reading says what failed and where; writing appears by rename or not at all.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace quillet {

// The bytes of `path`. Throws Error when it cannot be read to its end.
std::string read_file(const std::filesystem::path& path);

// Writes `bytes` beside `path`, flushes them to the disk and renames the result to `path`, so that a reader sees the old file or the
// new one, whole. Missing folders are made. Throws Error, leaving nothing behind, when any of it fails.
void write_file(const std::filesystem::path& path, std::string_view bytes);

// SHA-256 of `bytes` as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace quillet
