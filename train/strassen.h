// The products that training spends its time in, by seven products of half their size instead of
// eight: Strassen 1969, in the form with fifteen sums by Winograd.
// SPDX-License-Identifier: MIT
//
// The tiles run at what the machine's units can do: what is left is to multiply less. A sum's error
// stays within a few roundings of the largest term, where the plain order's is of its own terms.
#pragma once

#include <vector>

#include "train/packed.h"

namespace quillet::train {

// The matrix B (depth, columns) of c = a * B, packed once. Where its sizes do not suit halves it
// is one plain product.
template <class T>
class Strassen {
  public:
    // What a product works in, for use from call to call, a thread its own.
    struct Room {
        Aligned<T> sums, products;
    };

    Strassen() = default;
    Strassen(const Kernels<T>& kernels, int depth, int columns);

    // Parts that can be packed side by side.
    int panels() const { return factors_[0].panels(); }
    // Takes panel `panel` from `source`: (depth, columns), or (columns, depth) when `transposed`.
    void pack(int panel, View<const T> source, bool transposed);

    // c = a * B. a (rows, depth), c (rows, columns padded): what pads c's rows is overwritten.
    void multiply(View<const T> a, View<T> c, Room& room, Wanted wanted = {}) const;

  private:
    bool is_halved() const { return factors_.size() > 1; }
    void multiply_halves(View<const T> a, View<T> c, Room& room, Wanted& wanted) const;
    void multiply_quarters(int panel, View<const T> a, View<T> c) const;
    View<T> panel_of(View<T> c, int panel) const {
        const int first = factors_[0].first_of(panel);
        return {c.data + first, c.rows, factors_[0].columns_of(panel), c.stride};
    }

    const Kernels<T>* kernels_ = nullptr;
    int depth_ = 0, columns_ = 0;
    std::vector<Packed<T>> factors_;  // B's seven sums of quarters, or B
};

}  // namespace quillet::train
