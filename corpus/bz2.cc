// What a .bz2 file holds: one bzip2 stream after the other, decompressed on several threads where
// they are small.
// SPDX-License-Identifier: MIT
#include <bzlib.h>

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "corpus/input.h"
#include "corpus/ordered_pool.h"

namespace quillet {
namespace {

constexpr size_t kRead = 1 << 18;
constexpr size_t kPiece = 1 << 18;                 // compressed bytes worth handing to a thread
constexpr size_t kLongestPiece = size_t{3} << 19;  // a longer stream is decompressed as it comes
constexpr size_t kLongestPlain = size_t{8} << 20;

// Places where a stream begins: "BZh", the block size, and the number that opens a block. Within a
// stream these ten bytes turn up by chance once in 10^23 bytes, and only on a byte boundary.
constexpr char kBlockMagic[] = "\x31\x41\x59\x26\x53\x59";

size_t find_stream(std::string_view bytes, size_t from) {
    for (size_t at = bytes.find("BZh", from); at != std::string_view::npos;
         at = bytes.find("BZh", at + 1)) {
        if (at + 10 > bytes.size()) return std::string_view::npos;
        if (bytes[at + 3] >= '1' && bytes[at + 3] <= '9' && bytes.substr(at + 4, 6) == kBlockMagic)
            return at;
    }
    return std::string_view::npos;
}

// Decompresses whole streams that come in pieces.
class Decompressor {
  public:
    Decompressor(std::string name, uint64_t offset) : name_(std::move(name)), offset_(offset) {}
    ~Decompressor() {
        if (open_) BZ2_bzDecompressEnd(&state_);
    }
    Decompressor(const Decompressor&) = delete;
    Decompressor& operator=(const Decompressor&) = delete;

    // Takes what it can of `in` and fills `out`, dropping from both what was used.
    void step(std::string_view& in, char*& out, size_t& room) {
        if (!open_) begin();
        state_.next_in = const_cast<char*>(in.data());
        state_.avail_in = static_cast<unsigned>(std::min(in.size(), kRead));
        state_.next_out = out;
        state_.avail_out = static_cast<unsigned>(std::min(room, size_t{1} << 30));
        unsigned before = state_.avail_in;
        int status = BZ2_bzDecompress(&state_);
        if (status != BZ_OK && status != BZ_STREAM_END) fail(status);
        size_t used = before - state_.avail_in;
        in.remove_prefix(used);
        offset_ += used;
        room -= static_cast<size_t>(state_.next_out - out);
        out = state_.next_out;
        if (status == BZ_STREAM_END) {
            BZ2_bzDecompressEnd(&state_);
            open_ = false;
        }
    }

    bool between_streams() const { return !open_; }

    [[noreturn]] void fail_cut() const {
        throw Error(name_, "ends at byte " + std::to_string(offset_) +
                               " in the middle of a compressed block (its stream begins at byte " +
                               std::to_string(begin_) + "): the file is cut");
    }

  private:
    void begin() {
        begin_ = offset_;
        std::memset(&state_, 0, sizeof state_);
        if (BZ2_bzDecompressInit(&state_, 0, 0) != BZ_OK)
            throw Error(name_, "bzip2 could not start: out of memory");
        open_ = true;
    }

    [[noreturn]] void fail(int status) const {
        bool no_stream = status == BZ_DATA_ERROR_MAGIC;
        throw Error(name_ + ", byte " + std::to_string(offset_),
                    (no_stream ? "no bzip2 stream begins here"
                               : "the compressed data is damaged near here") +
                        std::string(" (its stream begins at byte ") + std::to_string(begin_) +
                        "); fetch the file again, or see what bzip2recover can save");
    }

    std::string name_;
    uint64_t offset_;
    uint64_t begin_ = 0;
    bz_stream state_;
    bool open_ = false;
};

// Some whole streams: their compressed bytes, and after work what they hold, unless that is too
// long to hold.
struct Piece {
    std::string compressed;
    uint64_t offset = 0;
    std::string plain;
    bool too_long = false;
    std::exception_ptr damage;  // then `plain` is what the streams before it hold
};

// Fills piece.plain; `whole` is the length of what whole streams hold.
void fill_piece(Piece& piece, const std::string& name, size_t& whole) {
    Decompressor decompressor(name, piece.offset);
    std::string_view in = piece.compressed;
    piece.plain.resize(std::min(kLongestPlain, piece.compressed.size() * 6));
    size_t size = 0;
    while (!in.empty()) {
        if (decompressor.between_streams()) whole = size;
        if (size == piece.plain.size()) piece.plain.resize(size + (1 << 20));
        if (size > kLongestPlain) {
            piece.too_long = true;
            piece.plain.clear();
            return;
        }
        char* out = piece.plain.data() + size;
        size_t room = piece.plain.size() - size;
        decompressor.step(in, out, room);
        size = piece.plain.size() - room;
        if (in.empty() && !decompressor.between_streams() && room > 0) decompressor.fail_cut();
        // The last byte is in, but not all of the text out: libbz2 goes on without input.
        while (in.empty() && !decompressor.between_streams()) {
            piece.plain.resize(size + (1 << 20));
            out = piece.plain.data() + size;
            room = piece.plain.size() - size;
            decompressor.step(in, out, room);
            size = piece.plain.size() - room;
            if (room > 0 && !decompressor.between_streams()) decompressor.fail_cut();
        }
    }
    piece.plain.resize(size);
}

Piece decompress_piece(Piece&& piece, const std::string& name) {
    size_t whole = 0;
    try {
        fill_piece(piece, name, whole);
    } catch (const Error&) {
        piece.damage = std::current_exception();
        piece.plain.resize(whole);
    }
    return std::move(piece);
}

// Finds the pieces, has them decompressed ahead, and falls back to decompressing on the spot.
class Bz2Stream : public Stream {
  public:
    Bz2Stream(Stream& compressed, std::string name, int threads)
        : compressed_(compressed),
          name_(std::move(name)),
          serial_(name_, 0),
          pool_(threads,
                [this](Piece&& piece) { return decompress_piece(std::move(piece), name_); }) {}

