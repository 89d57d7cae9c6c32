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

static_assert(kParts == size_t{1} << (KeyGroups::kKeyBits - 32));

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
    if (size_ >= UINT32_MAX - 1) throw Error("corpus", "more than four thousand million items");
    if (size_++ % kStride == 0) begins_.push_back(file_.size());
    file_.append(line);
    file_.append("\n");
}

void Spool::get(uint32_t number, std::string& line) {
    size_t stride = number / kStride;
    uint64_t begin = begins_[stride];
    uint64_t end = stride + 1 < begins_.size() ? begins_[stride + 1] : file_.size();
    block_.resize(static_cast<size_t>(end - begin));
    file_.read(begin, block_.data(), block_.size());
    size_t from = 0;
    for (uint32_t i = number % kStride; i > 0; i--) from = block_.find('\n', from) + 1;
    line.assign(block_, from, block_.find('\n', from) - from);
}

void Spool::for_each(const std::function<void(uint32_t, std::string_view)>& visit) {
    std::string block;  // begins with a line
    uint32_t number = 0;
    for (uint64_t at = 0; at < file_.size();) {
        size_t rest = block.size();
        block.resize(rest + static_cast<size_t>(std::min<uint64_t>(kBuffer, file_.size() - at)));
        file_.read(at, block.data() + rest, block.size() - rest);
        at += block.size() - rest;
        size_t from = 0;
        for (size_t end; (end = block.find('\n', from)) != std::string::npos; from = end + 1)
            visit(number++, std::string_view(block).substr(from, end - from));
        block.erase(0, from);
    }
}

KeyGroups::KeyGroups(std::filesystem::path folder, size_t most_records)
    : folder_(std::move(folder)), most_records_(most_records), parts_(kParts) {
    // Keys are spread evenly; without growing, no part holds twice what it needs.
    for (std::vector<uint64_t>& part : parts_) part.reserve(most_records / kParts * 17 / 16);
}

void KeyGroups::add(uint64_t key, uint32_t item) {
    parts_[key >> 58].push_back(key >> 26 << 32 | item);
    if (++in_memory_ > most_records_) spill();
}

void KeyGroups::spill() {
    if (files_.empty())
        for (size_t i = 0; i < kParts; i++) files_.emplace_back(folder_);
    for (size_t i = 0; i < kParts; i++) {
        const char* bytes = reinterpret_cast<const char*>(parts_[i].data());
        files_[i].append({bytes, parts_[i].size() * sizeof(uint64_t)});
        parts_[i].clear();
    }
    in_memory_ = 0;
}

std::vector<uint64_t> KeyGroups::load(size_t part, size_t pass, size_t passes) {
    if (files_.empty()) return std::move(parts_[part]);
    TemporaryFile& file = files_[part];
    size_t all = static_cast<size_t>(file.size() / sizeof(uint64_t));
    std::vector<uint64_t> records, block;
    for (size_t from = 0; from < all; from += block.size()) {
        block.resize(std::min(all - from, passes == 1 ? all : kBuffer / sizeof(uint64_t)));
        file.read(from * sizeof(uint64_t), reinterpret_cast<char*>(block.data()),
                  block.size() * sizeof(uint64_t));
        if (passes == 1) return block;
        for (uint64_t record : block)
            if ((record >> 32) * passes >> 32 == pass) records.push_back(record);
    }
    return records;
}

// Drops most of the records whose key no other has, by counting in cells: one, or more than one.
void KeyGroups::drop_single(std::vector<uint64_t>& records) {
    size_t cells = std::bit_ceil(8 * records.size() + 64);
    std::vector<uint64_t> once(cells / 64), again(cells / 64);
    auto cell_of = [&](uint64_t record) {
        return static_cast<size_t>((record >> 32) * 0x9E3779B97F4A7C15u >> 20) & (cells - 1);
    };
    for (uint64_t record : records) {
        size_t cell = cell_of(record);
        uint64_t bit = uint64_t{1} << (cell % 64);
        again[cell / 64] |= once[cell / 64] & bit;
        once[cell / 64] |= bit;
    }
    size_t kept = 0;
    for (uint64_t record : records) {
        size_t cell = cell_of(record);
        records[kept] = record;
        kept += again[cell / 64] >> (cell % 64) & 1;
    }
    records.resize(kept);
}

void KeyGroups::visit_shared(std::vector<uint64_t>& records,
                             const std::function<void(const std::vector<uint32_t>&)>& visit) {
    drop_single(records);
    std::sort(records.begin(), records.end());
    std::vector<uint32_t> items;
    for (size_t from = 0; from < records.size();) {
        size_t to = from + 1;
        while (to < records.size() && records[to] >> 32 == records[from] >> 32) to++;
        if (to - from > 1) {
            items.clear();
            for (size_t k = from; k < to; k++) items.push_back(static_cast<uint32_t>(records[k]));
            visit(items);
        }
        from = to;
    }
}

void KeyGroups::for_each(const std::function<void(const std::vector<uint32_t>&)>& visit) {
    if (!files_.empty()) {
        spill();
        for (std::vector<uint64_t>& part : parts_) part = {};
    }
    for (size_t part = 0; part < kParts; part++) {
        size_t passes =
            files_.empty() ? 1 : files_[part].size() / sizeof(uint64_t) / most_records_ + 1;
        for (size_t pass = 0; pass < passes; pass++) {
            std::vector<uint64_t> records = load(part, pass, passes);
            visit_shared(records, visit);
        }
    }
}

}  // namespace quillet
