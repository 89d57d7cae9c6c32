// Matrix products of row-major matrices by the BLAS, in float and double.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace quillet::train {

// A row-major matrix in someone else's memory; `stride` elements from a row to the next.
template <class T>
struct View {
    T* data;
    int rows;
    int columns;
    int stride;
};

enum class Transposed { neither, first, second };

// c = scale * a * b + keep * c, where a or b is taken transposed. REQUIRES: the shapes fit.
template <class T>
void multiply(Transposed transposed, T scale, View<const T> a, View<const T> b, T keep, View<T> c);

// One thread a BLAS call from now on: our own threads share the work.
void use_one_blas_thread();

// What to tell a person whose BLAS is slow; empty when it is not.
std::string blas_warning();

}  // namespace quillet::train
