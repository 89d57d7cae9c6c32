// The bytes of an input in order: a file or standard input, decompressed where it is bzip2; and its
// lines.
// SPDX-License-Identifier: MIT
#include "corpus/input.h"

#include <bzlib.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"
#include "corpus/item.h"

namespace quillet {
namespace {

constexpr size_t kHead = 1 << 16;
constexpr size_t kReadBlock = 1 << 17;
constexpr size_t kLongestLine = size_t{64} << 20;

}  // namespace

// One bzip2 stream after the other. What a block holds is passed on when its checksum was found
// right: libbz2 checks it before it takes the next block's first byte.
struct Input::Bzip2 {
    std::string in;                  // compressed bytes
    size_t used = 0;                 // of them
    std::string plain;               // decompressed
    size_t taken = 0;                // passed on
    size_t verified = 0;             // may be passed on
    uint64_t offset = 0, begin = 0;  // in the file: of the next byte, of the stream's first
    bz_stream state{};
    bool open = false, ended = false;
    ~Bzip2() {
        if (open) BZ2_bzDecompressEnd(&state);
    }
};

Input::Input(const std::string& path) : name_(path == "-" ? "standard input" : path) {
    std::error_code code;
    if (path.empty()) throw Error("corpus", "an input's path is empty; expected a file, or -");
    if (path != "-" && std::filesystem::is_directory(path, code))
        throw Error(path, "is a folder; expected a file");
    descriptor_.number = path == "-" ? ::dup(0) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_.number < 0)
        throw Error(name_, std::string("cannot be opened: ") + std::strerror(errno));
    read_head(head_);
    bool bzip2 = head_.size() > 3 && head_.starts_with("BZh") && head_[3] >= '1' && head_[3] <= '9';
    if (bzip2) {
        bzip2_ = std::make_unique<Bzip2>();
        bzip2_->in = std::exchange(head_, "");
        read_head(head_);
    }
    head_.erase(0, head_.size() - without_byte_order_mark(head_).size());
    shown_ = head_;
    // What follows the last byte is not known.
    for (size_t at = 0; at + 1 < shown_.size(); at++)
        if (shown_[at] == '\r' && shown_[at + 1] != '\n') shown_[at] = '\n';
}

Input::~Input() = default;

Input::Descriptor::~Descriptor() {
    if (number >= 0) ::close(number);
}

size_t Input::read_file(char* into, size_t size) {
    ssize_t n;
    do n = ::read(descriptor_.number, into, size);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        throw Error(name_, "cannot be read on at byte " + std::to_string(bytes_) + ": " +
                               std::strerror(errno));
    bytes_ += static_cast<uint64_t>(n);
    hash_.update({into, static_cast<size_t>(n)});
    return static_cast<size_t>(n);
}

// The first bytes; where the input is damaged among them, those before the damage.
void Input::read_head(std::string& head) {
    std::string bytes(kHead, '\0');
    size_t size = 0, n;
    try {
        while (size < kHead && (n = read_plain(bytes.data() + size, kHead - size)) > 0) size += n;
    } catch (const Error& error) {
        if (size == 0 && bzip2_)
            throw Error(error.where(), std::string(error.what()) + "; no block before it is whole");
        if (size == 0) throw;
        damage_ = std::current_exception();
    }
    bytes.resize(size);
    head = std::move(bytes);
}

size_t Input::read(char* into, size_t size) {
    if (taken_ == head_.size()) {
        if (damage_) std::rethrow_exception(damage_);
        return read_plain(into, size);
    }
    size_t n = head_.copy(into, size, taken_);
    taken_ += n;
    return n;
}

size_t Input::read_plain(char* into, size_t size) {
    if (!bzip2_) return read_file(into, size);
    Bzip2& b = *bzip2_;
    while (b.taken == b.verified && !b.ended) decompress_more();
    size_t n = b.plain.copy(into, std::min(size, b.verified - b.taken), b.taken);
    b.taken += n;
    return n;
}

void Input::skip_rest() {
    std::string block(kReadBlock, '\0');
    try {
        while (read_file(block.data(), block.size()) > 0) continue;
    } catch (const Error&) {
    }
}

