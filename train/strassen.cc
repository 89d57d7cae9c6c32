// The products that training spends its time in, by seven products of half their size.
// SPDX-License-Identifier: MIT
#include "train/strassen.h"

#include <algorithm>
#include <array>
#include <span>

#include "cells/cell_step.h"

namespace quillet::train {
namespace {

// With quarters 11, 12, 21, 22 of a, B and c, and Winograd's sums
//   S1 = a21 + a22, S2 = S1 - a11, S3 = a11 - a21, S4 = a12 - S2,
//   T1 = B12 - B11, T2 = B22 - T1, T3 = B22 - B12, T4 = B21 - T2
// the products are
enum { kA11B11, kA12B21, kS1T1, kS2T2, kS4B22, kS3T3, kA22T4, kProducts };

template <class T>
using Quarters = std::array<View<T>, 4>;  // 11, 12, 21, 22
template <class T>
using Factors = std::array<View<const T>, kProducts>;

template <class T>
View<T> part(View<T> matrix, int first_row, int rows, int first_column, int columns) {
    return {matrix.data + static_cast<int64_t>(first_row) * matrix.stride + first_column, rows,
            columns, matrix.stride};
}

// Of the matrix, or of what it is turned when `transposed`: the quarters themselves stay as they
// lie.
template <class T>
Quarters<T> quarters_of(View<T> matrix, bool transposed = false) {
    const int rows = matrix.rows / 2, columns = matrix.columns / 2;
    const View<T> q12 = part(matrix, 0, rows, columns, columns),
                  q21 = part(matrix, rows, rows, 0, columns);
    return {part(matrix, 0, rows, 0, columns), transposed ? q21 : q12, transposed ? q12 : q21,
            part(matrix, rows, rows, columns, columns)};
}

template <class T>
T* row_of(View<T> matrix, int row) {
    return matrix.data + static_cast<int64_t>(row) * matrix.stride;
}

template <class T>
View<const T> fixed(View<T> view) {
    return {view.data, view.rows, view.columns, view.stride};
}

// Takes a panel of B's seven factors from its quarters, and reads each quarter once. Those lie
// turned when `transposed`.
template <bool kTransposed, class T>
void pack_panel(const Quarters<const T>& b, int panel, std::span<Packed<T>> to) {
    const int64_t width = to[0].width_of(panel), columns = to[0].columns_of(panel),
                  first = to[0].first_of(panel);
    const int64_t n = kTransposed ? b[0].columns : columns, step = kTransposed ? width : 1;
    for (int64_t row = 0; row < (kTransposed ? columns : b[0].rows); row++) {
        auto from = [&](int quarter) {
            const View<const T>& whole = b[static_cast<size_t>(quarter)];
            return whole.data +
                   (kTransposed ? (first + row) * whole.stride : row * whole.stride + first);
        };
        auto factor = [&](int product) {
            return to[static_cast<size_t>(product)].panel(panel) +
                   (kTransposed ? row : row * width);
        };
        const T *b11 = from(0), *b12 = from(1), *b21 = from(2), *b22 = from(3);
        T *p1 = factor(kA11B11), *p2 = factor(kA12B21), *p3 = factor(kS4B22), *p4 = factor(kA22T4),
          *p5 = factor(kS1T1), *p6 = factor(kS2T2), *p7 = factor(kS3T3);
        QUILLET_INDEPENDENT
        for (int64_t i = 0; i < n; i++) {
            const T t1 = b12[i] - b11[i], t2 = b22[i] - t1;
            p1[i * step] = b11[i];
            p2[i * step] = b21[i];
            p3[i * step] = b22[i];
            p4[i * step] = b21[i] - t2;
            p5[i * step] = t1;
            p6[i * step] = t2;
            p7[i * step] = b22[i] - b12[i];
        }
    }
}

// The matrix `index` of `count` in `room`, whose elements are made as many as needed.
template <class T>
View<T> place(Aligned<T>& room, int index, int count, int rows, int columns) {
    const auto size = static_cast<size_t>(rows) * static_cast<size_t>(columns);
    if (room.size() < size * static_cast<size_t>(count))
        room = Aligned<T>(size * static_cast<size_t>(count));
    return {room.data() + size * static_cast<size_t>(index), rows, columns, columns};
}

// Where the products go: four into c's quarters and three beside it.
template <class T>
struct Targets {
    Targets(const Quarters<T>& c, Aligned<T>& room)
        : quarters(c), a11b11(beside(room, 0)), s2t2(beside(room, 1)), s3t3(beside(room, 2)) {}

    View<T> of(int product) const {
        switch (product) {
            case kA11B11:
                return a11b11;
            case kA12B21:
                return quarters[0];
            case kS1T1:
                return quarters[3];
            case kS2T2:
                return s2t2;
            case kS4B22:
                return quarters[1];
            case kS3T3:
                return s3t3;
            default:
                return quarters[2];
        }
    }

    // Makes c of the products.
    void join() const {
        for (int row = 0; row < a11b11.rows; row++) {
            const T *p1 = row_of(a11b11, row), *p6 = row_of(s2t2, row), *p7 = row_of(s3t3, row);
            T *c11 = row_of(quarters[0], row), *c12 = row_of(quarters[1], row),
              *c21 = row_of(quarters[2], row), *c22 = row_of(quarters[3], row);
            QUILLET_INDEPENDENT
            for (int i = 0; i < a11b11.columns; i++) {
                const T u2 = p1[i] + p6[i], u3 = u2 + p7[i], p5 = c22[i];
                c11[i] += p1[i];
                c12[i] += u2 + p5;
                c21[i] += u3;
                c22[i] = u3 + p5;
            }
        }
    }

