// The bytes of an input in order: a file or standard input, decompressed where it is a .bz2; and
// its lines.
// SPDX-License-Identifier: MIT
#include "corpus/input.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace quillet {
namespace {

constexpr size_t kHead = 1 << 16;
constexpr size_t kBlock = 1 << 17;
constexpr size_t kLongestLine = size_t{64} << 20;

// Bytes already read, then the rest of the stream they came from.
class AheadStream : public Stream {
  public:
    AheadStream(std::string bytes, Stream& rest) : bytes_(std::move(bytes)), rest_(rest) {}
    size_t read(char* into, size_t size) override {
        if (taken_ == bytes_.size()) return rest_.read(into, size);
        size_t n = bytes_.copy(into, size, taken_);
        taken_ += n;
        return n;
    }

  private:
    std::string bytes_;
    size_t taken_ = 0;
    Stream& rest_;
};

// The first bytes of `stream`; where it is damaged among them, those before the damage, which goes
// to `damage`.
std::string read_head(Stream& stream, std::exception_ptr& damage) {
    std::string head(kHead, '\0');
    size_t size = 0, n;
    try {
        while (size < kHead && (n = stream.read(head.data() + size, kHead - size)) > 0) size += n;
    } catch (const Error&) {
        if (size == 0) throw;
        damage = std::current_exception();
    }
    head.resize(size);
    return head;
}

}  // namespace

std::string_view without_blanks(std::string_view line) {
    while (!line.empty() && static_cast<unsigned char>(line.front()) <= ' ') line.remove_prefix(1);
    while (!line.empty() && static_cast<unsigned char>(line.back()) <= ' ') line.remove_suffix(1);
    return line;
}

FileStream::FileStream(const std::string& path) : name_(path == "-" ? "standard input" : path) {
    std::error_code code;
    if (path != "-" && std::filesystem::is_directory(path, code))
        throw Error(path, "is a folder; expected a file");
    descriptor_ = path == "-" ? ::dup(0) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ < 0)
        throw Error(name_, std::string("cannot be opened: ") + std::strerror(errno));
}

FileStream::~FileStream() {
    ::close(descriptor_);
}

size_t FileStream::read(char* into, size_t size) {
    ssize_t n;
    do n = ::read(descriptor_, into, size);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        throw Error(name_, "cannot be read on at byte " + std::to_string(bytes_) + ": " +
                               std::strerror(errno));
    bytes_ += static_cast<uint64_t>(n);
    hash_.update({into, static_cast<size_t>(n)});
    return static_cast<size_t>(n);
}

Input::Input(const std::string& path, int threads) : file_(path) {
    head_ = read_head(file_, damage_);
    if (head_.size() > 3 && head_.starts_with("BZh") && head_[3] >= '1' && head_[3] <= '9') {
        ahead_ = std::make_unique<AheadStream>(std::move(head_), file_);
        decompressed_ = decompress_bz2(*ahead_, file_.name(), threads);
        head_ = read_head(*decompressed_, damage_);
    }
}

size_t Input::read_stream(char* into, size_t size) {
    return decompressed_ ? decompressed_->read(into, size) : file_.read(into, size);
}

size_t Input::read(char* into, size_t size) {
    if (taken_ == head_.size() && damage_) std::rethrow_exception(damage_);
    if (taken_ == head_.size()) return read_stream(into, size);
    size_t n = head_.copy(into, size, taken_);
    taken_ += n;
    return n;
}

bool LineReader::fill() {
    if (ended_) return false;
    if (start_ > 0) buffer_.erase(0, start_);
    start_ = 0;
    size_t size = buffer_.size();
    if (size > kLongestLine)
        throw Error(where(number_ + 1), "the line is longer than 64 MiB; is this a text file?");
    buffer_.resize(size + kBlock);
    size_t n = input_.read(buffer_.data() + size, kBlock);
    buffer_.resize(size + n);
    ended_ = n == 0;
    return true;
}

bool LineReader::next(std::string_view& line) {
    size_t searched = start_;
    size_t end;
    while ((end = buffer_.find('\n', searched)) == std::string::npos) {
        searched = buffer_.size() - start_;
        if (!fill()) break;
    }
    if (end == std::string::npos) {
        if (start_ == buffer_.size()) return false;
        end = buffer_.size();
    }
    line = std::string_view(buffer_).substr(start_, end - start_);
    start_ = std::min(end + 1, buffer_.size());
    number_++;
    if (number_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return true;
}

}  // namespace quillet
