// The products by tiles against sums written out, for sizes that fill tiles and sizes that do not.
// SPDX-License-Identifier: MIT
#include "train/packed.h"

#include <gtest/gtest.h>

#include <random>

namespace quillet::train {
namespace {

struct Sizes {
    int rows, m, n;
};
constexpr Sizes kSizes[] = {{1, 1, 1},   {3, 13, 7},    {300, 50, 100},
                            {64, 8, 48}, {257, 24, 96}, {512, 9, 65}};

// Small whole numbers: their sums are exact, in whatever order.
template <class T>
std::vector<T> numbers(int count, unsigned seed) {
    std::mt19937 random(seed);
    std::vector<T> all(static_cast<size_t>(count));
    for (T& number : all) number = static_cast<T>(static_cast<int>(random() % 15) - 7);
    return all;
}

template <class T>
void expect_sums_over_rows(const Sizes& size) {
    const int a_stride = size.m + 3, b_stride = size.n + 2, c_stride = size.n + 1;
    std::vector<T> a = numbers<T>(size.rows * a_stride, 1), b = numbers<T>(size.rows * b_stride, 2);
    std::vector<T> c(static_cast<size_t>(size.m * c_stride), T(99));
    Packed<T> room;
    for (int repetition = 0; repetition < 2; repetition++)
        multiply_over_rows<T>({a.data(), size.rows, size.m, a_stride},
                              {b.data(), size.rows, size.n, b_stride},
                              {c.data(), size.m, size.n, c_stride}, room);
    auto at = [](const std::vector<T>& matrix, int stride, int row, int column) {
        return matrix[static_cast<size_t>(row * stride + column)];
    };
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

TEST(Packed, sums_over_rows) {
    for (const Sizes& size : kSizes) {
        expect_sums_over_rows<float>(size);
        expect_sums_over_rows<double>(size);
    }
}

TEST(Packed, multiplies_rows) {
    for (const Sizes& size : kSizes) {
        std::vector<float> a = numbers<float>(size.rows * size.m, 1),
                           b = numbers<float>(size.m * size.n, 2);
        const int stride = padded<float>(size.n);
        std::vector<float> c(static_cast<size_t>(size.rows * stride));
        Packed<float> packed(size.m, size.n);
        packed.pack_rows({b.data(), size.m, size.n, size.n});
        packed.multiply({a.data(), size.rows, size.m, size.m},
                        {c.data(), size.rows, size.n, stride});
        for (int i = 0; i < size.rows; i++)
            for (int j = 0; j < size.n; j++) {
                float sum = 0;
                for (int k = 0; k < size.m; k++)
                    sum += a[static_cast<size_t>(i * size.m + k)] *
                           b[static_cast<size_t>(k * size.n + j)];
                ASSERT_EQ(c[static_cast<size_t>(i * stride + j)], sum) << i << ", " << j;
            }
    }
}

}  // namespace
}  // namespace quillet::train
