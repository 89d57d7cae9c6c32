// The integer state, table row, requantising and gates against the contract's formulas in 64 bits.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "runtime/quillet_integer.h"
#include "runtime/quillet_tables.h"

namespace {

// The contract's shift, by division in 64 bits.
int64_t asr(int64_t x, int k) {
    int64_t unit = int64_t{1} << k;
    int64_t sum = x + unit / 2;
    return sum >= 0 ? sum / unit : -((-sum + unit - 1) / unit);
}

// x by a scale of QUILLET_SCALE.
int64_t rescale(int64_t x, uint32_t scale) {
    return asr(x * (scale >> 8), static_cast<int>(scale & 255) + 1);
}

int64_t lookup(const auto* table, int64_t steps) {
    return table[std::clamp<int64_t>(steps, -512, 511) + 512];
}

class Integer : public testing::Test {
  protected:
    int32_t draw(int32_t low, int32_t high) {
        return std::uniform_int_distribution<int32_t>(low, high)(random_);
    }

    std::vector<int32_t> draws(int count, int32_t low, int32_t high) {
        std::vector<int32_t> values(count);
        for (int32_t& value : values) value = draw(low, high);
        return values;
    }

    // m in 1 .. 127, k in 1 .. 12.
    std::vector<uint32_t> scales(int rows, int lowest_k = 1) {
        std::vector<uint32_t> values;
        for (int i = 0; i < rows; i++)
            values.push_back(QUILLET_SCALE(draw(1, 127), draw(lowest_k, 12)));
        return values;
    }

