// Products by tiles that fill the registers, with a matrix packed into panels.
// SPDX-License-Identifier: MIT
//
// A BLAS packs anew at each call, which at 32 rows a step costs as much as the product itself.
#pragma once

#if defined(__linux__)
#    include <sys/mman.h>
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

#include "train/blas.h"

namespace quillet::train {

#if defined(__AVX512F__)
inline constexpr int kVectorBytes = 64, kTileRows = 8, kTileVectors = 3;
#elif defined(__AVX__)
inline constexpr int kVectorBytes = 32, kTileRows = 4, kTileVectors = 3;
#elif defined(__ARM_NEON)
inline constexpr int kVectorBytes = 16, kTileRows = 8, kTileVectors = 3;
#else
inline constexpr int kVectorBytes = 16, kTileRows = 4, kTileVectors = 2;
#endif

template <class T>
inline constexpr int kLanes = kVectorBytes / static_cast<int>(sizeof(T));

// `columns` rounded up to whole registers.
template <class T>
constexpr int padded(int columns) {
    return (columns + kLanes<T> - 1) / kLanes<T> * kLanes<T>;
}

// Asks for large pages, where the system has them: the rows of a window would each need their own.
inline void ask_for_large_pages([[maybe_unused]] void* data, [[maybe_unused]] size_t bytes) {
#if defined(__linux__)
    madvise(data, bytes, MADV_HUGEPAGE);
#endif
}

// Elements at the start of a cache line, or of a large page where they are many; zero at first.
template <class T>
class Aligned {
  public:
    Aligned() = default;
    explicit Aligned(size_t size)
        : size_(size),
          data_(static_cast<T*>(::operator new(bytes(), alignment())), Release{alignment()}) {
        if (alignment() == kPage) ask_for_large_pages(data_.get(), bytes());
        std::memset(static_cast<void*>(data_.get()), 0, bytes());
    }
    T* data() { return data_.get(); }
    const T* data() const { return data_.get(); }
    size_t size() const { return size_; }
    T& operator[](size_t i) { return data_.get()[i]; }
    const T& operator[](size_t i) const { return data_.get()[i]; }

  private:
    static constexpr std::align_val_t kLine{64}, kPage{size_t{1} << 21};
    struct Release {
        std::align_val_t alignment;
        void operator()(T* data) const { ::operator delete(data, alignment); }
    };
    // With a line more than asked for, which a last register may reach into.
    size_t bytes() const { return (size_ * sizeof(T) + 63) / 64 * 64 + 64; }
    std::align_val_t alignment() const {
        return bytes() < static_cast<size_t>(kPage) / 2 ? kLine : kPage;
    }

    size_t size_ = 0;
    std::unique_ptr<T, Release> data_{nullptr, Release{kLine}};
};

// Lines of the cache, `step` bytes from one to the next.
struct CacheLines {
    const void* at = nullptr;
    int64_t count = 0, step = 0;
};

// Memory that is read or written soon after a product: its tiles bring a line near with each step
// of their depth. The rows of a window lie too far apart for the machine to guess, and of many
// prefetches at once most are lost.
struct Wanted {
    CacheLines first{}, second{}, third{};

    // What to bring near next, which may be fewer than `count`; none when nothing is left.
    CacheLines take(int64_t count) {
        for (CacheLines* lines : {&first, &second, &third}) {
            if (lines->count <= 0) continue;
            const CacheLines taken = *lines;
            lines->at = static_cast<const std::byte*>(lines->at) + count * lines->step;
            lines->count -= count;
            return taken;
        }
        return {};
    }
};

// The matrix B (depth, columns) of c = a * B, in panels of up to kTileVectors registers' columns,
// each panel depth-major.
template <class T>
class Packed {
  public:
    Packed() = default;
    Packed(int depth, int columns)
        : depth_(depth),
          columns_(columns),
          values_(static_cast<size_t>(depth) * padded<T>(columns)) {}

    int columns() const { return columns_; }
    int panels() const { return (padded<T>(columns_) + kPanel - 1) / kPanel; }

    // The first column of panel `panel`, and how many of B's columns it has.
    static int first_of(int panel) { return panel * kPanel; }
    int columns_of(int panel) const { return std::min(kPanel, columns_ - first_of(panel)); }

    // Takes panel `panel` from `source`: (depth or fewer, columns), or turned when `transposed`.
    void pack(int panel, View<const T> source, bool transposed);

    // Panel `panel`'s elements: row k's are at k * width_of(panel), what pads them is zero.
    T* panel(int panel) { return values_.data() + static_cast<int64_t>(first_of(panel)) * depth_; }
    const T* panel(int panel) const {
        return values_.data() + static_cast<int64_t>(first_of(panel)) * depth_;
    }
    int width_of(int panel) const {
        return std::min(kPanel, padded<T>(columns_) - first_of(panel));
    }

    // Panel `panel` of c = a * B, or c += a * B, with the panel's columns alone in c. a (rows,
    // depth), c (rows, columns_of rounded up to registers): what pads c's rows is overwritten. What
    // of `wanted` is brought near is taken off it.
    void multiply(int panel, View<const T> a, View<T> c, bool add, Wanted& wanted) const;

    // c (a's columns, columns) = a^T * B, or c += a^T * B. a (depth or fewer rows, …): of the first
    // rows of B.
    void multiply_transposed(View<const T> a, View<T> c, bool add) const;

  private:
    static constexpr int kPanel = kTileVectors * kLanes<T>;

    int depth_ = 0, columns_ = 0;
    Aligned<T> values_;
};

// c = a^T * b, the sum over all rows of a window that is a weight's gradient: a (rows, m),
// b (rows, n), c (m, n). `room` is for use from call to call.
template <class T>
void multiply_over_rows(View<const T> a, View<const T> b, View<T> c, Packed<T>& room);

}  // namespace quillet::train
