// The loops that training spends its time in, as a table for each instruction set they are compiled for.
// SPDX-License-Identifier: MIT
//
// train/kernels.inc has the loops, kernels_avx2.cc and the like compile it with their instructions.
// Those files must share no function with the others, or the linker would keep one copy, of an
// instruction set that the processor may lack: what they include has plain structs and static
// functions. tests/variants.py looks into the object files.
#pragma once

#include <stdint.h>

#include "base/instructions_kind.h"
#include "cells/cell_list.h"
#include "cells/cell_step.h"

namespace quillet::train {

// Lines of the cache, `step` bytes from one to the next.
struct CacheLines {
    const void* at = nullptr;
    int64_t count = 0, step = 0;
};

// Memory that is read or written soon after a product: its tiles bring a line near with each step
// of their depth. The rows of a window lie too far apart for the machine to guess, and of many
// prefetches at once most are lost.
struct Wanted {
    CacheLines first{}, second{}, third{};
};

// c (rows, width) = a (rows, depth) * panel (depth, width), or c += a * panel. What of `wanted` is
// brought near is taken off it.
template <class T>
struct PanelProduct {
    const T* panel;
    int depth, width;  // width: a multiple of Kernels::lanes, at most Kernels::panel
    const T* a;        // (depth, rows) when transposed
    int64_t a_stride;
    int rows;
    bool transposed, add;
    T* c;
    int64_t c_stride;
    Wanted* wanted;
};

// A matrix's quarters 11, 12, 21, 22, each (rows, columns).
template <class T>
struct QuartersAt {
    T* at[4];
    int64_t stride;
};

// Rates of one of Adam's steps.
struct AdamRates {
    float beta1, beta2, step_size, inverse_correction, epsilon, scale;
};

template <class T>
struct Kernels {
    int lanes;      // elements of a register
    int panel;      // columns of a panel: some registers'
    int tile_rows;  // rows of a tile

    void (*multiply)(const PanelProduct<T>& product);
    // to (rows, width) = columns of from (rows, …); where turned, of from^T, so from (columns, rows).
    void (*pack)(const T* from, int64_t stride, int rows, int columns, bool transposed, T* to,
                 int width);

    // Of Strassen's products (strassen.cc). The four sums of a's quarters, (rows, columns) each
    // without gaps.
    void (*sums_of_quarters)(const QuartersAt<const T>& a, int rows, int columns, T* const* sums);
    // In the order of strassen.cc's products: A11 B11, A12 B21, S1 T1, S2 T2, S4 B22, S3 T3, A22 T4.
    // Panels (rows, width) of B's seven factors from its quarters, which lie turned where transposed.
    void (*pack_factors)(const QuartersAt<const T>& b, int rows, int columns, bool transposed,
                         T* const* factors, int width);
    // c of the seven products, of which c's quarters hold four and `beside` A11 B11, S2 T2, S3 T3.
    void (*join_products)(const QuartersAt<T>& c, const T* const* beside, int64_t beside_stride,
                          int rows, int columns);

    void (*add)(T* sum, const T* terms, int64_t n);
    void (*add_three)(T* sum, const T* a, const T* b, const T* c, int64_t n);
    void (*scale)(T* values, T factor, int64_t n);
    void (*round_to_127th)(const T* from, T* to, int64_t n);
    // Dropout (dropout.h).
    void (*drop)(T* values, int n, uint64_t place, float rate, int64_t first);
    // p = e^(p + bias - largest); returns the sum.
    T (*exponentials)(T* p, const T* bias, int n, T* largest);
    // to += share * (from - to).
    void (*approach)(T* to, const T* from, T share, int64_t n);
    double (*sum_of_squares)(const T* values, int64_t n);
    void (*move)(const AdamRates& rates, int64_t n, const T* gradient, T* mean, T* square,
                 T* parameters, T decay);

    CellMath<T> cells[kCells];  // in the order of Cell
};

// REQUIRES: `instructions` can run here (runnable()). `best` stands for the fastest that can.
template <class T>
const Kernels<T>& kernels_for(Instructions instructions);

}  // namespace quillet::train
