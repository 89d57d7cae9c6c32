// The products that training spends its time in, by seven products of half their size.
// SPDX-License-Identifier: MIT
#include "train/strassen.h"

#include <algorithm>
#include <array>

#include "train/cells.h"

namespace quillet::train {
namespace {

// With quarters 11, 12, 21, 22 of a, B and c, and Winograd's sums
//   S1 = a21 + a22, S2 = S1 - a11, S3 = a11 - a21, S4 = a12 - S2,
//   T1 = B12 - B11, T2 = B22 - T1, T3 = B22 - B12, T4 = B21 - T2
// the products are
enum { kA11B11, kA12B21, kS1T1, kS2T2, kS4B22, kS3T3, kA22T4, kProducts };
constexpr int kSums = 4;

template <class T>
using Quarters = std::array<View<T>, 4>;  // 11, 12, 21, 22

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
View<const T> fixed(View<T> view) {
    return {view.data, view.rows, view.columns, view.stride};
}

// sum = a + sign * b, all of one shape; sum may be one of them.
template <class T>
void add_to(View<const T> a, T sign, View<const T> b, View<T> sum) {
    for (int row = 0; row < sum.rows; row++) {
        const T *x = a.data + static_cast<int64_t>(row) * a.stride,
                *y = b.data + static_cast<int64_t>(row) * b.stride;
        T* to = sum.data + static_cast<int64_t>(row) * sum.stride;
        QUILLET_INDEPENDENT
        for (int i = 0; i < sum.columns; i++) to[i] = x[i] + sign * y[i];
    }
}

// Packs the sum of B's quarters that is product `product`'s factor.
template <class T>
void pack_factor(int product, const Quarters<const T>& quarters, bool transposed, Packed<T>& to) {
    auto pack = [&](auto combine) {
        for (int panel = 0; panel < to.panels(); panel++)
            to.pack(panel, transposed, combine, quarters[0], quarters[1], quarters[2], quarters[3]);
    };
    switch (product) {
        case kA11B11:
            return pack([](T b11, T, T, T) { return b11; });
        case kA12B21:
            return pack([](T, T, T b21, T) { return b21; });
        case kS1T1:
            return pack([](T b11, T b12, T, T) { return b12 - b11; });
        case kS2T2:
            return pack([](T b11, T b12, T, T b22) { return b22 - (b12 - b11); });
        case kS4B22:
            return pack([](T, T, T, T b22) { return b22; });
        case kS3T3:
            return pack([](T, T b12, T, T b22) { return b22 - b12; });
        default:
            pack([](T b11, T b12, T b21, T b22) { return b21 - (b22 - (b12 - b11)); });
    }
}

template <class T>
void pack_whole(View<const T> source, bool transposed, Packed<T>& to) {
    for (int panel = 0; panel < to.panels(); panel++)
        to.pack(
            panel, transposed, [](T value) { return value; }, source);
}

// The product's place among `room`'s first elements, which are made as many as needed.
template <class T>
View<T> place(Aligned<T>& room, int index, int count, int rows, int columns, int stride) {
    const auto size = static_cast<size_t>(rows) * static_cast<size_t>(stride);
    if (room.size() < size * static_cast<size_t>(count))
        room = Aligned<T>(size * static_cast<size_t>(count));
    return {room.data() + size * static_cast<size_t>(index), rows, columns, stride};
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
        auto row_of = [](View<T> view, int row) {
            return view.data + static_cast<int64_t>(row) * view.stride;
        };
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
        return place(room, index, 3, quarters[0].rows, quarters[0].columns, quarters[0].columns);
    }

    Quarters<T> quarters;
    View<T> a11b11, s2t2, s3t3;
};

// Calls multiply(product, a's factor) for all seven in order. The factors that are sums are in
// `sum`, one after the other.
template <class T, class Multiply>
void each_product(const Quarters<const T>& a, View<T> sum, Multiply multiply) {
    const View<const T> s = fixed(sum);
    multiply(kA11B11, a[0]);
    multiply(kA12B21, a[1]);
    add_to(a[2], T(1), a[3], sum);
    multiply(kS1T1, s);
    add_to(s, T(-1), a[0], sum);
    multiply(kS2T2, s);
    add_to(a[1], T(-1), s, sum);
    multiply(kS4B22, s);
    add_to(a[0], T(-1), a[2], sum);
    multiply(kS3T3, s);
    multiply(kA22T4, a[3]);
}

}  // namespace

template <class T>
Strassen<T>::Strassen(int depth, int columns) : depth_(depth), columns_(columns) {
    const bool halves = depth % 2 == 0 && columns % (2 * kLanes<T>) == 0 && depth >= 128;
    for (int i = 0; i < (halves ? kProducts : 1); i++)
        factors_.emplace_back(halves ? depth / 2 : depth, halves ? columns / 2 : columns);
}

template <class T>
void Strassen<T>::pack(int piece, View<const T> source, bool transposed) {
    Packed<T>& factor = factors_[static_cast<size_t>(piece)];
    if (is_halved()) return pack_factor(piece, quarters_of(source, transposed), transposed, factor);
    pack_whole(source, transposed, factor);
}