    std::mt19937 random_{5};
};

TEST_F(Integer, ShiftsOfNegativesAreFloors) {
    EXPECT_EQ(-1 >> 1, -1);
    EXPECT_EQ(-5 >> 2, -2);
}

TEST_F(Integer, NarrowRoundsTheWholeRange) {
    for (int h = -32512; h <= 32512; h++) {
        int16_t state = static_cast<int16_t>(h);
        int8_t x = 0;
        quillet_narrow(&x, &state, 1);
        ASSERT_EQ(x, asr(h, 8)) << h;
    }
}

TEST_F(Integer, ScaleRows) {
    auto acc = draws(500, -5000000, 5000000);
    auto bias = draws(500, -40000, 40000);
    auto scale = scales(500);
    std::vector<int32_t> out(500);
    quillet_scale_rows(out.data(), acc.data(), scale.data(), bias.data(), 500);
    for (int i = 0; i < 500; i++) ASSERT_EQ(out[i], rescale(acc[i], scale[i]) + bias[i]);
}

TEST_F(Integer, TableRow) {
    std::vector<int8_t> table(4 * 96);
    for (int8_t& value : table) value = static_cast<int8_t>(draw(-127, 127));
    auto bias = draws(96, -40000, 40000);
    std::vector<uint32_t> scale{QUILLET_SCALE(2, 1),
                                QUILLET_SCALE(16, 1),  // none, three to the left
                                QUILLET_SCALE(100, 7), QUILLET_SCALE(64, 3)};
    std::vector<int32_t> out(96);
    for (uint32_t token = 0; token < 4; token++) {
        quillet_table_row(out.data(), table.data(), scale.data(), bias.data(), token, 96);
        for (int i = 0; i < 96; i++) {
            ASSERT_EQ(out[i], rescale(table[token * 96 + i], scale[token]) + bias[i]);
        }
    }
}

TEST_F(Integer, GruGates) {
    for (int hidden : {1, 7, 64}) {
        for (int32_t scale_of_g : {500, 9000, 60000}) {
            auto acc = draws(3 * hidden, -300000, 300000);
            auto g = draws(3 * hidden, -scale_of_g, scale_of_g);
            auto bias = draws(hidden, -3000, 3000);
            auto scale = scales(3 * hidden, 10);
            std::vector<int16_t> h(hidden);
            for (int16_t& value : h) value = static_cast<int16_t>(draw(-32512, 32512));
            std::vector<int16_t> before = h;
            quillet_gru_gates(h.data(), acc.data(), scale.data(), g.data(), bias.data(), hidden, 0,
                              hidden / 2);
            quillet_gru_gates(h.data(), acc.data(), scale.data(), g.data(), bias.data(), hidden,
                              hidden / 2, hidden - hidden / 2);
            for (int i = 0; i < hidden; i++) {
                auto p = [&](int row) { return rescale(acc[row], scale[row]); };
                int64_t z = lookup(quillet_sigmoid_table, asr(p(i) + g[i], 4));
                int64_t r = lookup(quillet_sigmoid_table, asr(p(hidden + i) + g[hidden + i], 4));
                int64_t inner = g[2 * hidden + i] + asr(r * (p(2 * hidden + i) + bias[i]), 14);
                int64_t n = lookup(quillet_tanh_table, asr(inner, 4));
                ASSERT_EQ(h[i], n + asr(z * (before[i] - n), 14));
            }
        }
    }
}

TEST_F(Integer, RnnGates) {
    const int hidden = 40;
    for (int32_t scale_of_g : {500, 9000, 60000}) {
        auto acc = draws(hidden, -300000, 300000);
        auto g = draws(hidden, -scale_of_g, scale_of_g);
        auto scale = scales(hidden, 10);
        std::vector<int16_t> tanh(hidden), relu(hidden);
        for (auto [first, count] : {std::pair{0, 13}, {13, 27}}) {
            quillet_rnn_gates(tanh.data(), acc.data(), scale.data(), g.data(), hidden, first,
                              count);
            quillet_rnn_relu_gates(relu.data(), acc.data(), scale.data(), g.data(), hidden, first,
                                   count);
        }
        for (int i = 0; i < hidden; i++) {
            const int64_t a = rescale(acc[i], scale[i]) + g[i];
            ASSERT_EQ(tanh[i], lookup(quillet_tanh_table, asr(a, 4)));
            ASSERT_EQ(relu[i], asr(std::clamp<int64_t>(a, 0, 1024) * 127, 2));
        }
    }
}

TEST_F(Integer, LstmGates) {
    const int hidden = 40;
    for (int32_t scale_of_g : {500, 9000, 60000}) {
        auto acc = draws(4 * hidden, -300000, 300000);
        auto g = draws(4 * hidden, -scale_of_g, scale_of_g);
        auto scale = scales(4 * hidden, 12);
        auto c = draws(hidden, -65535, 65535);
        for (int i = 0; i < 4; i++) {  // cells that are clamped at either end
            const int sign = i % 2 ? 1 : -1;
            c[i] = sign * 65535;
            for (int gate = 0; gate < 4; gate++) {
                acc[gate * hidden + i] = 0;
                g[gate * hidden + i] = gate == 3 ? sign * 60000 : 60000;
            }
        }
        auto before = c;
        std::vector<int16_t> h(hidden);
        quillet_lstm_gates(h.data(), c.data(), acc.data(), scale.data(), g.data(), hidden, 0,
                           hidden);
        for (int i = 0; i < hidden; i++) {
            auto a = [&](int gate) {
                int row = gate * hidden + i;
                return asr(rescale(acc[row], scale[row]) + g[row], 4);
            };
            int64_t add = lookup(quillet_sigmoid_table, a(0)) * lookup(quillet_tanh_table, a(3));
            int64_t cell = asr(lookup(quillet_sigmoid_table, a(2)) * before[i] + asr(add, 3), 14);
            cell = std::clamp<int64_t>(cell, -65535, 65535);
            ASSERT_EQ(c[i], cell);
            ASSERT_EQ(h[i], asr(lookup(quillet_sigmoid_table, a(1)) *
                                    lookup(quillet_tanh_table, asr(cell * 129, 13)),
                                14));
        }
    }
}

// A row of four-bit numbers, odd or even in length, and nothing behind it.
TEST(IntegerTable, WritesItsColumnsAlone) {
    const uint8_t table[] = {0x10, 0x32, 0x54, 0x76};
    const uint32_t scale = 2u << 8;  // as it is
    for (int32_t columns = 1; columns <= 7; columns++) {
        std::vector<int32_t> out(12, 99), bias(12, 1000);
        quillet_table_row4(out.data(), table, &scale, bias.data(), 0, columns);
        for (int32_t i = 0; i < 12; i++)
            EXPECT_EQ(out[static_cast<size_t>(i)], i < columns ? 1000 + i - 8 : 99) << columns;
    }
}

}  // namespace
