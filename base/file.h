// Whole files in and out: reading says what failed and where; writing appears by rename or not at all.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace quillet {

// The bytes of `path`. Throws Error when it cannot be read to its end.
std::string read_file(const std::filesystem::path& path);

// Writes `bytes` beside `path`, flushes them to the disk and renames the result to `path`, so that
// a reader sees the old file or the new one, whole. Missing folders are made. Throws Error, leaving
// nothing behind, when any of it fails.
void write_file(const std::filesystem::path& path, std::string_view bytes);

// A file written piece by piece, on the terms of write_file: it appears whole on commit(), or not
// at all. A new file has the mode that the umask leaves, a replaced one keeps its mode. A `path`
// that names a device, a pipe or an open file (/dev/full, /dev/stdout, /dev/fd/3) is written as it
// stands. Every function throws Error. What a killed process left behind is removed by the next
// that writes to the same path.
class OutputFile {
  public:
    explicit OutputFile(const std::filesystem::path& path);
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;
    ~OutputFile();  // without commit() before: leaves nothing behind

    void write(std::string_view bytes);

    // Writes what is buffered and flushes to the disk; commit() then cannot fail for want of room.
    void finish();
    // finish(), then puts the file in place.
    void commit();

  private:
    void flush();

    std::filesystem::path path_;
    std::string beside_;  // empty for a device
    std::string buffer_;
    int descriptor_ = -1;
};

// Whether `path` names this program's standard output: /dev/stdout, /dev/fd/1.
bool is_standard_output(const std::filesystem::path& path);

// Throws Error where `path` is one of the files `inputs`, which it would take the place of.
void require_not_among(const std::filesystem::path& path, const std::vector<std::string>& inputs);

// Writes files, texts by their names in `folder`, all or none: each is on the disk before the first
// is put in place. Throws Error.
void write_files(const std::filesystem::path& folder,
                 const std::map<std::string, std::string>& files);

// SHA-256 of bytes that come in pieces.
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    void update(std::string_view bytes);
    std::string hex() const;  // of all bytes so far: 64 lower-case hexadecimal digits

  private:
    struct Context;
    std::unique_ptr<Context> context_;
};

// SHA-256 of `bytes` as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace quillet
