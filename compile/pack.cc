// Packs weights in the order that the product kernels read them, and proves the bounds that those of small
// integers require.
// SPDX-License-Identifier: MIT
#include "compile/pack.h"

#include <algorithm>
#include <cstdlib>

#include "base/error.h"
#include "runtime/quillet_integer.h"
#include "runtime/quillet_kernels_f32.h"

namespace quillet {
namespace {

constexpr int kUnit = 8;            // columns: what int4 blocks are measured in
constexpr int kLargestInput = 127;  // |x|
constexpr int kRowsForSix =
    400;  // ternary: sixes cost 96 cycles more a column and save 0.3 a weight
constexpr int kLaneLimit = 32767;  // what a 16-bit lane of an int4 block holds

int round_up(int count, int multiple) {
    return (count + multiple - 1) / multiple * multiple;
}

// Weights with zeros beyond their rows and columns.
class Padded {
  public:
    Padded(const SmallWeights& weights, int row_multiple, int column_multiple)
        : weights_(weights),
          rows(round_up(weights.rows, row_multiple)),
          columns(round_up(weights.columns, column_multiple)) {}

    int operator()(int row, int column) const {
        if (row >= weights_.rows || column >= weights_.columns) return 0;
        return weights_.values[static_cast<size_t>(row) * weights_.columns + column];
    }

  private:
    const SmallWeights& weights_;

