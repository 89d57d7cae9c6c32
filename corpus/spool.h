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

// Lines by number, from 0, on the disk; one byte of memory each.
class Spool {
  public:
    explicit Spool(const std::filesystem::path& folder) : file_(folder) {}

    // REQUIRES no '\n' in `line`.
    void add(std::string_view line);
    uint32_t size() const { return size_; }
    // Line `number` (< size()) into `line`.
    void get(uint32_t number, std::string& line);
    // All lines in order.
    void for_each(const std::function<void(uint32_t number, std::string_view line)>& visit);

  private:
    static constexpr uint32_t kStride = 8;

    TemporaryFile file_;
    std::vector<uint64_t> begins_;  // of every kStride-th line
    std::string block_;             // of get()
    uint32_t size_ = 0;
};

// Pairs of a key and an item, to be seen again grouped by key. Of a key its highest kKeyBits count:
// of a million items with a key each, two pairs share those by chance.
class KeyGroups {
  public:
    static constexpr int kKeyBits = 38;

    // Keeps up to `most_records` in memory, all in temporary files in `folder` when there are more.
    KeyGroups(std::filesystem::path folder, size_t most_records);

    void add(uint64_t key, uint32_t item);
    // Visits the items of each key that at least two records share, by ascending item; the order of
    // keys is fixed.
    void for_each(const std::function<void(const std::vector<uint32_t>& items)>& visit);

  private:
    void spill();
    // Of the records of a part those of pass `pass` of `passes`, by ascending keys, so that what is
    // loaded fits in memory.
    std::vector<uint64_t> load(size_t part, size_t pass, size_t passes);
    static void drop_single(std::vector<uint64_t>& records);
    static void visit_shared(std::vector<uint64_t>& records,
                             const std::function<void(const std::vector<uint32_t>&)>& visit);

    std::filesystem::path folder_;
    size_t most_records_;
    size_t in_memory_ = 0;
    // By the key's highest six bits. A record: its next 32, then the item.
    std::vector<std::vector<uint64_t>> parts_;
    std::vector<TemporaryFile> files_;  // empty until the first spill, then one a part
};

}  // namespace quillet
