// Packed weights multiplied by the portable kernels against a plain loop: sizes that need padding,
// adversarial rows, ranges of rows on two threads.
// SPDX-License-Identifier: MIT
#include "compile/pack.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "base/error.h"
#include "runtime/quillet_integer.h"

namespace quillet {
namespace {

struct Case {
    std::vector<int8_t> values;
    SmallWeights weights;
    std::vector<int8_t> x;
};

int limit_of(WeightKind kind) {
    return kind == WeightKind::int8 ? 127 : kind == WeightKind::int4 ? 7 : 1;
}

// Random weights and input; the first rows are the worst that the input allows: every sign with it,
// every sign against it, all lowest, all highest.
Case make_case(WeightKind kind, int rows, int columns, unsigned seed) {
    std::mt19937 random(seed);
    Case made;
    int high = limit_of(kind);
    int low = kind == WeightKind::int4 ? -8 : -high;
    made.x.resize(columns);
    for (int8_t& x : made.x) x = static_cast<int8_t>(static_cast<int>(random() % 255) - 127);
    if (seed % 2) {
        for (int8_t& x : made.x) x = x < 0 ? -127 : 127;
    }
    made.values.resize(static_cast<size_t>(rows) * columns);
    for (int row = 0; row < rows; row++) {
        for (int i = 0; i < columns; i++) {
            int w = low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
            if (row == 0) w = made.x[i] > 0 ? high : low;
            if (row == 1) w = made.x[i] > 0 ? low : high;
            if (row == 2) w = low;
            if (row == 3) w = high;
            made.values[static_cast<size_t>(row) * columns + i] = static_cast<int8_t>(w);
        }
    }
    made.weights = {kind, rows, columns, made.values};
    return made;
}

std::vector<int32_t> plain_product(const Case& made) {
    std::vector<int32_t> acc(made.weights.rows);
    for (size_t i = 0; i < made.values.size(); i++)
        acc[i / made.weights.columns] += made.values[i] * made.x[i % made.weights.columns];
    return acc;
}

// The prepared input as bytes, aligned for any of its types.
std::vector<uint32_t> prepare(const PackedWeights& packed, std::vector<int8_t> x) {
    x.resize(packed.columns);
    std::vector<uint32_t> input((packed.input_count * size_of(packed.input_type) + 3) / 4);
    if (packed.prepare == "quillet_spread") {
        quillet_spread(reinterpret_cast<int32_t*>(input.data()), x.data(), packed.columns);
    } else if (packed.prepare == "quillet_tables") {
        quillet_tables(reinterpret_cast<uint16_t*>(input.data()), x.data(), packed.columns);
    } else if (packed.prepare == "quillet_tables6") {
        quillet_tables6(reinterpret_cast<uint16_t*>(input.data()), x.data(), packed.columns);
    } else {
        std::copy(x.begin(), x.end(), reinterpret_cast<int8_t*>(input.data()));
    }
    return input;
}

// A range of rows begins and ends at a multiple of this.
int strip_rows(const PackedWeights& packed) {
    return packed.rows / static_cast<int>(packed.weights.shape[0]);
}

// Multiplies `rows` rows from strip `strip` on.
void multiply(const PackedWeights& packed, const void* input, int strip, int rows, int32_t* acc) {
    const char* bytes = packed.weights.bytes.data() +
                        strip * packed.weights.shape[1] * size_of(packed.weights.type);
    auto words = reinterpret_cast<const uint32_t*>(bytes);
    auto spread = static_cast<const int32_t*>(input);
    acc += strip * strip_rows(packed);
    if (packed.product == "quillet_product_int8")
        quillet_product_int8(acc, reinterpret_cast<const int8_t*>(bytes),
                             static_cast<const int8_t*>(input), rows, packed.columns);
    else if (packed.product == "quillet_product_int8_strips")
        quillet_product_int8_strips(acc, words, spread, rows, packed.columns);
    else if (packed.product == "quillet_product_int4")
        quillet_product_int4(acc, words, spread, rows, packed.columns);
    else if (packed.product == "quillet_product_ternary6")
        quillet_product_ternary6(acc, words, static_cast<const uint16_t*>(input), rows,
                                 packed.columns);
    else
        quillet_product_ternary(acc, reinterpret_cast<const uint8_t*>(bytes),
                                static_cast<const uint16_t*>(input), rows, packed.columns);
}

// What is packed for hosts comes back, with zeros beyond its rows and columns.
void expect_unpacked(const Case& made, const PackedWeights& packed) {
    std::vector<int8_t> back = unpack(packed.product, packed.weights, packed.rows, packed.columns);
    if (packed.product.ends_with("_strips") || packed.product.ends_with("6")) {
        EXPECT_TRUE(back.empty());
        return;
    }
    std::vector<int8_t> expected(static_cast<size_t>(packed.rows) * packed.columns);
    for (int row = 0; row < made.weights.rows; row++)
        for (int column = 0; column < made.weights.columns; column++)
            expected[static_cast<size_t>(row) * packed.columns + column] =
                made.values[static_cast<size_t>(row) * made.weights.columns + column];
    EXPECT_EQ(back, expected) << packed.product;
}

TEST(Pack, EveryKernelGivesThePlainSum) {
    for (Target target : {Target::c99, Target::rp2040, Target::cortex_m33}) {
        for (WeightKind kind : {WeightKind::int8, WeightKind::int4, WeightKind::ternary}) {
            for (auto [rows, columns] : {std::pair{8, 40},
                                         {5, 3},
                                         {13, 33},
                                         {24, 320},
                                         {450, 150},
                                         {96, 1024},
                                         {16, 1100}}) {
                for (unsigned seed : {1u, 2u}) {
                    Case made = make_case(kind, rows, columns, seed);
                    PackedWeights packed = pack(made.weights, target, "test");
                    std::vector<int32_t> acc(packed.rows);
                    auto input = prepare(packed, made.x);
                    multiply(packed, input.data(), 0, packed.rows, acc.data());
                    acc.resize(rows);
                    EXPECT_EQ(acc, plain_product(made))
                        << packed.product << " " << rows << " x " << columns;
                    expect_unpacked(made, packed);
                }
            }
        }
    }
}

TEST(Pack, TwoThreadsShareAProductByRows) {
    for (WeightKind kind : {WeightKind::int8, WeightKind::int4, WeightKind::ternary}) {
        Case made = make_case(kind, 456, 152, 4);
        PackedWeights packed = pack(made.weights, Target::rp2040, "test");
        std::vector<int32_t> acc(packed.rows);
        auto input = prepare(packed, made.x);
        int half = packed.rows / strip_rows(packed) / 2;
        std::thread other([&] {
            multiply(packed, input.data(), half, packed.rows - half * strip_rows(packed),
                     acc.data());
        });
        multiply(packed, input.data(), 0, half * strip_rows(packed), acc.data());
        other.join();
        EXPECT_EQ(acc, plain_product(made)) << packed.product;
    }
}

TEST(Pack, Int4BlocksAreAsLongAsTheBoundAllows) {
    std::vector<int8_t> ones(8 * 320, 1), sevens(8 * 320, 7);
    auto blocks = [](const std::vector<int8_t>& values) {  // a word each
        return pack({WeightKind::int4, 8, 320, values}, Target::c99, "").weights.shape[1] - 320;
    };
    EXPECT_EQ(blocks(ones), 2);     // 256 * 127 <= 32767
    EXPECT_EQ(blocks(sevens), 10);  // 32 * 7 * 127
}

TEST(Pack, LargestSumsAreReached) {
    Case made = make_case(WeightKind::int4, 4, 64, 1);
    std::vector<int64_t> sums = largest_sums(made.weights);
    EXPECT_EQ(sums[2], 64 * 8 * 127);
    EXPECT_EQ(sums[3], 64 * 7 * 127);
}

TEST(Pack, RefusesWeightsOutsideTheirKind) {
    std::vector<int8_t> values(16, 0);
    values[13] = 2;
    try {
        pack({WeightKind::ternary, 4, 4, values}, Target::c99, "model");
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("row 3 has the weight 2"), std::string::npos)
            << error.what();
    }
}

TEST(Pack, ScalesHaveShiftsToTheRight) {
    std::vector<int> m{64, 1, 1, 127}, k{5, 0, -3, 31};
    Tensor scales = pack_scales(m, k, "test");
    EXPECT_EQ(scales.values<uint32_t>(),
              (std::vector<uint32_t>{64 << 8 | 4, 2 << 8, 16 << 8, 127 << 8 | 30}));
    std::vector<int> far{-24}, one{1};
    EXPECT_THROW(pack_scales(one, far, "test"), Error);
}

}  // namespace
}  // namespace quillet
