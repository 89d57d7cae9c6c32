// Products by tiles that fill the registers.
// SPDX-License-Identifier: MIT
#include "train/packed.h"

#include <algorithm>
#include <array>

namespace quillet::train {

template <class T>
void Packed<T>::pack(int panel, View<const T> source, bool transposed) {
    const int64_t first = first_of(panel);
    if (transposed)
        kernels_->pack(source.data + first * source.stride, source.stride, source.columns,
                       columns_of(panel), true, this->panel(panel), width_of(panel));
    else
        kernels_->pack(source.data + first, source.stride, source.rows, columns_of(panel), false,
                       this->panel(panel), width_of(panel));
}

template <class T>
void Packed<T>::multiply_transposed(View<const T> a, View<T> c, bool add) const {
    // Where c's last columns fill no register they are summed up beside it.
    std::array<T, 1024> edge;
    // A cache line of each of a's rows at a time.
    const int strip_rows = std::max(kernels_->tile_rows, 64 / static_cast<int>(sizeof(T)));
    for (int row = 0; row < a.columns; row += strip_rows) {
        const int rows = std::min(strip_rows, a.columns - row);
        const T* strip = a.data + row;
        // The strip after this one lies a cache line a row further on.
        Wanted wanted;
        if (row + strip_rows < a.columns)
            wanted.first = {strip + strip_rows, a.rows, a.stride * int64_t{sizeof(T)}};
        for (int panel = 0; panel < panels(); panel++) {
            const int width = width_of(panel), first = first_of(panel), here = columns_of(panel);
            T* to = c.data + static_cast<int64_t>(row) * c.stride + first;
            PanelProduct<T> product{
                this->panel(panel), a.rows, width, strip, a.stride, rows, true, add, to,
                c.stride,           &wanted};
            if (here == width) {
                kernels_->multiply(product);
                continue;
            }
            product.c = edge.data();
            product.c_stride = width;
            product.add = false;
            kernels_->multiply(product);
            for (int i = 0; i < rows; i++)
                for (int j = 0; j < here; j++) {
                    T& sum = to[static_cast<int64_t>(i) * c.stride + j];
                    sum = (add ? sum : T(0)) + edge[static_cast<size_t>(i * width + j)];
                }
        }
    }
}

template <class T>
void Packed<T>::multiply(int panel, View<const T> a, View<T> c, bool add, Wanted& wanted) const {
    kernels_->multiply({this->panel(panel), depth_, width_of(panel), a.data, a.stride, a.rows,
                        false, add, c.data, c.stride, &wanted});
}

// Some rows at a time, so that a's share of a tile stays in the nearest cache and b's in the next.
// Not by halves, as recurrent products are: of so many rows, the sums of a's quarters would cost
// what they save.
template <class T>
void multiply_over_rows(const Kernels<T>& kernels, View<const T> a, View<const T> b, View<T> c,
                        Packed<T>& room) {
    constexpr int kDepth = 128;
    if (room.columns() != b.columns) room = Packed<T>(kernels, kDepth, b.columns);
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

template void multiply_over_rows(const Kernels<float>&, View<const float>, View<const float>,
                                 View<float>, Packed<float>&);
template void multiply_over_rows(const Kernels<double>&, View<const double>, View<const double>,
                                 View<double>, Packed<double>&);

template class Packed<float>;
template class Packed<double>;

}  // namespace quillet::train
