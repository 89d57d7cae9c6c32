// The products by tiles and by halves against sums written out, for sizes that suit and sizes that
// do not.
// SPDX-License-Identifier: MIT
#include "train/strassen.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/instructions.h"

namespace quillet::train {
namespace {

struct Sizes {
    int rows, m, n;
};

// Small whole numbers: their sums are exact, in whatever order.
template <class T>
std::vector<T> whole_numbers(int count, unsigned seed) {
    std::mt19937 random(seed);
    std::vector<T> all(static_cast<size_t>(count));
    for (T& number : all) number = static_cast<T>(static_cast<int>(random() % 15) - 7);
    return all;
}

template <class T>
T at(const std::vector<T>& matrix, int stride, int row, int column) {
    return matrix[static_cast<size_t>(row * stride + column)];
}

template <class T>
void expect_sums_over_rows(const Kernels<T>& kernels, const Sizes& size) {
    const int a_stride = size.m + 3, b_stride = size.n + 2, c_stride = size.n + 1;
    std::vector<T> a = whole_numbers<T>(size.rows * a_stride, 1),
                   b = whole_numbers<T>(size.rows * b_stride, 2);
    std::vector<T> c(static_cast<size_t>(size.m * c_stride), T(99));
    Packed<T> room;
    for (int repetition = 0; repetition < 2; repetition++)
        multiply_over_rows<T>(kernels, {a.data(), size.rows, size.m, a_stride},
                              {b.data(), size.rows, size.n, b_stride},
                              {c.data(), size.m, size.n, c_stride}, room);
    for (int i = 0; i < size.m; i++) {
        for (int j = 0; j < size.n; j++) {
            T sum = 0;
            for (int r = 0; r < size.rows; r++)
                sum += at(a, a_stride, r, i) * at(b, b_stride, r, j);
            ASSERT_EQ(at(c, c_stride, i, j), sum) << size.rows << " rows, " << i << ", " << j;
        }
        EXPECT_EQ(at(c, c_stride, i, size.n), T(99)) << "beside the matrix";
    }
}

TEST(Strassen, sums_over_rows) {
    for (const Sizes& size :
         {Sizes{1, 1, 1}, Sizes{3, 13, 7}, Sizes{300, 50, 100}, Sizes{64, 8, 48},
          Sizes{257, 16, 96}, Sizes{512, 9, 65}, Sizes{1100, 48, 128}, Sizes{1027, 32, 64}}) {
        for (Instructions instructions : available_instructions()) {
            SCOPED_TRACE(name_of(instructions));
            expect_sums_over_rows<float>(kernels_for<float>(instructions), size);
            expect_sums_over_rows<double>(kernels_for<double>(instructions), size);
        }
    }
}

// Multiplies `size.rows` rows by B (m, n), which it is given as it is or turned.
template <class T>
void expect_products(const Kernels<T>& kernels, const Sizes& size, bool transposed) {
    const int a_stride = size.m + 3, c_stride = padded(kernels, size.n) + 1;
    std::vector<T> a = whole_numbers<T>(size.rows * a_stride, 1),
                   b = whole_numbers<T>(size.m * size.n, 2);
    std::vector<T> c(static_cast<size_t>(size.rows * c_stride), T(99));
    Strassen<T> product(kernels, size.m, size.n);
    typename Strassen<T>::Room room;
    const int b_rows = transposed ? size.n : size.m, b_columns = transposed ? size.m : size.n;
    for (int repetition = 0; repetition < 2; repetition++) {
        for (int panel = 0; panel < product.panels(); panel++)
            product.pack(panel, {b.data(), b_rows, b_columns, b_columns}, transposed);
        product.multiply({a.data(), size.rows, size.m, a_stride},
                         {c.data(), size.rows, size.n, c_stride}, room);
    }
    for (int i = 0; i < size.rows; i++) {
        for (int j = 0; j < size.n; j++) {
            T sum = 0;
            for (int k = 0; k < size.m; k++)
                sum += at(a, a_stride, i, k) *
                       (transposed ? at(b, b_columns, j, k) : at(b, b_columns, k, j));
            ASSERT_EQ(at(c, c_stride, i, j), sum)
                << size.rows << " x " << size.m << " x " << size.n << ": " << i << ", " << j;
        }
        EXPECT_EQ(at(c, c_stride, i, c_stride - 1), T(99)) << "beside the matrix";
    }
}

TEST(Strassen, multiplies_rows) {
    for (const Sizes& size :
         {Sizes{1, 1, 1}, Sizes{3, 13, 7}, Sizes{33, 50, 100}, Sizes{64, 8, 48}, Sizes{7, 128, 96},
          Sizes{16, 128, 32}, Sizes{33, 130, 192}, Sizes{40, 256, 768}}) {
        for (bool transposed : {false, true})
            for (Instructions instructions : available_instructions()) {
                SCOPED_TRACE(name_of(instructions));
                expect_products<float>(kernels_for<float>(instructions), size, transposed);
                expect_products<double>(kernels_for<double>(instructions), size, transposed);
            }
    }
}

// Of numbers that are not whole, the error beside the largest sum.
TEST(Strassen, rounds_little) {
    const int rows = 32, depth = 256, columns = 768;
    std::mt19937 random(3);
    std::normal_distribution<float> normal;
    auto numbers = [&](int count) {
        std::vector<float> all(static_cast<size_t>(count));
        for (float& number : all) number = normal(random);
        return all;
    };
    std::vector<float> a = numbers(rows * depth), b = numbers(depth * columns);
    std::vector<float> c(static_cast<size_t>(rows * columns));
    const Kernels<float>& kernels = kernels_for<float>(Instructions::best);
    Strassen<float> product(kernels, depth, columns);
    Strassen<float>::Room room;
    for (int panel = 0; panel < product.panels(); panel++)
        product.pack(panel, {b.data(), depth, columns, columns}, false);
    product.multiply({a.data(), rows, depth, depth}, {c.data(), rows, columns, columns}, room);
    double largest = 0, error = 0;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) {
            double sum = 0;
            for (int k = 0; k < depth; k++)
                sum += double{at(a, depth, i, k)} * double{at(b, columns, k, j)};
            largest = std::max(largest, std::abs(sum));
            error = std::max(error, std::abs(double{at(c, columns, i, j)} - sum));
        }
    EXPECT_LT(error, 2e-6 * largest);
}

}  // namespace
}  // namespace quillet::train
