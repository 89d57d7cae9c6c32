// Float models to integer models, rows rounded by integer/row_quantization.h and every intermediate
// proven to fit 32 bits; and back.
// SPDX-License-Identifier: MIT
#include "integer/quantize.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/error.h"
#include "integer/bounded_states.h"
#include "integer/row_quantization.h"

namespace quillet {

namespace {

constexpr int kQ10 = 10;
constexpr int kH8Bits = 7;  // h8's unit is 1/127, of which kProductFactor makes 2^-7

// What a gate may multiply before a rounding shift by 14, so that it fits 32 bits.
constexpr int64_t kLargestGated = (INT32_MAX - (1 << 13)) / kGateLimit;
// No row is multiplied by less than this: it would no longer be the row that was trained.
constexpr double kSmallestScale = 0.25;

// Rows scaled by m * 2^-e as rows whose asr(acc * m, k) is in Q10, k = e + unit - 10; where that is
// negative, m takes the shift.
IntegerMatrix with_shifts(QuantizedMatrix&& matrix, int unit) {
    IntegerMatrix result{matrix.rows, matrix.columns, std::move(matrix.values), {}, {}};
    for (const RowScale& scale : matrix.scales) {
        const int k = scale.e + unit - kQ10;
        result.m.push_back(k < 0 ? scale.m << -k : scale.m);
        result.k.push_back(k < 0 ? 0 : k);
    }
    return result;
}

IntegerMatrix integer_product(const Matrix& matrix, int bits) {
    return with_shifts(quantize_rows(matrix, bits, kProductFactor), kH8Bits);
}

// Row `row` of the matrix times `scale` as the row of `result`.
void quantize_row_again(const Matrix& matrix, int row, double scale, int bits,
                        IntegerMatrix& result) {
    Matrix scaled{1, matrix.columns, {}};
    const int64_t first = int64_t{row} * matrix.columns;
    for (int i = 0; i < matrix.columns; i++)
        scaled.values.push_back(
            static_cast<float>(matrix.values[static_cast<size_t>(first + i)] * scale));
    const IntegerMatrix one = integer_product(scaled, bits);
    std::copy(one.q.begin(), one.q.end(), result.q.begin() + first);
    result.m[static_cast<size_t>(row)] = one.m[0];
    result.k[static_cast<size_t>(row)] = one.k[0];
}

// Scales a row of `result` down until a gate's product with it and its bias fits 32 bits. Returns the
// scale: 1 where it fits as it is, or where no scale of kSmallestScale or more makes it fit.
double scale_to_fit(const Matrix& matrix, int row, int32_t bias, int bits, IntegerMatrix& result) {
    const int64_t room = kLargestGated - std::abs(int64_t{bias});
    for (double scale = 1;;) {
        const int k = result.k[static_cast<size_t>(row)];
        const int64_t product = (largest_sum(result, row) * result.m[static_cast<size_t>(row)] +
                                 ((int64_t{1} << k) >> 1)) >>
                                k;
        if (product <= room) return scale;
        // Rounding changes the sum a little, so a little less than what would just fit.
        scale *= 0.998 * static_cast<double>(room) / static_cast<double>(product);
        const bool fits = scale >= kSmallestScale;
        quantize_row_again(matrix, row, fits ? scale : 1, bits, result);
        if (!fits) return 1;
    }
}

// (V, G*H): what W makes of each token, summed in double.
Matrix table_of(const RecurrentModel& model, const Matrix& W) {
    const size_t rows = static_cast<size_t>(W.rows), inner = static_cast<size_t>(W.columns);
    Matrix table{model.alphabet.size(), W.rows, {}};
    for (size_t token = 0; token < static_cast<size_t>(table.rows); token++) {
        for (size_t row = 0; row < rows; row++) {
            if (model.embedding.values.empty()) {
                table.values.push_back(W.values[row * inner + token]);
                continue;
            }
            double sum = 0;
            for (size_t i = 0; i < inner; i++) {
                sum +=
                    double{W.values[row * inner + i]} * model.embedding.values[token * inner + i];
            }
            table.values.push_back(static_cast<float>(sum));
        }
    }
    return table;
}

int32_t fixed(double value) {
    return static_cast<int32_t>(std::floor(std::ldexp(value, kQ10) + 0.5));
}

IntegerMatrix integer_table(const RecurrentModel& model, const Matrix& W, const Widths& widths) {
    return with_shifts(quantize_rows(table_of(model, W), widths.table, 1), 0);
}

std::vector<IntegerSkip> integer_skips(const RecurrentModel& model, const std::vector<Skip>& skips,
                                       int bits, const Widths& widths) {
    std::vector<IntegerSkip> result;
    for (const Skip& skip : skips)
        result.push_back({skip.from, skip.from == kToken ? integer_table(model, skip.W, widths)
                                                         : integer_product(skip.W, bits)});
    return result;
}

IntegerLayer integer_layer(const RecurrentModel& model, size_t index, const Widths& widths,
                           std::vector<ScaledRow>& scaled) {
    const RecurrentLayer& layer = model.layers[index];
    const int bits = widths.recurrent;
    IntegerLayer result;
    result.cell = layer.cell;
    if (index > 0) result.input = integer_product(layer.W, bits);
    if (layer.keeps_state()) result.recurrent = integer_product(layer.R, bits);
    result.skips = integer_skips(model, layer.skips, bits, widths);
    // What stays apart: CellRow::joined_biases.
    const size_t joined = static_cast<size_t>(row_of(layer.cell).joined_biases * layer.hidden());
    for (size_t i = 0; i < layer.Wb.size(); i++) {
        result.b.push_back(fixed(i < joined ? double{layer.Wb[i]} + layer.Rb[i] : layer.Wb[i]));
        if (i < joined) continue;
        result.b_hn.push_back(fixed(layer.Rb[i]));
        const int row = static_cast<int>(i);
        const double scale = scale_to_fit(layer.R, row, result.b_hn.back(), bits, result.recurrent);
        if (scale < 1) scaled.push_back({static_cast<int>(index), row, scale});
    }
    return result;
}

// What no row can be made of: not a number, or beyond what Q10 holds.
void check_values(const std::vector<float>& values, const std::string& name,
                  const std::string& where) {
    for (float value : values) {
        if (!(std::fabs(value) < 1e5f)) {
            throw Error(where, name + " holds " + std::to_string(value) +
                                   "; a trained model's weights are far below 1e5");
        }
    }
}

void check_values(const RecurrentModel& model, const std::string& where) {
    check_values(model.embedding.values, "the embedding", where);
    for (size_t i = 0; i < model.layers.size(); i++) {
        const RecurrentLayer& layer = model.layers[i];
        const std::string name = "layer " + std::to_string(i) + ": ";
        check_values(layer.W.values, name + "W", where);
        check_values(layer.R.values, name + "R", where);
        check_values(layer.Wb, name + "Wb", where);
        check_values(layer.Rb, name + "Rb", where);
        for (const Skip& skip : layer.skips) check_values(skip.W.values, name + "a skip", where);
    }
    for (const Skip& skip : model.output_skips)
        check_values(skip.W.values, "the output's skip", where);
    check_values(model.output.values, "the output", where);
    check_values(model.output_bias, "the output bias", where);
}

// What a matrix's integers stand for, times `unit`.
Matrix real(const IntegerMatrix& matrix, double unit) {
    Matrix result{matrix.rows, matrix.columns, {}};
    for (size_t i = 0; i < matrix.q.size(); i++) {
        const size_t row = i / static_cast<size_t>(matrix.columns);
        const double scale = std::ldexp(unit * matrix.m[row], -kQ10 - matrix.k[row]);
        result.values.push_back(static_cast<float>(matrix.q[i] * scale));
    }
    return result;
}

// On h, of which the integers' h8 is the 127-fold.
Matrix real_product(const IntegerMatrix& matrix) {
    return real(matrix, 127);
}

// (V, G*H) as the W of one-hot vectors, (G*H, V).
Matrix real_table(const IntegerMatrix& table) {
    const Matrix rows = real(table, 1);
    Matrix W{rows.columns, rows.rows, {}};
    for (int row = 0; row < W.rows; row++)
        for (int token = 0; token < W.columns; token++)
            W.values.push_back(
                rows.values[static_cast<size_t>(token) * static_cast<size_t>(rows.columns) +
                            static_cast<size_t>(row)]);
    return W;
}

std::vector<float> real_biases(const std::vector<int32_t>& biases) {
    std::vector<float> result;
    for (int32_t bias : biases) result.push_back(std::ldexp(static_cast<float>(bias), -kQ10));
    return result;
}

std::vector<Skip> real_skips(const std::vector<IntegerSkip>& skips) {
    std::vector<Skip> result;
    for (const IntegerSkip& skip : skips)
        result.push_back(
            {skip.from, skip.from == kToken ? real_table(skip.matrix) : real_product(skip.matrix)});
    return result;
}

}  // namespace

RecurrentModel dequantize(const IntegerModel& model) {
    RecurrentModel result;
    result.alphabet = model.alphabet;
    for (size_t i = 0; i < model.layers.size(); i++) {
        const IntegerLayer& layer = model.layers[i];
        RecurrentLayer floats;
        floats.cell = layer.cell;
        floats.W = i == 0 ? real_table(model.table) : real_product(layer.input);
        if (layer.keeps_state()) floats.R = real_product(layer.recurrent);
        floats.Wb = real_biases(layer.b);
        // Of the joined biases Wb has the sum.
        floats.Rb.assign(layer.b.size() - layer.b_hn.size(), 0);
        const std::vector<float> apart = real_biases(layer.b_hn);
        floats.Rb.insert(floats.Rb.end(), apart.begin(), apart.end());
        floats.skips = real_skips(layer.skips);
        result.layers.push_back(std::move(floats));
    }
    result.output = real_product(model.output);
    result.output_skips = real_skips(model.output_skips);
    result.output_bias = real_biases(model.output_bias);
    result.metadata = model.metadata;
    return result;
}

Quantized quantize(const RecurrentModel& given, const Widths& widths, const std::string& where) {
    check_values(given, where);
    const RecurrentModel model = with_states_of_one(given, where);
    check_values(model, where);
    IntegerModel result;
    result.alphabet = model.alphabet;
    result.bits = widths.recurrent;
    result.table_bits = widths.table;
    result.output_bits = widths.output;
    result.table = integer_table(model, model.layers[0].W, widths);
    std::vector<ScaledRow> scaled;
    for (size_t i = 0; i < model.layers.size(); i++)
        result.layers.push_back(integer_layer(model, i, widths, scaled));
    result.output = integer_product(model.output, widths.output);
    result.output_skips = integer_skips(model, model.output_skips, widths.output, widths);
    for (float bias : model.output_bias) result.output_bias.push_back(fixed(bias));
    result.metadata = model.metadata;
    erase_made(result.metadata);
    check_sizes(result, where);
    const Bound tightest = prove_bounds(result, where);
    return {std::move(result), tightest, std::move(scaled)};
}

}  // namespace quillet
