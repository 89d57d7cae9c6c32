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

#include "train/kernels.h"
#include "train/view.h"

namespace quillet::train {

// `columns` rounded up to whole registers.
template <class T>
int padded(const Kernels<T>& kernels, int columns) {
    return (columns + kernels.lanes - 1) / kernels.lanes * kernels.lanes;
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
    // Row `row` of a matrix of so many columns; nullptr where nothing was made.
    T* row(int64_t row, int columns) { return data_ ? data_.get() + row * columns : nullptr; }
    const T* row(int64_t row, int columns) const {
        return data_ ? data_.get() + row * columns : nullptr;
    }
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

// The matrix B (depth, columns) of c = a * B, in panels of up to Kernels::panel columns, each panel
// depth-major.
template <class T>
class Packed {
  public:
    Packed() = default;
    Packed(const Kernels<T>& kernels, int depth, int columns)
        : kernels_(&kernels),
          depth_(depth),
          columns_(columns),
          padded_(padded(kernels, columns)),
          values_(static_cast<size_t>(depth) * static_cast<size_t>(padded_)) {}

    int columns() const { return columns_; }
    int panels() const {
        return columns_ == 0 ? 0 : (padded_ + kernels_->panel - 1) / kernels_->panel;
    }

    // The first column of panel `panel`, and how many of B's columns it has. A last panel of one
    // register, whose sums would be too few to keep the units busy, takes one of the panel before.
    int first_of(int panel) const {
        const int first = panel * kernels_->panel, lanes = kernels_->lanes;
        const bool borrows = kernels_->panel > 2 * lanes && panel > 0 && padded_ - first == lanes;
        return borrows ? first - lanes : std::min(first, padded_);
    }
    int columns_of(int panel) const {
        return std::min(width_of(panel), columns_ - first_of(panel));
    }

    // Takes panel `panel` from `source`: (depth or fewer, columns), or turned when `transposed`.
    void pack(int panel, View<const T> source, bool transposed);

    // Panel `panel`'s elements: row k's are at k * width_of(panel), what pads them is zero.
    T* panel(int panel) { return values_.data() + static_cast<int64_t>(first_of(panel)) * depth_; }
    const T* panel(int panel) const {
        return values_.data() + static_cast<int64_t>(first_of(panel)) * depth_;
    }
    int width_of(int panel) const { return first_of(panel + 1) - first_of(panel); }

    // Panel `panel` of c = a * B, or c += a * B, with the panel's columns alone in c. a (rows,
    // depth), c (rows, columns_of rounded up to registers): what pads c's rows is overwritten. What
    // of `wanted` is brought near is taken off it.
    void multiply(int panel, View<const T> a, View<T> c, bool add, Wanted& wanted) const;

    // c (a's columns, columns) = a^T * B, or c += a^T * B. a (depth or fewer rows, …): of the first
    // rows of B.
    void multiply_transposed(View<const T> a, View<T> c, bool add) const;

  private:
    const Kernels<T>* kernels_ = nullptr;
    int depth_ = 0, columns_ = 0, padded_ = 0;
    Aligned<T> values_;
};

// c = a^T * b, the sum over all rows of a window that is a weight's gradient: a (rows, m),
// b (rows, n), c (m, n). `room` is for use from call to call.
template <class T>
void multiply_over_rows(const Kernels<T>& kernels, View<const T> a, View<const T> b, View<T> c,
                        Packed<T>& room);

}  // namespace quillet::train