  public:
    const int rows;
    const int columns;
};

void check_range(const SmallWeights& weights, const std::string& where) {
    const int limits[][2] = {{-127, 127}, {-8, 7}, {-1, 1}};
    auto [low, high] = limits[static_cast<int>(weights.kind)];
    for (size_t i = 0; i < weights.values.size(); i++) {
        int value = weights.values[i];
        if (value < low || value > high) {
            throw Error(where, "row " + std::to_string(i / weights.columns) + " has the weight " +
                                   std::to_string(value) + ", outside " + std::to_string(low) +
                                   " .. " + std::to_string(high));
        }
    }
}

void check_sums(const SmallWeights& weights, const std::string& where) {
    std::vector<int64_t> sums = largest_sums(weights);
    for (size_t row = 0; row < sums.size(); row++) {
        if (sums[row] > INT32_MAX) {
            throw Error(where, "row " + std::to_string(row) + " can sum to " +
                                   std::to_string(sums[row]) + ", beyond 32 bits");
        }
    }
}

PackedWeights pack_int8_rows(const SmallWeights& weights) {
    Padded padded(weights, 1, 16);
    std::vector<int8_t> bytes;
    bytes.reserve(static_cast<size_t>(padded.rows) * padded.columns);
    for (int row = 0; row < padded.rows; row++) {
        for (int column = 0; column < padded.columns; column++)
            bytes.push_back(static_cast<int8_t>(padded(row, column)));
    }
    return {.product = "quillet_product_int8",
            .prepare = "",
            .weights = Tensor::of(Type::int8, {padded.rows, padded.columns}, bytes),
            .input_type = Type::int8,
            .rows = padded.rows,
            .columns = padded.columns,
            .input_count = padded.columns};
}

PackedWeights pack_int8_strips(const SmallWeights& weights) {
    Padded padded(weights, 8, 8);
    std::vector<uint32_t> words;
    for (int row = 0; row < padded.rows; row += 8) {
        for (int column = 0; column < padded.columns; column++) {
            for (int half = row; half < row + 8; half += 4) {
                uint32_t word = static_cast<uint32_t>(padded(half + 3, column)) << 24;
                for (int k = 0; k < 3; k++)
                    word |= static_cast<uint32_t>(padded(half + k, column) + 128) << (8 * k);
                words.push_back(word);
            }
        }
    }
    return {.product = "quillet_product_int8_strips",
            .prepare = "quillet_spread",
            .weights = Tensor::of(Type::uint32, {padded.rows / 8, 2 * padded.columns}, words),
            .input_type = Type::int32,
            .rows = padded.rows,
            .columns = padded.columns,
            .input_count = QUILLET_SPREAD_COUNT(padded.columns)};
}

// Where a strip's blocks end, in units, each as long as its eight rows' bound allows; empty when a
// unit is too much (never for weights of four bits: 8 * 8 * 127 = 8128).
std::vector<int> block_ends(const Padded& padded, int strip) {
    std::vector<int> ends;
    int sums[8] = {};
    int units = padded.columns / kUnit;
    for (int unit = 0; unit < units; unit++) {
        int added[8] = {};
        bool fits = true;
        for (int k = 0; k < 8; k++) {
            for (int i = 0; i < kUnit; i++)
                added[k] += std::abs(padded(strip + k, unit * kUnit + i));
            fits = fits && (sums[k] + added[k]) * kLargestInput <= kLaneLimit;
        }
        if (!fits) ends.push_back(unit);
        for (int k = 0; k < 8; k++) sums[k] = fits ? sums[k] + added[k] : added[k];
    }
    ends.push_back(units);
    return ends;
}

// Splits the longest blocks until there are `count`: every strip has as many, so that strips are
// equally long. REQUIRES: count <= the number of units.
void split_to(std::vector<int>& ends, int count) {
    while (static_cast<int>(ends.size()) < count) {
        int longest = 0, length = 0, middle = 0, start = 0;
        for (size_t i = 0; i < ends.size(); start = ends[i++]) {
            if (ends[i] - start <= length) continue;
            length = ends[i] - start;
            middle = start + length / 2;
            longest = static_cast<int>(i);
        }
        ends.insert(ends.begin() + longest, middle);
    }
}

// A column's eight weights: rows 0, 2, 4, 6 from the lowest bits of the lower half up, 1, 3, 5, 7
// in the upper half.
uint32_t int4_word(const Padded& padded, int strip, int column) {
    uint32_t word = 0;
    for (int k = 0; k < 8; k++)
        word |= static_cast<uint32_t>(padded(strip + k, column) + 8) << (k / 2 * 4 + k % 2 * 16);
    return word;
}

PackedWeights pack_int4(const SmallWeights& weights) {
    Padded padded(weights, 8, kUnit);
    std::vector<std::vector<int>> strips;
    int blocks = 1;
    for (int strip = 0; strip < padded.rows; strip += 8) {
        strips.push_back(block_ends(padded, strip));
        blocks = std::max(blocks, static_cast<int>(strips.back().size()));
    }
    std::vector<uint32_t> words;
    for (size_t i = 0; i < strips.size(); i++) {
        split_to(strips[i], blocks);
        int start = 0;
        for (int end : strips[i]) {
            words.push_back(static_cast<uint32_t>(end - start) |
                            (end * kUnit == padded.columns ? 1u << 31 : 0u));
            for (int column = start * kUnit; column < end * kUnit; column++)
                words.push_back(int4_word(padded, static_cast<int>(i) * 8, column));
            start = end;
        }
    }
    return {.product = "quillet_product_int4",
            .prepare = "quillet_spread",
            .weights = Tensor::of(Type::uint32, {padded.rows / 8, padded.columns + blocks}, words),
            .input_type = Type::int32,
            .rows = padded.rows,
            .columns = padded.columns,
            .input_count = QUILLET_SPREAD_COUNT(padded.columns)};
}

// The place of `group` weights in their table: runtime/quillet_integer_product.c, make_table.
uint32_t ternary_place(const Padded& padded, int row, int column, int group) {
    const uint32_t strides[] = {1, 3, 9, 28, 84, 252};
    uint32_t place = 0;
    for (int i = 0; i < group; i++)
        place += strides[i] * static_cast<uint32_t>(padded(row, column + i) + 1);
    return place;
}

PackedWeights pack_ternary6(const SmallWeights& weights) {
    Padded padded(weights, 6, 6);
    std::vector<uint32_t> words;
    for (int strip = 0; strip < padded.rows; strip += 6) {
        for (int column = 0; column < padded.columns; column += 6) {
            for (int row = strip; row < strip + 6; row += 3) {
                words.push_back(ternary_place(padded, row, column, 6) << 1 |
                                ternary_place(padded, row + 1, column, 6) << 11 |
                                ternary_place(padded, row + 2, column, 6) << 22);
            }
        }
    }
    int stride = padded.columns / 6 * 2;
    return {.product = "quillet_product_ternary6",
            .prepare = "quillet_tables6",
            .weights = Tensor::of(Type::uint32, {padded.rows / 6, stride}, words),
            .input_type = Type::uint16,
            .rows = padded.rows,
            .columns = padded.columns,
            .input_count = QUILLET_TABLES6_COUNT(padded.columns)};
}

PackedWeights pack_ternary(const SmallWeights& weights) {
    Padded padded(weights, 8, 5);
    std::vector<uint8_t> bytes;
    for (int strip = 0; strip < padded.rows; strip += 8) {
        for (int column = 0; column < padded.columns; column += 5) {
            for (int k = 0; k < 8; k++)
                bytes.push_back(static_cast<uint8_t>(ternary_place(padded, strip + k, column, 5)));
        }
    }
    int stride = padded.columns / 5 * 8;
    return {.product = "quillet_product_ternary",
            .prepare = "quillet_tables",
            .weights = Tensor::of(Type::uint8, {padded.rows / 8, stride}, bytes),
            .input_type = Type::uint16,
            .rows = padded.rows,
            .columns = padded.columns,
            .input_count = QUILLET_TABLES_COUNT(padded.columns)};
}

// unpack() of each layout, into zeros; rows in strips of 8.
void unpack_int4(const uint32_t* word, int rows, int columns, std::vector<int8_t>& values) {
    for (int strip = 0; strip < rows; strip += 8) {
        for (int column = 0, end = 0; column < columns; column = end) {
            end = column + kUnit * static_cast<int>(*word++ & 0xFFFF);
            for (int c = column; c < end; c++, word++)
                for (int k = 0; k < 8; k++)
                    values[static_cast<size_t>(strip + k) * columns + c] =
                        static_cast<int8_t>((*word >> (k / 2 * 4 + k % 2 * 16) & 15) - 8);
        }
    }
}

void unpack_ternary(const uint8_t* place, int rows, int columns, std::vector<int8_t>& values) {
    const int strides[] = {84, 28, 9, 3, 1};
    for (int strip = 0; strip < rows; strip += 8) {
        for (int column = 0; column < columns; column += 5) {
            for (int k = 0; k < 8; k++) {
                int rest = *place++;
                for (int i = 4; i >= 0; rest %= strides[4 - i], i--)
                    values[static_cast<size_t>(strip + k) * columns + column + i] =
                        static_cast<int8_t>(rest / strides[4 - i] - 1);
            }
        }
    }
}

}  // namespace

std::vector<int8_t> unpack(const std::string& product, const Tensor& weights, int rows,
                           int columns) {
    const char* bytes = weights.bytes.data();
    std::vector<int8_t> values(static_cast<size_t>(rows) * columns);
    if (product == "quillet_product_int8")
        std::copy_n(reinterpret_cast<const int8_t*>(bytes), values.size(), values.begin());
    else if (product == "quillet_product_int4")
        unpack_int4(reinterpret_cast<const uint32_t*>(bytes), rows, columns, values);
    else if (product == "quillet_product_ternary")
        unpack_ternary(reinterpret_cast<const uint8_t*>(bytes), rows, columns, values);
    else
        values.clear();
    return values;
}

PackedWeights pack(const SmallWeights& weights, Target target, const std::string& where,
                   TernaryGroup group) {
    if (weights.rows <= 0 || weights.columns <= 0 ||
        weights.values.size() != static_cast<size_t>(weights.rows) * weights.columns) {
        throw Error(where, "has " + std::to_string(weights.values.size()) + " weights, not " +
                               std::to_string(weights.rows) + " rows of " +
                               std::to_string(weights.columns));
    }
    check_range(weights, where);
    check_sums(weights, where);
    if (weights.kind == WeightKind::ternary) {
        bool six = target == Target::rp2040 && weights.rows >= kRowsForSix;
        if (group != TernaryGroup::automatic) six = group == TernaryGroup::six;
        return six ? pack_ternary6(weights) : pack_ternary(weights);
    }
    if (weights.kind == WeightKind::int4) return pack_int4(weights);
    return target == Target::rp2040 ? pack_int8_strips(weights) : pack_int8_rows(weights);
}

std::vector<int64_t> largest_sums(const SmallWeights& weights) {
    std::vector<int64_t> sums(weights.rows);
    for (size_t i = 0; i < weights.values.size(); i++)
        sums[i / weights.columns] += kLargestInput * std::abs(weights.values[i]);
    return sums;
}

Tensor pack_table4(std::span<const int8_t> values, int rows, int columns) {
    const size_t stride = static_cast<size_t>(columns + 1) / 2;
    std::vector<uint8_t> bytes(static_cast<size_t>(rows) * stride);
    for (size_t row = 0, i = 0; row < static_cast<size_t>(rows); row++) {
        for (size_t column = 0; column < static_cast<size_t>(columns); column++, i++) {
            uint8_t& byte = bytes[row * stride + column / 2];
            byte = static_cast<uint8_t>(byte | (values[i] + 8) << (column % 2 * 4));
        }
    }
    return Tensor::of(Type::uint8, {rows, static_cast<int64_t>(stride)}, bytes);
}

Tensor pack_scales(std::span<const int> m, std::span<const int> k, const std::string& where) {
    std::vector<uint32_t> scales;
    for (size_t row = 0; row < m.size(); row++) {
        int left = std::max(0, 1 - k[row]);  // the kernels shift to the right by 1 at least
        if (m[row] < 0 || k[row] > 31 || left > 24 || (int64_t{m[row]} << left) >= 1 << 24) {
            throw Error(where, "row " + std::to_string(row) + " has the scale " +
                                   std::to_string(m[row]) + " and shift " + std::to_string(k[row]) +
                                   ", which the kernels cannot hold");
        }
        scales.push_back(QUILLET_SCALE(m[row] << left, std::max(k[row], 1)));
    }
    return Tensor::of(Type::uint32, {static_cast<int64_t>(m.size())}, scales);
}

Tensor pack_f32(const std::vector<double>& values, int64_t rows, int64_t columns) {
    std::vector<float> packed;
    packed.reserve(values.size());
    for (int64_t row = 0; row < rows; row += QUILLET_STRIP_F32) {
        int64_t end = std::min<int64_t>(row + QUILLET_STRIP_F32, rows);
        for (int64_t column = 0; column < columns; column++)
            for (int64_t r = row; r < end; r++)
                packed.push_back(
                    static_cast<float>(values[static_cast<size_t>(r * columns + column)]));
    }
    return Tensor::of(Type::float32, {rows, columns}, packed);
}

}  // namespace quillet
