// Items and records that may outgrow memory: kept in temporary files that vanish by themselves.
// SPDX-License-Identifier: MIT
#include "corpus/spool.h"

#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace quillet {
namespace {

constexpr size_t kBuffer = 1 << 17;
constexpr size_t kParts = 64;

[[noreturn]] void fail(const std::filesystem::path& folder, const char* what) {
    throw Error(folder.string(),
                std::string("a temporary file cannot be ") + what + ": " + std::strerror(errno));
}

}  // namespace

TemporaryFile::TemporaryFile(const std::filesystem::path& folder) : folder_(folder) {
    std::string name = (folder / ".quillet-XXXXXX").string();
    descriptor_ = ::mkstemp(name.data());
    if (descriptor_ < 0) fail(folder_, "made");
    ::unlink(name.c_str());
}

TemporaryFile::TemporaryFile(TemporaryFile&& other) noexcept
    : folder_(std::move(other.folder_)),
      buffer_(std::move(other.buffer_)),
      size_(other.size_),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

TemporaryFile::~TemporaryFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void TemporaryFile::append(std::string_view bytes) {
    buffer_ += bytes;
    size_ += bytes.size();
    if (buffer_.size() >= kBuffer) flush();
}

void TemporaryFile::flush() {
    std::string_view rest = buffer_;
    while (!rest.empty()) {
        ssize_t n = ::pwrite(descriptor_, rest.data(), rest.size(),
                             static_cast<off_t>(size_ - rest.size()));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail(folder_, "written");
        rest.remove_prefix(static_cast<size_t>(n));
    }
    buffer_.clear();
}

void TemporaryFile::read(uint64_t offset, char* into, size_t size) {
    if (!buffer_.empty() && offset + size > size_ - buffer_.size()) flush();
    while (size > 0) {
        ssize_t n = ::pread(descriptor_, into, size, static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) fail(folder_, "read");
        into += n;
        offset += static_cast<uint64_t>(n);
        size -= static_cast<size_t>(n);
    }
}

void Spool::add(std::string_view line) {
    if (ends_.size() >= UINT32_MAX - 1)
        throw Error("corpus", "more than four thousand million items");
    file_.append(line);
    ends_.push_back(file_.size());
}

void Spool::get(uint32_t number, std::string& line) {
    uint64_t begin = begin_of(number);
    line.resize(static_cast<size_t>(ends_[number] - begin));
    file_.read(begin, line.data(), line.size());
}

void Spool::for_each(const std::function<void(uint32_t, std::string_view)>& visit) {
    std::string block;
    for (uint32_t first = 0; first < size();) {
        uint32_t last = first;
        while (last < size() && (last == first || ends_[last] - begin_of(first) <= kBuffer)) last++;
        uint64_t begin = begin_of(first);
        block.resize(static_cast<size_t>(ends_[last - 1] - begin));
        file_.read(begin, block.data(), block.size());
        for (; first < last; first++) {
            size_t from = static_cast<size_t>(begin_of(first) - begin);
            visit(first, std::string_view(block).substr(
                             from, static_cast<size_t>(ends_[first] - begin_of(first))));
        }
    }
}

KeyGroups::KeyGroups(std::filesystem::path folder, size_t most_records)
    : folder_(std::move(folder)), most_records_(most_records), parts_(kParts) {
    // Keys are spread evenly; without growing, no part holds twice what it needs.
    for (std::vector<Record>& part : parts_) part.reserve(most_records / kParts * 17 / 16);
}

void KeyGroups::add(uint64_t key, uint32_t item) {
    parts_[key >> 58].push_back({key, item});
    if (++in_memory_ > most_records_) spill();
}

void KeyGroups::spill() {
    if (files_.empty())
        for (size_t i = 0; i < kParts; i++) files_.emplace_back(folder_);
    for (size_t i = 0; i < kParts; i++) {
        const char* bytes = reinterpret_cast<const char*>(parts_[i].data());
        files_[i].append({bytes, parts_[i].size() * sizeof(Record)});
        parts_[i].clear();
    }
    in_memory_ = 0;
}

// Drops most of the records whose key no other has, by counting in cells: one, or more than one.
void KeyGroups::drop_single(std::vector<Record>& records) {
    size_t cells = std::bit_ceil(8 * records.size() + 64);
    std::vector<uint64_t> once(cells / 64), again(cells / 64);
    auto cell_of = [&](const Record& record) {
        return static_cast<size_t>(record.key * 0x9E3779B97F4A7C15u >> 20) & (cells - 1);
    };
    for (const Record& record : records) {
        size_t cell = cell_of(record);
        uint64_t bit = uint64_t{1} << (cell % 64);
        again[cell / 64] |= once[cell / 64] & bit;
        once[cell / 64] |= bit;
    }
    size_t kept = 0;
    for (const Record& record : records) {
        size_t cell = cell_of(record);
        records[kept] = record;
        kept += again[cell / 64] >> (cell % 64) & 1;
    }
    records.resize(kept);
}

void KeyGroups::for_each(const std::function<void(const std::vector<uint32_t>&)>& visit) {
    if (!files_.empty()) {
        spill();
        for (std::vector<Record>& part : parts_) part = {};
    }
    std::vector<uint32_t> items;
    for (size_t i = 0; i < kParts; i++) {
        std::vector<Record> records = std::move(parts_[i]);
        if (!files_.empty()) {
            records.resize(static_cast<size_t>(files_[i].size() / sizeof(Record)));
            files_[i].read(0, reinterpret_cast<char*>(records.data()),
                           records.size() * sizeof(Record));
        }
        drop_single(records);
        std::sort(records.begin(), records.end(), [](const Record& a, const Record& b) {
            return a.key != b.key ? a.key < b.key : a.item < b.item;
        });
        for (size_t from = 0; from < records.size();) {
            size_t to = from + 1;
            while (to < records.size() && records[to].key == records[from].key) to++;
            if (to - from > 1) {
                items.clear();
                for (size_t k = from; k < to; k++) items.push_back(records[k].item);
                visit(items);
            }
            from = to;
        }
    }
}

}  // namespace quillet
