// A product by seven products of half its size instead of eight.
// SPDX-License-Identifier: MIT
#include "train/strassen.h"

#include "train/cells.h"

namespace quillet::train {
namespace {

// The factors on B's side, each a sum of the quarters B11, B12, B21, B22 with these signs. In
// Winograd's words B11, B21, B22, -T4, T1, T2, T3.
enum Factor { b11, b21, b22, t4, t1, t2, t3, kFactors };
constexpr int kSigns[kFactors][4] = {{1, 0, 0, 0},  {0, 0, 1, 0},  {0, 0, 0, 1}, {-1, 1, 1, -1},
                                     {-1, 1, 0, 0}, {1, -1, 0, 1}, {0, -1, 0, 1}};

// A quarter, or half of the rows, of a matrix.
template <class T>
View<T> part(View<T> matrix, int first_row, int rows, int first_column, int columns) {
    return {matrix.data + static_cast<int64_t>(first_row) * matrix.stride + first_column, rows,
            columns, matrix.stride};
}

template <class T>
View<T> quarter(View<T> matrix, int row, int column) {
    const int rows = matrix.rows / 2, columns = matrix.columns / 2;
    return part(matrix, row * rows, rows, column * columns, columns);
}

template <class T>
T* room_of(Aligned<T>& room, int64_t elements) {
    if (static_cast<int64_t>(room.size()) < elements)
        room = Aligned<T>(static_cast<size_t>(elements));
    return room.data();
}

// The sum of four matrices of one shape with these signs, of which some are none.
template <class T>
void sum_of(const std::array<View<const T>, 4>& terms, const int* signs, T* to) {
    const int rows = terms[0].rows, columns = terms[0].columns;
    bool first = true;
    for (size_t i = 0; i < terms.size(); i++) {
        if (signs[i] == 0) continue;
        const T sign = static_cast<T>(signs[i]);
        for (int row = 0; row < rows; row++) {
            const T* from = terms[i].data + static_cast<int64_t>(row) * terms[i].stride;
            T* sum = to + static_cast<int64_t>(row) * columns;
            QUILLET_INDEPENDENT
            for (int j = 0; j < columns; j++) sum[j] = sign * from[j] + (first ? T(0) : sum[j]);
        }
        first = false;
    }
}

// The sums of a's quarters, each (rows / 2, columns / 2): s1 = a21 + a22, s2 = s1 - a11,
// s3 = a11 - a21, s4 = a12 - s2.
template <class T>
void sum_quarters(View<const T> a, T* s1, T* s2, T* s3, T* s4) {
    const int half = a.columns / 2;
    for (int row = 0; row < a.rows / 2; row++) {
        const T *a11 = a.data + static_cast<int64_t>(row) * a.stride, *a12 = a11 + half,
                *a21 = a11 + static_cast<int64_t>(a.rows / 2) * a.stride, *a22 = a21 + half;
        QUILLET_INDEPENDENT
        for (int i = 0; i < half; i++) {
            T first = a21[i] + a22[i], second = first - a11[i];
            s1[i] = first;
            s2[i] = second;
            s3[i] = a11[i] - a21[i];
            s4[i] = a12[i] - second;
        }
        s1 += half, s2 += half, s3 += half, s4 += half;
    }
}

}  // namespace

template <class T>
Strassen<T>::Strassen(int depth, int columns) : depth_(depth), columns_(columns) {
    const bool halves = depth % 2 == 0 && columns % (2 * kLanes<T>) == 0 && depth >= 128;
    for (int i = 0; i < (halves ? kFactors : 1); i++)
        factors_.emplace_back(halves ? depth / 2 : depth, halves ? columns / 2 : columns);
}

template <class T>
void Strassen<T>::pack(int piece, View<const T> source, bool transposed) {
    Packed<T>& factor = factors_[static_cast<size_t>(piece)];
    std::vector<T> sum;
    for (int panel = 0; panel < factor.panels(); panel++) {
        const int first = factor.first_of(panel), columns = factor.columns_of(panel);
        auto panel_of = [&](View<const T> matrix) {
            return transposed ? part(matrix, first, columns, 0, matrix.columns)
                              : part(matrix, 0, matrix.rows, first, columns);
        };
        if (!is_halved()) {
            factor.pack(panel, panel_of(source), transposed);
            continue;
        }
        std::array<View<const T>, 4> terms;
        for (int i = 0; i < 4; i++)
            terms[static_cast<size_t>(i)] = panel_of(transposed ? quarter(source, i % 2, i / 2)
                                                                : quarter(source, i / 2, i % 2));
        sum.resize(static_cast<size_t>(terms[0].rows * terms[0].columns));
        sum_of(terms, kSigns[piece], sum.data());
        factor.pack(panel, {sum.data(), terms[0].rows, terms[0].columns, terms[0].columns},
                    transposed);
    }
}

template <class T>
void Strassen<T>::multiply(View<const T> a, View<T> c, Room& room) const {
    if (!is_halved()) return factors_[0].multiply(a, c);
    const int halves = a.rows >= 2 * kTileRows ? a.rows / 2 * 2 : 0;
    if (halves > 0)
        multiply_halves(part(a, 0, halves, 0, depth_), part(c, 0, halves, 0, columns_), room);
    if (halves < a.rows)
        multiply_quarters(part(a, halves, a.rows - halves, 0, depth_),
                          part(c, halves, a.rows - halves, 0, columns_));
}

// c = a * B by fewer products than rows need; a's rows are even.
template <class T>
void Strassen<T>::multiply_halves(View<const T> a, View<T> c, Room& room) const {
    const int rows = a.rows / 2, depth = depth_ / 2, columns = columns_ / 2;
    const int64_t sum_size = static_cast<int64_t>(rows) * depth;
    T* s = room_of(room.sums, 4 * sum_size);
    sum_quarters(a, s, s + sum_size, s + 2 * sum_size, s + 3 * sum_size);
    auto sum = [&](int i) { return View<const T>{s + (i - 1) * sum_size, rows, depth, depth}; };
    const int64_t size = static_cast<int64_t>(rows) * columns;
    const View<T> u{room_of(room.product, size), rows, columns, columns};
    const View<T> v{room_of(room.twice, size), rows, columns, columns};
    auto fixed = [](View<T> view) {
        return View<const T>{view.data, view.rows, view.columns, view.stride};
    };
    const View<T> c11 = quarter(c, 0, 0), c12 = quarter(c, 0, 1), c21 = quarter(c, 1, 0),
                  c22 = quarter(c, 1, 1);

    factors_[b11].multiply(quarter(a, 0, 0), u);
    factors_[b21].multiply(quarter(a, 0, 1), fixed(u), c11);
    factors_[t2].multiply(sum(2), fixed(u), u);
    factors_[t3].multiply(sum(3), fixed(u), c21);
    factors_[t1].multiply(sum(1), v);
    for (int row = 0; row < rows; row++) {
        const T *twice = v.data + static_cast<int64_t>(row) * v.stride,
                *from = c21.data + static_cast<int64_t>(row) * c21.stride;
        T *to = c22.data + static_cast<int64_t>(row) * c22.stride,
          *product = u.data + static_cast<int64_t>(row) * u.stride;
        QUILLET_INDEPENDENT
        for (int i = 0; i < columns; i++) {
            to[i] = from[i] + twice[i];
            product[i] += twice[i];
        }
    }
    factors_[b22].multiply(sum(4), fixed(u), c12);
    factors_[t4].multiply(quarter(a, 1, 1), fixed(c21), c21);
}

// c = a * B of few rows, by quarters: B12 is T1 + B11.
template <class T>
void Strassen<T>::multiply_quarters(View<const T> a, View<T> c) const {
    const int depth = depth_ / 2, columns = columns_ / 2;
    const View<const T> a1 = part(a, 0, a.rows, 0, depth), a2 = part(a, 0, a.rows, depth, depth);
    const View<T> c1 = part(c, 0, c.rows, 0, columns), c2 = part(c, 0, c.rows, columns, columns);
    const View<const T> from1{c1.data, c1.rows, c1.columns, c1.stride},
        from2{c2.data, c2.rows, c2.columns, c2.stride};
    factors_[b11].multiply(a1, c1);
    factors_[t1].multiply(a1, from1, c2);
    factors_[b21].multiply(a2, from1, c1);
    factors_[b22].multiply(a2, from2, c2);
}

template class Strassen<float>;
template class Strassen<double>;

}  // namespace quillet::train
