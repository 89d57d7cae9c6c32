// A product with one matrix many times over: packed once into panels, multiplied every step.
// SPDX-License-Identifier: MIT
//
// A BLAS packs anew at each call, which at 32 rows a step costs as much as the product itself.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

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

// As many elements as fill one register.
template <class T>
using Vector __attribute__((vector_size(kVectorBytes))) = T;

template <class T>
inline constexpr int kLanes = kVectorBytes / static_cast<int>(sizeof(T));

// `columns` rounded up to whole registers.
template <class T>
constexpr int padded(int columns) {
    return (columns + kLanes<T> - 1) / kLanes<T> * kLanes<T>;
}

// Elements at the start of a cache line, zero at first.
template <class T>
class Aligned {
  public:
    Aligned() = default;
    explicit Aligned(size_t size)
        : size_(size), data_(static_cast<T*>(::operator new(bytes(), kAlign))) {
        std::memset(static_cast<void*>(data_.get()), 0, bytes());
    }
    T* data() { return data_.get(); }
    const T* data() const { return data_.get(); }
    size_t size() const { return size_; }
    T& operator[](size_t i) { return data_.get()[i]; }
    const T& operator[](size_t i) const { return data_.get()[i]; }

  private:
    static constexpr std::align_val_t kAlign{64};
    struct Release {
        void operator()(T* data) const { ::operator delete(data, kAlign); }
    };
    size_t bytes() const { return (size_ * sizeof(T) + 63) / 64 * 64 + 64; }

    size_t size_ = 0;
    std::unique_ptr<T, Release> data_;
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

    // Takes panel `panel` from `source`: (depth, columns), or (columns, depth) when `transposed`.
    void pack(int panel, View<const T> source, bool transposed) {
        int first = panel * kPanel, width = width_of(panel);
        T* to = values_.data() + static_cast<int64_t>(first) * depth_;
        for (int k = 0; k < depth_; k++) {
            for (int j = 0; j < width; j++) {
                int64_t column = first + j;
                bool inside = column < columns_;
                int64_t at = transposed ? column * source.stride + k
                                        : static_cast<int64_t>(k) * source.stride + column;
                to[static_cast<int64_t>(k) * width + j] = inside ? source.data[at] : T(0);
            }
        }
    }

    // c = a * B, or c += a * B. a (rows, depth), c (rows, padded(columns)): what pads c's rows is
    // overwritten.
    void multiply(View<const T> a, T* c, int c_stride, bool add) const {
        for (int panel = 0; panel < panels(); panel++) {
            const T* weights = values_.data() + static_cast<int64_t>(panel) * kPanel * depth_;
            switch (width_of(panel) / kLanes<T>) {
                case 1:
                    multiply_panel<1>(weights, a, c + panel * kPanel, c_stride, add);
                    break;
                case 2:
                    multiply_panel<2>(weights, a, c + panel * kPanel, c_stride, add);
                    break;
                default:
                    multiply_panel<kTileVectors>(weights, a, c + panel * kPanel, c_stride, add);
            }
        }
    }

  private:
    static constexpr int kPanel = kTileVectors * kLanes<T>;

    int width_of(int panel) const {
        int left = padded<T>(columns_) - panel * kPanel;
        return left < kPanel ? left : kPanel;
    }

    template <int kVectors>
    void multiply_panel(const T* weights, View<const T> a, T* c, int c_stride, bool add) const {
        int row = 0;
        auto run = [&]<int kRows>() {
            for (; row + kRows <= a.rows; row += kRows)
                tile<kVectors, kRows>(weights, a.data + static_cast<int64_t>(row) * a.stride,
                                      a.stride, c + static_cast<int64_t>(row) * c_stride, c_stride,
                                      add);
        };
        run.template operator()<kTileRows>();
        run.template operator()<4>();
        run.template operator()<1>();
    }

    // kRows rows of a by kVectors registers' columns, all sums in registers.
    template <int kVectors, int kRows>
    void tile(const T* weights, const T* a, int64_t a_stride, T* c, int64_t c_stride,
              bool add) const {
        Vector<T> sum[kRows][kVectors];
        for (int r = 0; r < kRows; r++)
            for (int v = 0; v < kVectors; v++) {
                if (add)
                    std::memcpy(&sum[r][v], c + r * c_stride + v * kLanes<T>, kVectorBytes);
                else
                    sum[r][v] = Vector<T>{};
            }
        for (int k = 0; k < depth_; k++) {
            Vector<T> b[kVectors];
            std::memcpy(b, weights + static_cast<int64_t>(k) * kVectors * kLanes<T>, sizeof b);
            for (int r = 0; r < kRows; r++) {
                T x = a[r * a_stride + k];
                for (int v = 0; v < kVectors; v++) sum[r][v] += x * b[v];
            }
        }
        for (int r = 0; r < kRows; r++)
            for (int v = 0; v < kVectors; v++)
                std::memcpy(c + r * c_stride + v * kLanes<T>, &sum[r][v], kVectorBytes);
    }

    int depth_ = 0, columns_ = 0;
    Aligned<T> values_;
};

}  // namespace quillet::train