void Input::decompress_more() {
    Bzip2& b = *bzip2_;
    b.plain.erase(0, b.taken);
    b.verified -= b.taken;
    b.taken = 0;
    if (b.used == b.in.size()) {
        b.in.resize(kReadBlock);
        b.in.resize(read_file(b.in.data(), kReadBlock));
        b.used = 0;
    }
    bool end_of_file = b.used == b.in.size();
    if (end_of_file && !b.open) {
        b.ended = true;
        return;
    }
    if (!b.open) {
        b.begin = b.offset;
        b.state = {};
        if (BZ2_bzDecompressInit(&b.state, 0, 0) != BZ_OK)
            throw Error(name_, "bzip2 could not start: out of memory");
        b.open = true;
    }
    size_t before = b.plain.size(), left = b.in.size() - b.used;
    b.plain.resize(before + kReadBlock);
    b.state.next_in = b.in.data() + b.used;
    b.state.avail_in = static_cast<unsigned>(left);
    b.state.next_out = b.plain.data() + before;
    b.state.avail_out = kReadBlock;
    int status = BZ2_bzDecompress(&b.state);
    size_t taken_in = left - b.state.avail_in;
    b.used += taken_in;
    b.offset += taken_in;
    b.plain.resize(before + kReadBlock - b.state.avail_out);
    std::string stream = " (its stream begins at byte " + std::to_string(b.begin) + ")";
    if (status != BZ_OK && status != BZ_STREAM_END)
        throw Error(name_ + ", byte " + std::to_string(b.offset),
                    (status == BZ_DATA_ERROR_MAGIC ? "no bzip2 stream begins here"
                                                   : "the compressed data is damaged near here") +
                        stream + "; fetch the file again, or see what bzip2recover can save");
    if (status == BZ_STREAM_END) {
        BZ2_bzDecompressEnd(&b.state);
        b.open = false;
        b.verified = b.plain.size();
    } else if (taken_in > 0) {
        b.verified = before;
    } else if (end_of_file && b.plain.size() == before) {
        throw Error(name_, "ends at byte " + std::to_string(b.offset) +
                               " in the middle of a compressed block" + stream +
                               ": the file is cut");
    }
}

bool LineReader::fill() {
    if (ended_) return false;
    buffer_.erase(0, start_);
    newline_ -= start_;
    return_ -= start_;
    start_ = 0;
    size_t size = buffer_.size();
    if (size > kLongestLine)
        throw Error(input_.name() + ":" + std::to_string(number_ + 1),
                    "the line is longer than 64 MiB; is this a text file?");
    buffer_.resize(size + kReadBlock);
    size_t n = input_.read(buffer_.data() + size, kReadBlock);
    buffer_.resize(size + n);
    ended_ = n == 0;
    return true;
}

void LineReader::look_for(char end, size_t& place) const {
    place = std::max(place, start_);
    if (place < buffer_.size() && buffer_[place] == end) return;
    place = std::min(buffer_.find(end, place), buffer_.size());
}

bool LineReader::next(std::string_view& line) {
    size_t end = 0;
    for (bool more = true; more;) {
        look_for('\n', newline_);
        look_for('\r', return_);
        end = std::min(newline_, return_);
        // The two bytes after a '\r' tell how long the end of the line is.
        more = end + (end == return_ ? 2 : 0) >= buffer_.size() && fill();
    }
    if (end == buffer_.size() && start_ == end) return false;
    line = std::string_view(buffer_).substr(start_, end - start_);
    std::string_view rest = std::string_view(buffer_).substr(end);
    size_t length = rest.starts_with("\r\r\n") ? 3 : rest.starts_with("\r\n") ? 2 : 1;
    start_ = std::min(end + length, buffer_.size());
    number_++;
    return true;
}

std::vector<std::string> read_text_lines(const std::string& path) {
    Input input(path);
    if (std::string why = not_text(input.head()); !why.empty()) throw Error(input.name(), why);
    std::vector<std::string> lines;
    LineReader reader(input);
    for (std::string_view line; reader.next(line);) {
        if (!is_utf8(line) || line.find('\0') != std::string_view::npos)
            throw Error(reader.where(), "is not UTF-8 text; convert the file first");
        if (!line.empty()) lines.emplace_back(line);
    }
    return lines;
}

}  // namespace quillet