    View<T> beside(Aligned<T>& room, int index) const {
        return place(room, index, 3, quarters[0].rows, quarters[0].columns);
    }

    Quarters<T> quarters;
    View<T> a11b11, s2t2, s3t3;
};

// a's seven factors, of which four are sums.
template <class T>
Factors<T> factors_of(const Quarters<const T>& a, Aligned<T>& room) {
    const int rows = a[0].rows, columns = a[0].columns;
    auto sum = [&](int i) { return place(room, i, 4, rows, columns); };
    const View<T> s1 = sum(0), s2 = sum(1), s3 = sum(2), s4 = sum(3);
    for (int row = 0; row < rows; row++) {
        const T *a11 = row_of(a[0], row), *a12 = row_of(a[1], row), *a21 = row_of(a[2], row),
                *a22 = row_of(a[3], row);
        T *to1 = row_of(s1, row), *to2 = row_of(s2, row), *to3 = row_of(s3, row),
          *to4 = row_of(s4, row);
        QUILLET_INDEPENDENT
        for (int i = 0; i < columns; i++) {
            const T first = a21[i] + a22[i], second = first - a11[i];
            to1[i] = first;
            to2[i] = second;
            to3[i] = a11[i] - a21[i];
            to4[i] = a12[i] - second;
        }
    }
    return {a[0], a[1], fixed(s1), fixed(s2), fixed(s4), fixed(s3), a[3]};
}

}  // namespace

template <class T>
Strassen<T>::Strassen(int depth, int columns) : depth_(depth), columns_(columns) {
    const bool halves =
        depth % 2 == 0 && columns % (2 * kLanes<T>) == 0 && depth >= 128 && columns >= 128;
    for (int i = 0; i < (halves ? kProducts : 1); i++)
        factors_.emplace_back(halves ? depth / 2 : depth, halves ? columns / 2 : columns);
}

template <class T>
void Strassen<T>::pack(int panel, View<const T> source, bool transposed) {
    if (!is_halved()) return factors_[0].pack(panel, source, transposed);
    const Quarters<const T> quarters = quarters_of(source, transposed);
    if (transposed)
        pack_panel<true, T>(quarters, panel, factors_);
    else
        pack_panel<false, T>(quarters, panel, factors_);
}

template <class T>
void Strassen<T>::multiply(View<const T> a, View<T> c, Room& room, Wanted wanted) const {
    const int halves = is_halved() && a.rows >= 2 * kTileRows ? a.rows / 2 * 2 : 0;
    if (halves > 0)
        multiply_halves(part(a, 0, halves, 0, depth_), part(c, 0, halves, 0, columns_), room,
                        wanted);
    a = part(a, halves, a.rows - halves, 0, depth_);
    c = part(c, halves, c.rows - halves, 0, columns_);
    for (int panel = 0; a.rows > 0 && panel < factors_[0].panels(); panel++)
        if (is_halved())
            multiply_quarters(panel, a, c);
        else
            factors_[0].multiply(panel, a, panel_of(c, panel), false, wanted);
}

// a's rows are even. Panel after panel, so that the products are still near when they are joined.
template <class T>
void Strassen<T>::multiply_halves(View<const T> a, View<T> c, Room& room, Wanted& wanted) const {
    Wanted nothing;
    const Factors<T> factors = factors_of(quarters_of(a), room.sums);
    const Quarters<T> of_c = quarters_of(c);
    for (int panel = 0; panel < factors_[0].panels(); panel++) {
        Quarters<T> panel_of_c;
        for (size_t i = 0; i < 4; i++) panel_of_c[i] = panel_of(of_c[i], panel);
        const Targets<T> targets(panel_of_c, room.products);
        for (int product = 0; product < kProducts; product++)
            factors_[static_cast<size_t>(product)].multiply(
                panel, factors[static_cast<size_t>(product)], targets.of(product), false,
                // Not too early, or later panels would push it out again.
                panel + 2 < panels() ? nothing : wanted);
        targets.join();
    }
}

// By plain products of halves, for few rows: B12 is T1 + B11.
template <class T>
void Strassen<T>::multiply_quarters(int panel, View<const T> a, View<T> c) const {
    const int depth = depth_ / 2, columns = columns_ / 2;
    const View<const T> a1 = part(a, 0, a.rows, 0, depth), a2 = part(a, 0, a.rows, depth, depth);
    const View<T> c1 = panel_of(part(c, 0, c.rows, 0, columns), panel),
                  c2 = panel_of(part(c, 0, c.rows, columns, columns), panel);
    Wanted nothing;
    factors_[kA11B11].multiply(panel, a1, c1, false, nothing);
    for (int row = 0; row < a.rows; row++)
        std::copy_n(row_of(c1, row), c1.columns, row_of(c2, row));
    factors_[kS1T1].multiply(panel, a1, c2, true, nothing);
    factors_[kA12B21].multiply(panel, a2, c1, true, nothing);
    factors_[kS4B22].multiply(panel, a2, c2, true, nothing);
}

template class Strassen<float>;
template class Strassen<double>;

}  // namespace quillet::train
