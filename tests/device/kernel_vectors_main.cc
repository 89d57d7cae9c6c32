// Writes kernel_vectors.c: packed weights, inputs and the results of the plain loop, for
// kernel_test.c on a device.
// SPDX-License-Identifier: MIT
//
// kernel_vectors_main m0|dsp OUT.c
#include <cstdio>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "compile/pack.h"
#include "runtime/quillet_integer.h"

namespace {

using namespace quillet;

std::mt19937 random_bits(11);

int draw(int low, int high) {
    return low + static_cast<int>(random_bits() % static_cast<unsigned>(high - low + 1));
}

template <class T>
void array(std::ostream& out, const std::string& type, const std::string& name,
           const std::vector<T>& values) {
    out << "static const " << type << " " << name << "[] __attribute__((aligned(4))) = {";
    for (size_t i = 0; i < values.size(); i++)
        out << (i == 0 ? "\n    " : i % 16 ? "," : ",\n    ") << +values[i];
    out << "};\n";
}

// One product: the first four rows the worst for this input, the others random, of realistic spread
// if `plain`.
void product(std::ostream& out, std::ostream& table, WeightKind kind, int rows, int columns,
             Target target, bool plain, TernaryGroup group = TernaryGroup::automatic) {
    static int number = 0;
    const int low = kind == WeightKind::int8 ? -127 : kind == WeightKind::int4 ? -8 : -1;
    const int high = kind == WeightKind::int4 ? 7 : -low;
    std::vector<int8_t> x(columns), values(static_cast<size_t>(rows) * columns);
    for (int8_t& value : x)
        value = static_cast<int8_t>(draw(0, 3) ? draw(-127, 127) : draw(0, 1) ? 127 : -127);
    std::normal_distribution<double> normal(0, kind == WeightKind::ternary ? 0.8 : high / 3.0);
    std::vector<int32_t> expected(rows);
    for (int row = 0; row < rows; row++) {
        for (int i = 0; i < columns; i++) {
            int w = plain ? static_cast<int>(normal(random_bits)) : draw(low, high);
            w = w < low ? low : w > high ? high : w;
            if (!plain && row == 0) w = x[i] > 0 ? high : low;
            if (!plain && row == 1) w = x[i] > 0 ? low : high;
            if (!plain && row == 2) w = low;
            if (!plain && row == 3) w = high;
            values[static_cast<size_t>(row) * columns + i] = static_cast<int8_t>(w);
            expected[row] += w * x[i];
        }
    }
    PackedWeights packed = pack({kind, rows, columns, values}, target, "vectors", group);
    x.resize(packed.columns);
    std::string id = std::to_string(number++);
    if (packed.weights.type == Type::uint32)
        array(out, "uint32_t", "weights" + id, packed.weights.values<uint32_t>());
    if (packed.weights.type == Type::uint8)
        array(out, "uint8_t", "weights" + id, packed.weights.values<uint8_t>());
    if (packed.weights.type == Type::int8)
        array(out, "int8_t", "weights" + id, packed.weights.values<int8_t>());
    array(out, "int8_t", "x" + id, x);
    array(out, "int32_t", "expected" + id, expected);
    table << "    {\"" << packed.product << "\", " << rows << ", " << packed.rows << ", "
          << packed.columns << ", " << columns << ", weights" << id << ", x" << id << ", expected"
          << id << "},\n";
}

std::vector<int32_t> draws(int count, int low, int high) {
    std::vector<int32_t> values(count);
    for (int32_t& value : values) value = draw(low, high);
    return values;
}

std::vector<uint32_t> scales(int rows) {
    std::vector<uint32_t> values;
    for (int i = 0; i < rows; i++) values.push_back(QUILLET_SCALE(draw(64, 127), draw(10, 13)));
    return values;
}

// A cell's inputs, and its new states by the host's portable form, which integer_test.cc holds to
// the formulas.
void cells(std::ostream& out) {
    const int hidden = 160;
    auto acc = draws(4 * hidden, -400000, 400000), g = draws(4 * hidden, -9000, 9000),
         bias = draws(hidden, -2000, 2000);
    auto c = draws(hidden, -65535, 65535);
    auto scale = scales(4 * hidden);
    std::vector<int16_t> h(hidden);
    for (int16_t& value : h) value = static_cast<int16_t>(draw(-32512, 32512));
    array(out, "int32_t", "cell_acc", acc);
    array(out, "int32_t", "cell_g", g);
    array(out, "int32_t", "cell_bias", bias);
    array(out, "uint32_t", "cell_scales", scale);
    array(out, "int16_t", "cell_h", h);
    array(out, "int32_t", "cell_c", c);
    auto gru = h, lstm = h;
    quillet_gru_gates(gru.data(), acc.data(), scale.data(), g.data(), bias.data(), hidden, 0,
                      hidden);
    quillet_lstm_gates(lstm.data(), c.data(), acc.data(), scale.data(), g.data(), hidden, 0,
                       hidden);
    auto rnn = h, rnn_relu = h;
    quillet_rnn_gates(rnn.data(), acc.data(), scale.data(), g.data(), hidden, 0, hidden);
    quillet_rnn_relu_gates(rnn_relu.data(), acc.data(), scale.data(), g.data(), hidden, 0, hidden);
    array(out, "int16_t", "rnn_h", rnn);
    array(out, "int16_t", "rnn_relu_h", rnn_relu);
    array(out, "int16_t", "gru_h", gru);
    array(out, "int16_t", "lstm_h", lstm);
    array(out, "int32_t", "lstm_c", c);
    std::vector<int32_t> scaled(hidden), row(hidden);
    quillet_scale_rows(scaled.data(), acc.data(), scale.data(), bias.data(), hidden);
    array(out, "int32_t", "scaled_rows", scaled);
    std::vector<int8_t> table(3 * hidden), x(hidden);
    for (int8_t& value : table) value = static_cast<int8_t>(draw(-127, 127));
    std::vector<uint32_t> table_scale{QUILLET_SCALE(2, 1), QUILLET_SCALE(16, 1),
                                      QUILLET_SCALE(100, 7)};
    array(out, "int8_t", "row_table", table);
    array(out, "uint32_t", "row_scales", table_scale);
    quillet_table_row(row.data(), table.data(), table_scale.data(), bias.data(), 2, hidden);
    array(out, "int32_t", "row_of_two", row);
    quillet_narrow(x.data(), h.data(), hidden);
    array(out, "int8_t", "narrow_x", x);
}

}  // namespace

