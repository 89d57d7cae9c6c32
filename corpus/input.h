// The bytes of an input in order: a file or standard input, decompressed where it is bzip2; and its
// lines.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"

namespace quillet {

// An input as the readers see it, without a byte order mark at its start. Every function throws Error
// with file and position.
class Input {
  public:
    // "-" is standard input. Bzip2 is recognized by its first bytes.
    explicit Input(const std::string& path);
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;
    ~Input();

    const std::string& name() const { return name_; }
    bool compressed() const { return bzip2_ != nullptr; }

    // Fills up to `size` bytes and returns how many; 0 at the end. Of a damaged bzip2 file all
    // blocks before the damaged one are read.
    size_t read(char* into, size_t size);
    // The first bytes (up to 64 KiB) without taking them; a '\r' that ends a line by itself is shown
    // as '\n'.
    std::string_view head() const { return std::string_view(shown_).substr(taken_); }

    // Reads a damaged file to its end, or to where it cannot be read on, for what follows.
    void skip_rest();
    // Of the file as it lies on the disk, valid when it was read to its end.
    uint64_t file_bytes() const { return bytes_; }
    std::string sha256() const { return hash_.hex(); }

  private:
    struct Bzip2;
    // Closed also where the constructor throws.
    struct Descriptor {
        int number = -1;
        ~Descriptor();
    };
    size_t read_file(char* into, size_t size);
    void read_head(std::string& head);
    size_t read_plain(char* into, size_t size);
    void decompress_more();

    std::string name_;
    Descriptor descriptor_;
    uint64_t bytes_ = 0;
    Sha256 hash_;
    std::string head_, shown_;
    size_t taken_ = 0;
    std::unique_ptr<Bzip2> bzip2_;
    std::exception_ptr damage_;  // met right after the head; thrown when it is read
};

// The lines of an input without their ends: "\n", "\r\n" and "\r", also mixed, and "\r\r\n", which
// converting twice makes of one end.
class LineReader {
  public:
    explicit LineReader(Input& input) : input_(input) {}

    // The next line, valid until the next call; false at the end. Throws Error at a line of more
    // than 64 MiB.
    bool next(std::string_view& line);
    std::string where() const { return input_.name() + ":" + std::to_string(number_); }

  private:
    bool fill();
    void look_for(char end, size_t& place) const;

    Input& input_;
    std::string buffer_;
    size_t start_ = 0;
    // Where the first '\n' and the first '\r' from start_ on stand, or up to where there is none:
    // each is looked for once, however many of the other come first.
    size_t newline_ = 0, return_ = 0;
    bool ended_ = false;
    uint64_t number_ = 0;  // of the line last read, from 1
};

// The lines of a text file, not empty ones. Throws Error where it is not UTF-8 text.
std::vector<std::string> read_text_lines(const std::string& path);

}  // namespace quillet
