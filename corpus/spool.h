// Items and records that may outgrow memory: kept in temporary files that vanish by themselves.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace quillet {

// A file without a name in `folder`. Every function throws Error, with the folder and "No space
// left on device" and the like.
class TemporaryFile {
  public:
    explicit TemporaryFile(const std::filesystem::path& folder);
    TemporaryFile(TemporaryFile&& other) noexcept;
    TemporaryFile& operator=(TemporaryFile&&) = delete;
    ~TemporaryFile();

    void append(std::string_view bytes);
    // Reads exactly `size` bytes at `offset`, of what was appended.
    void read(uint64_t offset, char* into, size_t size);
    uint64_t size() const { return size_; }

  private:
    void flush();

    std::filesystem::path folder_;
    std::string buffer_;
    uint64_t size_ = 0;  // with the buffer
    int descriptor_ = -1;
};

// Lines by number, from 0; eight bytes of memory each, the text on the disk.
class Spool {
  public:
    explicit Spool(const std::filesystem::path& folder) : file_(folder) {}

    void add(std::string_view line);
    uint32_t size() const { return static_cast<uint32_t>(ends_.size()); }
    // Line `number` (< size()) into `line`.
    void get(uint32_t number, std::string& line);
    // All lines in order.
    void for_each(const std::function<void(uint32_t number, std::string_view line)>& visit);

  private:
    uint64_t begin_of(uint32_t number) const { return number == 0 ? 0 : ends_[number - 1]; }

    TemporaryFile file_;
    std::vector<uint64_t> ends_;
};

// Pairs of a key and an item, to be seen again grouped by key.
class KeyGroups {
  public:
    struct Record {
        uint64_t key;
        uint32_t item;
    } __attribute__((packed));

    // Keeps up to `most_records` in memory, the rest in temporary files in `folder`.
    KeyGroups(std::filesystem::path folder, size_t most_records);

    void add(uint64_t key, uint32_t item);
    // Visits the items of each key that at least two records share, by ascending item; the order of
    // keys is fixed.
    void for_each(const std::function<void(const std::vector<uint32_t>& items)>& visit);

  private:
    void spill();
    static void drop_single(std::vector<Record>& records);

    std::filesystem::path folder_;
    size_t most_records_;
    size_t in_memory_ = 0;
    std::vector<std::vector<Record>> parts_;
    std::vector<TemporaryFile> files_;  // empty until the first spill, then one a part
};

}  // namespace quillet
