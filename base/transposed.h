// A matrix turned: rows become columns.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

namespace quillet {

// `values`, row-major (rows, columns), as (columns, rows).
template <class T>
std::vector<T> transposed(const std::vector<T>& values, std::size_t rows, std::size_t columns) {
    std::vector<T> result(values.size());
    for (std::size_t row = 0; row < rows; row++)
        for (std::size_t column = 0; column < columns; column++)
            result[column * rows + row] = values[row * columns + column];
    return result;
}

}  // namespace quillet
