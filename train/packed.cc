// A product with one matrix many times over: packed once into panels, multiplied every step.
// SPDX-License-Identifier: MIT
#include "train/packed.h"

namespace quillet::train {
namespace {

// As many elements as fill one register.
template <class T>
using Vector __attribute__((vector_size(kVectorBytes))) = T;

template <class T>
Vector<T> load(const T* from) {
    Vector<T> value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

// kRows rows of a by kVectors registers' columns of a panel. No sum's address is taken within the
// loop, or the compiler would keep them all in memory.
template <class T, int kVectors, int kRows>
void tile(const T* weights, int depth, const T* a, int64_t a_stride, T* c, int64_t c_stride,
          bool add) {
    constexpr int64_t kLane = kLanes<T>;
    Vector<T> sum[kRows][kVectors];
    for (int r = 0; r < kRows; r++)
        for (int v = 0; v < kVectors; v++)
            sum[r][v] = add ? load(c + r * c_stride + v * kLane) : Vector<T>{};
    for (int k = 0; k < depth; k++) {
        Vector<T> b[kVectors];
        for (int v = 0; v < kVectors; v++) b[v] = load(weights + (k * kVectors + v) * kLane);
        for (int r = 0; r < kRows; r++) {
            T x = a[r * a_stride + k];
            for (int v = 0; v < kVectors; v++) sum[r][v] += x * b[v];
        }
    }
    for (int r = 0; r < kRows; r++)
        for (int v = 0; v < kVectors; v++) {
            Vector<T> value = sum[r][v];
            std::memcpy(c + r * c_stride + v * kLane, &value, sizeof value);
        }
}

template <class T, int kVectors>
void multiply_panel(const T* weights, int depth, View<const T> a, T* c, int c_stride, bool add) {
    int row = 0;
    auto run = [&]<int kRows>() {
        for (; row + kRows <= a.rows; row += kRows)
            tile<T, kVectors, kRows>(weights, depth, a.data + static_cast<int64_t>(row) * a.stride,
                                     a.stride, c + static_cast<int64_t>(row) * c_stride, c_stride,
                                     add);
    };
    run.template operator()<kTileRows>();
    if constexpr (kTileRows > 4) run.template operator()<4>();
    run.template operator()<1>();
}

}  // namespace

template <class T>
void Packed<T>::pack(int panel, View<const T> source, bool transposed) {
    int first = panel * kPanel, width = width_of(panel);
    T* to = values_.data() + static_cast<int64_t>(first) * depth_;
    for (int k = 0; k < depth_; k++) {
        for (int j = 0; j < width; j++) {
            int64_t column = first + j;
            int64_t at = transposed ? column * source.stride + k
                                    : static_cast<int64_t>(k) * source.stride + column;
            to[static_cast<int64_t>(k) * width + j] = column < columns_ ? source.data[at] : T(0);
        }
    }
}

template <class T>
void Packed<T>::multiply(View<const T> a, T* c, int c_stride, bool add) const {
    for (int panel = 0; panel < panels(); panel++) {
        const T* weights = values_.data() + static_cast<int64_t>(panel) * kPanel * depth_;
        T* to = c + panel * kPanel;
        switch (width_of(panel) / kLanes<T>) {
            case 1:
                multiply_panel<T, 1>(weights, depth_, a, to, c_stride, add);
                break;
            case 2:
                multiply_panel<T, 2>(weights, depth_, a, to, c_stride, add);
                break;
            default:
                multiply_panel<T, kTileVectors>(weights, depth_, a, to, c_stride, add);
        }
    }
}

template class Packed<float>;
template class Packed<double>;

}  // namespace quillet::train
