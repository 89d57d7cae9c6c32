// The products that training spends its time in, by seven products of half their size.
// SPDX-License-Identifier: MIT
#include "train/strassen.h"

#include <algorithm>
#include <array>

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

template <class T>
QuartersAt<T> at(const Quarters<T>& quarters) {
    return {{quarters[0].data, quarters[1].data, quarters[2].data, quarters[3].data},
            quarters[0].stride};
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
    void join(const Kernels<T>& kernels) const {
        const T* const all[] = {a11b11.data, s2t2.data, s3t3.data};
        kernels.join_products(at(quarters), all, a11b11.stride, a11b11.rows, a11b11.columns);
    }

    View<T> beside(Aligned<T>& room, int index) const {
        return place(room, index, 3, quarters[0].rows, quarters[0].columns);
    }

    Quarters<T> quarters;
    View<T> a11b11, s2t2, s3t3;
};

// a's seven factors, of which four are sums.
template <class T>
Factors<T> factors_of(const Kernels<T>& kernels, const Quarters<const T>& a, Aligned<T>& room) {
    const int rows = a[0].rows, columns = a[0].columns;
    auto sum = [&](int i) { return place(room, i, 4, rows, columns); };
    const View<T> s1 = sum(0), s2 = sum(1), s3 = sum(2), s4 = sum(3);
    T* const sums[] = {s1.data, s2.data, s3.data, s4.data};
    kernels.sums_of_quarters(at(a), rows, columns, sums);
    return {a[0], a[1], fixed(s1), fixed(s2), fixed(s4), fixed(s3), a[3]};
}

}  // namespace

template <class T>
Strassen<T>::Strassen(const Kernels<T>& kernels, int depth, int columns)
    : kernels_(&kernels), depth_(depth), columns_(columns) {
    const bool halves =
        depth % 2 == 0 && columns % (2 * kernels.lanes) == 0 && depth >= 128 && columns >= 128;
    for (int i = 0; i < (halves ? kProducts : 1); i++)
        factors_.emplace_back(kernels, halves ? depth / 2 : depth, halves ? columns / 2 : columns);
}

template <class T>
void Strassen<T>::pack(int panel, View<const T> source, bool transposed) {
    if (!is_halved()) return factors_[0].pack(panel, source, transposed);
    QuartersAt<const T> quarters = at(quarters_of(source, transposed));
    const int64_t first = factors_[0].first_of(panel);
    for (const T*& quarter : quarters.at) quarter += transposed ? first * source.stride : first;
    std::array<T*, kProducts> to;
    for (size_t i = 0; i < kProducts; i++) to[i] = factors_[i].panel(panel);
    kernels_->pack_factors(quarters, depth_ / 2, factors_[0].columns_of(panel), transposed,
                           to.data(), factors_[0].width_of(panel));
}

template <class T>
void Strassen<T>::multiply(View<const T> a, View<T> c, Room& room, Wanted wanted) const {
    const int halves = is_halved() && a.rows >= 2 * kernels_->tile_rows ? a.rows / 2 * 2 : 0;
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
    const Factors<T> factors = factors_of(*kernels_, quarters_of(a), room.sums);
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
        targets.join(*kernels_);
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