template <class T>
void Strassen<T>::multiply(View<const T> a, View<T> c, Room& room) const {
    const int halves = is_halved() && a.rows >= 2 * kTileRows ? a.rows / 2 * 2 : 0;
    if (halves > 0)
        multiply_halves(part(a, 0, halves, 0, depth_), part(c, 0, halves, 0, columns_), room);
    a = part(a, halves, a.rows - halves, 0, depth_);
    c = part(c, halves, c.rows - halves, 0, columns_);
    for (int panel = 0; a.rows > 0 && panel < factors_[0].panels(); panel++)
        if (is_halved())
            multiply_quarters(panel, a, c);
        else
            factors_[0].multiply(panel, a, panel_of(c, panel), false);
}

// a's rows are even. Panel after panel, so that the products are still near when they are joined.
template <class T>
void Strassen<T>::multiply_halves(View<const T> a, View<T> c, Room& room) const {
    const Quarters<const T> of_a = quarters_of(a);
    const int rows = a.rows / 2, depth = depth_ / 2;
    View<T> s[kSums];
    for (int i = 0; i < kSums; i++) s[i] = place(room.sums, i, kSums, rows, depth, depth);
    add_to(of_a[2], T(1), of_a[3], s[0]);
    add_to(fixed(s[0]), T(-1), of_a[0], s[1]);
    add_to(of_a[0], T(-1), of_a[2], s[2]);
    add_to(of_a[1], T(-1), fixed(s[1]), s[3]);
    const View<const T> factors[kProducts] = {of_a[0],     of_a[1],     fixed(s[0]), fixed(s[1]),
                                              fixed(s[3]), fixed(s[2]), of_a[3]};
    const Quarters<T> of_c = quarters_of(c);
    for (int panel = 0; panel < factors_[0].panels(); panel++) {
        Quarters<T> panel_of_c;
        for (size_t i = 0; i < 4; i++) panel_of_c[i] = panel_of(of_c[i], panel);
        const Targets<T> targets(panel_of_c, room.products);
        for (int product = 0; product < kProducts; product++)
            factors_[static_cast<size_t>(product)].multiply(panel, factors[product],
                                                            targets.of(product), false);
        targets.join();
    }
}

// By the eight products, for few rows: B12 is T1 + B11.
template <class T>
void Strassen<T>::multiply_quarters(int panel, View<const T> a, View<T> c) const {
    const int depth = depth_ / 2, columns = columns_ / 2;
    const View<const T> a1 = part(a, 0, a.rows, 0, depth), a2 = part(a, 0, a.rows, depth, depth);
    const View<T> c1 = panel_of(part(c, 0, c.rows, 0, columns), panel),
                  c2 = panel_of(part(c, 0, c.rows, columns, columns), panel);
    factors_[kA11B11].multiply(panel, a1, c1, false);
    factors_[kA11B11].multiply(panel, a1, c2, false);
    factors_[kS1T1].multiply(panel, a1, c2, true);
    factors_[kA12B21].multiply(panel, a2, c1, true);
    factors_[kS4B22].multiply(panel, a2, c2, true);
}

template <class T>
void multiply_over_rows(View<const T> a, View<const T> b, View<T> c, RowsRoom<T>& room) {
    // So many rows at a time that a's share of a tile stays in the nearest cache, b's in the next.
    constexpr int kDepth = 256;
    const bool halves =
        c.rows % (2 * kTileRows) == 0 && c.columns % (2 * kLanes<T>) == 0 && b.rows >= kDepth;
    int row = 0;
    auto rows_of = [&](View<const T> all, int rows) {
        return part(all, row, rows, 0, all.columns);
    };
    if (halves) {
        const Targets<T> targets(quarters_of(c), room.products);
        if (room.half.columns() != c.columns / 2) room.half = Packed<T>(kDepth, c.columns / 2);
        while (b.rows - row >= 2) {
            const int depth = std::min(kDepth, (b.rows - row) / 2);
            const View<T> sum = place(room.sums, 0, 1, depth, c.rows / 2, c.rows / 2 + kLanes<T>);
            const Quarters<const T> of_b = quarters_of(rows_of(b, 2 * depth));
            each_product(quarters_of(rows_of(a, 2 * depth), true), sum,
                         [&](int product, View<const T> factor) {
                             pack_factor(product, of_b, false, room.half);
                             room.half.multiply_transposed(factor, targets.of(product), row > 0);
                         });
            row += 2 * depth;
        }
        targets.join();
    }
    if (room.whole.columns() != c.columns) room.whole = Packed<T>(kDepth, c.columns);
    while (row < b.rows) {
        const int depth = std::min(kDepth, b.rows - row);
        pack_whole(rows_of(b, depth), false, room.whole);
        room.whole.multiply_transposed(rows_of(a, depth), c, row > 0);
        row += depth;
    }
}

template class Strassen<float>;
template class Strassen<double>;
template void multiply_over_rows(View<const float>, View<const float>, View<float>,
                                 RowsRoom<float>&);
template void multiply_over_rows(View<const double>, View<const double>, View<double>,
                                 RowsRoom<double>&);

}  // namespace quillet::train
