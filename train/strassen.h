// A product by seven products of half its size instead of eight (Strassen 1969, in the form with
// fifteen sums by Winograd), of a matrix that is packed once.
// SPDX-License-Identifier: MIT
//
// The tiles run at what the machine's units can do: what is left is to multiply less.
#pragma once

#include <array>
#include <vector>

#include "train/packed.h"

namespace quillet::train {

// The matrix B (depth, columns) of c = a * B. Where its sizes do not suit halves it is
// one plain product.
template <class T>
class Strassen {
  public:
    // What multiply() works in, for use from call to call, a thread its own.
    struct Room {
        Aligned<T> sums, product, twice;
    };

    Strassen() = default;
    Strassen(int depth, int columns);

    // What can be packed side by side.
    int pieces() const { return static_cast<int>(factors_.size()); }
    // Takes piece `piece` from `source`: (depth, columns), or (columns, depth) when `transposed`.
    void pack(int piece, View<const T> source, bool transposed);

    // c = a * B. a (rows, depth), c (rows, padded(columns)): what pads c's rows is overwritten.
    void multiply(View<const T> a, View<T> c, Room& room) const;

  private:
    bool is_halved() const { return factors_.size() > 1; }
    void multiply_halves(View<const T> a, View<T> c, Room& room) const;
    void multiply_quarters(View<const T> a, View<T> c) const;

    int depth_ = 0, columns_ = 0;
    std::vector<Packed<T>> factors_;  // B's seven sums of quarters, or B
};

}  // namespace quillet::train