    size_t read(char* into, size_t size) override {
        for (;;) {
            if (taken_ < plain_.size()) {
                size_t n = plain_.copy(into, size, taken_);
                taken_ += n;
                return n;
            }
            if (serial_left_) {
                size_t n = read_serial(into, size);
                if (n > 0) return n;
                serial_left_ = false;
            }
            if (damage_) std::rethrow_exception(damage_);
            if (!next_piece()) return 0;
        }
    }

  private:
    bool fill() {
        if (ended_) return false;
        size_t size = buffer_.size();
        buffer_.resize(size + kRead);
        size_t n = compressed_.read(buffer_.data() + size, kRead);
        buffer_.resize(size + n);
        ended_ = n == 0;
        return !ended_;
    }

    // Hands out pieces until the pool has enough to do. False when the next stream is too long to
    // be one.
    bool submit_pieces() {
        while (!pool_.full()) {
            size_t next = std::string::npos, from = 1;
            while ((next = find_stream(buffer_, from)) == std::string::npos || next < kPiece) {
                from =
                    next != std::string::npos ? next + 1 : std::max<size_t>(buffer_.size(), 10) - 9;
                if (next == std::string::npos && (buffer_.size() > kLongestPiece || !fill())) break;
            }
            if (next == std::string::npos && !ended_) return false;
            if (next == std::string::npos) next = buffer_.size();
            if (next == 0) return true;
            Piece piece;
            piece.compressed = buffer_.substr(0, next);
            piece.offset = offset_;
            buffer_.erase(0, next);
            offset_ += next;
            pool_.submit(std::move(piece));
        }
        return true;
    }

    bool next_piece() {
        plain_.clear();
        taken_ = 0;
        bool long_stream = !submit_pieces();
        if (!pool_.empty()) {
            Piece piece = pool_.take();
            plain_ = std::move(piece.plain);
            damage_ = piece.damage;
            if (piece.too_long) begin_serial(std::move(piece.compressed), piece.offset, false);
            return true;
        }
        if (!long_stream) return false;
        begin_serial(std::move(buffer_), offset_, true);
        buffer_.clear();
        return true;
    }

    // From here on the bytes `compressed`, and after them the rest of the file if `to_end`, are
    // decompressed as they are read.
    void begin_serial(std::string compressed, uint64_t offset, bool to_end) {
        std::destroy_at(&serial_);
        std::construct_at(&serial_, name_, offset);
        serial_bytes_ = std::move(compressed);
        serial_rest_ = serial_bytes_;
        serial_left_ = true;
        to_end_ = to_end;
    }

    size_t read_serial(char* into, size_t size) {
        char* out = into;
        size_t room = size;
        while (room == size) {
            if (serial_rest_.empty() && to_end_ && !ended_) {
                buffer_.clear();
                fill();
                serial_bytes_ = std::move(buffer_);
                serial_rest_ = serial_bytes_;
            }
            if (serial_rest_.empty() && serial_.between_streams()) return 0;
            bool no_more = serial_rest_.empty();
            serial_.step(serial_rest_, out, room);
            if (no_more && room == size && !serial_.between_streams()) serial_.fail_cut();
        }
        return size - room;
    }

    Stream& compressed_;
    std::string name_;
    std::string buffer_;  // compressed bytes not handed out; begins with a stream
    uint64_t offset_ = 0;
    bool ended_ = false;
    std::string plain_;
    size_t taken_ = 0;
    std::exception_ptr damage_;  // of what comes after plain_
    Decompressor serial_;
    std::string serial_bytes_;
    std::string_view serial_rest_;
    bool serial_left_ = false, to_end_ = false;
    OrderedPool<Piece, Piece> pool_;
};

}  // namespace

std::unique_ptr<Stream> decompress_bz2(Stream& compressed, const std::string& name, int threads) {
    return std::make_unique<Bz2Stream>(compressed, name, threads);
}

}  // namespace quillet
