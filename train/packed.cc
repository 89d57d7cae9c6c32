// Products by tiles that fill the registers.
// SPDX-License-Identifier: MIT
#include "train/packed.h"

#include <algorithm>
#include <utility>

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

template <class T>
void store(T* to, Vector<T> value) {
    std::memcpy(to, &value, sizeof value);
}

// Calls f(0) … f(n - 1), each index a constant, so that what it indexes can be a register.
template <int n, class F>
[[gnu::always_inline]] inline void unrolled(F f) {
    [&]<int... i>(std::integer_sequence<int, i...>) {
        (f(std::integral_constant<int, i>()), ...);
    }
    (std::make_integer_sequence<int, n>());
}

// kRows rows of a, or columns when it is transposed, by kVectors registers' columns of a panel,
// whose depth is at least 1.
template <class T, int kVectors, int kRows, bool kTransposed, bool kAdd>
void tile(const T* weights, int depth, const T* a, int64_t a_stride, T* c, int64_t c_stride,
          CacheLines wanted) {
    constexpr int64_t kLane = kLanes<T>;
    if (wanted.count <= 0) wanted = {weights, 0, 0};
    Vector<T> sum[kRows * kVectors];
    auto at = [&](int i) { return c + i / kVectors * c_stride + i % kVectors * kLane; };
    unrolled<kRows * kVectors>([&](auto i) { sum[i] = kAdd ? load(at(i)) : Vector<T>{}; });
    int k = 0;
    do {
        Vector<T> b[kVectors];
        __builtin_prefetch(static_cast<const std::byte*>(wanted.at) + k * wanted.step, 0, 2);
        unrolled<kVectors>([&](auto v) { b[v] = load(weights + (k * kVectors + v) * kLane); });
        unrolled<kRows>([&](auto r) {
            T x = kTransposed ? a[k * a_stride + r] : a[r * a_stride + k];
            unrolled<kVectors>([&](auto v) { sum[r * kVectors + v] += x * b[v]; });
        });
    } while (++k < depth);
    unrolled<kRows * kVectors>([&](auto i) { store<T>(at(i), sum[i]); });
}

// A panel of kVectors registers' columns: c (rows, its width) = a * panel, or c += a * panel.
template <class T, int kVectors, bool kTransposed>
void multiply_panel(const T* weights, int depth, View<const T> a, T* c, int64_t c_stride, bool add,
                    Wanted& wanted) {
    const int rows = kTransposed ? a.columns : a.rows, a_step = kTransposed ? 1 : a.stride;
    int row = 0;
    auto run = [&]<int kRows>() {
        auto* tile_of = add ? tile<T, kVectors, kRows, kTransposed, true>
                            : tile<T, kVectors, kRows, kTransposed, false>;
        for (; row + kRows <= rows; row += kRows)
            tile_of(weights, depth, a.data + static_cast<int64_t>(row) * a_step, a.stride,
                    c + row * c_stride, c_stride, wanted.take(depth));
    };
    run.template operator()<kTileRows>();
    if constexpr (kTileRows > 4) run.template operator()<4>();
    run.template operator()<1>();
}

template <class T, bool kTransposed>
void multiply_panel(int width, const T* weights, int depth, View<const T> a, T* c, int64_t c_stride,
                    bool add, Wanted& wanted) {
    switch (width / kLanes<T>) {
        case 1:
            return multiply_panel<T, 1, kTransposed>(weights, depth, a, c, c_stride, add, wanted);
        case 2:
            return multiply_panel<T, 2, kTransposed>(weights, depth, a, c, c_stride, add, wanted);
        default:
            multiply_panel<T, kTileVectors, kTransposed>(weights, depth, a, c, c_stride, add,
                                                         wanted);
    }
}

}  // namespace

template <class T>
void Packed<T>::pack(int panel, View<const T> source, bool transposed) {
    const int64_t first = first_of(panel), width = width_of(panel), columns = columns_of(panel);
    T* to = this->panel(panel);
    // Row after row of the source: the panel is small enough to be written in any order.
    if (!transposed)
        for (int64_t k = 0; k < source.rows; k++) {
            const T* from = source.data + k * source.stride + first;
            int64_t j = 0;
            for (; j + kLanes<T> <= columns; j += kLanes<T>)
                store<T>(to + k * width + j, load(from + j));
            for (; j < columns; j++) to[k * width + j] = from[j];
        }
    else
        for (int64_t j = 0; j < columns; j++)
            for (int64_t k = 0; k < source.columns; k++)
                to[k * width + j] = source.data[(first + j) * source.stride + k];
}

template <class T>
void Packed<T>::multiply_transposed(View<const T> a, View<T> c, bool add) const {
    // Where c's last columns fill no register they are summed up beside it.
    T edge[kTileRows * kPanel];
    for (int row = 0; row < a.columns; row += kTileRows) {
        const int rows = std::min(kTileRows, a.columns - row);
        const View<const T> strip{a.data + row, a.rows, rows, a.stride};
        // The strip after this one lies a cache line a row further on.
        Wanted wanted;
        if (row + kTileRows < a.columns)
            wanted.first = {strip.data + kTileRows, a.rows, a.stride * int64_t{sizeof(T)}};
        for (int panel = 0; panel < panels(); panel++) {
            const int width = width_of(panel), first = panel * kPanel,
                      here = std::min(width, columns_ - first);
            const T* values = this->panel(panel);
            T* to = c.data + static_cast<int64_t>(row) * c.stride + first;
            if (here == width) {
                multiply_panel<T, true>(width, values, a.rows, strip, to, c.stride, add, wanted);
                continue;
            }
            multiply_panel<T, true>(width, values, a.rows, strip, edge, width, false, wanted);
            for (int i = 0; i < rows; i++)
                for (int j = 0; j < here; j++) {
                    T& sum = to[static_cast<int64_t>(i) * c.stride + j];
                    sum = (add ? sum : T(0)) + edge[i * width + j];
                }
        }
    }
}

template <class T>
void Packed<T>::multiply(int panel, View<const T> a, View<T> c, bool add, Wanted& wanted) const {
    multiply_panel<T, false>(width_of(panel), this->panel(panel), depth_, a, c.data, c.stride, add,
                             wanted);
}

// Some rows at a time, so that a's share of a tile stays in the nearest cache and b's in the next.
// Not by halves, as recurrent products are: of so many rows, the sums of a's quarters would cost
// what they save.
template <class T>
void multiply_over_rows(View<const T> a, View<const T> b, View<T> c, Packed<T>& room) {
    constexpr int kDepth = 256;
    if (room.columns() != b.columns) room = Packed<T>(kDepth, b.columns);
    for (int row = 0; row < b.rows; row += kDepth) {
        const int depth = std::min(kDepth, b.rows - row);
        auto from_row = [&](View<const T> all) {
            return View<const T>{all.data + static_cast<int64_t>(row) * all.stride, depth,
                                 all.columns, all.stride};
        };
        for (int panel = 0; panel < room.panels(); panel++) room.pack(panel, from_row(b), false);
        room.multiply_transposed(from_row(a), c, row > 0);
    }
}

template void multiply_over_rows(View<const float>, View<const float>, View<float>, Packed<float>&);
template void multiply_over_rows(View<const double>, View<const double>, View<double>,
                                 Packed<double>&);

template class Packed<float>;
template class Packed<double>;

}  // namespace quillet::train