int main(int argc, char** argv) {
    std::string target = argc == 3 ? argv[1] : "";
    if (target != "m0" && target != "dsp") {
        std::fprintf(stderr, "usage: kernel_vectors_main m0|dsp OUT.c\n");
        return 2;
    }
    Target chosen = target == "m0" ? Target::rp2040 : Target::cortex_m33;
    std::ostringstream out, table;
    for (WeightKind kind : {WeightKind::int8, WeightKind::int4, WeightKind::ternary}) {
        for (auto [rows, columns] : {std::pair{5, 3}, {13, 33}, {24, 150}, {8, 72}, {16, 512}})
            product(out, table, kind, rows, columns, chosen, false);
        product(out, table, kind, 240, 320, chosen, true);
    }
    for (auto [rows, columns] : {std::pair{5, 3}, {13, 33}, {24, 150}, {16, 512}})
        product(out, table, WeightKind::ternary, rows, columns, chosen, false, TernaryGroup::six);
    product(out, table, WeightKind::ternary, 240, 320, chosen, true, TernaryGroup::six);
    cells(out);
    std::ofstream file(argv[2]);
    file << "// Vectors of the kernels, written by kernel_vectors_main; part of kernel_test.c.\n"
         << out.str() << "static const struct product products[] = {\n"
         << table.str() << "};\n";
    return file.good() ? 0 : 1;
}
