// The bytes of an input in order: a file or standard input, decompressed where it is a .bz2; and
// its lines.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"

namespace quillet {

// A stream of bytes. read() fills up to `size` bytes and returns how many, 0 at the end; throws
// Error with file and position.
class Stream {
  public:
    virtual ~Stream() = default;
    virtual size_t read(char* into, size_t size) = 0;
};

// A file, or standard input for "-", hashed as it is read.
class FileStream : public Stream {
  public:
    explicit FileStream(const std::string& path);
    FileStream(const FileStream&) = delete;
    FileStream& operator=(const FileStream&) = delete;
    ~FileStream() override;
    size_t read(char* into, size_t size) override;

    const std::string& name() const { return name_; }
    uint64_t bytes() const { return bytes_; }           // read so far
    std::string sha256() const { return hash_.hex(); }  // of them

  private:
    std::string name_;
    int descriptor_ = -1;
    uint64_t bytes_ = 0;
    Sha256 hash_;
};

// What `compressed`, a .bz2 called `name`, holds. Files of many bzip2 streams (Wikimedia's
// "multistream" dumps) are decompressed on `threads` threads. Throws Error where a block is
// damaged, or the file ends before its last block.
std::unique_ptr<Stream> decompress_bz2(Stream& compressed, const std::string& name, int threads);

// An input as the readers see it.
class Input {
  public:
    // "-" is standard input. Bzip2 is recognised by its first bytes.
    Input(const std::string& path, int threads);

    const std::string& name() const { return file_.name(); }
    bool compressed() const { return decompressed_ != nullptr; }

    // The next bytes, up to `size`; 0 at the end.
    size_t read(char* into, size_t size);
    // The first bytes (up to 64 KiB) without taking them.
    std::string_view head() const { return std::string_view(head_).substr(taken_); }

    // Of the file as it lies on the disk, valid when it was read to its end.
    uint64_t file_bytes() const { return file_.bytes(); }
    std::string sha256() const { return file_.sha256(); }

  private:
    size_t read_stream(char* into, size_t size);

    FileStream file_;
    std::unique_ptr<Stream> ahead_;  // the bytes looked at, then the file
    std::unique_ptr<Stream> decompressed_;
    std::string head_;
    size_t taken_ = 0;
    std::exception_ptr damage_;  // met right after the head; thrown when it is read
};

// The lines of an input without their ends ("\n" or "\r\n"); a byte order mark at the start is
// dropped.
class LineReader {
  public:
    explicit LineReader(Input& input) : input_(input) {}

    // The next line, valid until the next call; false at the end. Throws Error at a line of more
    // than 64 MiB.
    bool next(std::string_view& line);
    uint64_t number() const { return number_; }  // of the line last read, from 1
    std::string where() const { return where(number_); }
    std::string where(uint64_t line) const { return input_.name() + ":" + std::to_string(line); }

  private:
    bool fill();

    Input& input_;
    std::string buffer_;
    size_t start_ = 0;
    bool ended_ = false;
    uint64_t number_ = 0;
};

// `line` without the spaces and control characters at its ends.
std::string_view without_blanks(std::string_view line);

}  // namespace quillet
