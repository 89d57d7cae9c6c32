// Writes the weights of the benchmark's GRU (hidden 320, alphabet 64, 395k weights), packed for a
// Cortex-M0+, as C.
// SPDX-License-Identifier: MIT
//
// rp2040_weights float|int8|int4|ternary SRAM_ROWS OUT.c: the first SRAM_ROWS rows of the recurrent
// matrix go to SRAM, the others to flash. Random weights of a trained model's spread, from a fixed
// seed.
#include <cstdio>
#include <fstream>
#include <random>
#include <sstream>
#include <string>

#include "compile/pack.h"
#include "integer/row_quantization.h"
#include "runtime/quillet_integer.h"
#include "runtime/quillet_kernels_f32.h"

namespace {

using namespace quillet;

constexpr int kHidden = 320;
constexpr int kAlphabet = 64;
constexpr int kRows = 3 * kHidden;
constexpr double kTableSpread = 0.8, kRecurrentSpread = 0.16, kOutputSpread = 0.3;

Matrix random_matrix(int rows, int columns, double spread, unsigned seed) {
    std::mt19937 bits(seed);
    auto uniform = [&] { return (bits() + 0.5) / 4294967296.0; };
    Matrix matrix{rows, columns, {}};
    for (int i = 0; i < rows * columns; i++) {
        double sum = 0;
        for (int k = 0; k < 12; k++) sum += uniform();
        matrix.values.push_back(static_cast<float>((sum - 6) * spread));
    }
    return matrix;
}

class Writer {
  public:
    explicit Writer(std::ostream& out) : out_(out) {}

    // `place` is FLASH or SRAM, which rp2040_step.c defines.
    template <class T>
    void array(const char* place, const char* type, const std::string& name, const T* values,
               size_t count) {
        out_ << place << " static const " << type << " " << name << "[" << (count ? count : 1)
             << "] = {";
        for (size_t i = 0; i < count; i++) out_ << (i % 16 ? "," : i ? ",\n" : "\n") << +values[i];
        out_ << (count ? "};\n" : "0};\n");
    }

    template <class T>
    void array(const char* place, const char* type, const std::string& name,
               const std::vector<T>& values) {
        array(place, type, name, values.data(), values.size());
    }

    void number(const char* name, int64_t value) {
        out_ << "enum { " << name << " = " << value << " };\n";
    }

  private:
    std::ostream& out_;
};

// k is e + 7 - 10 for a product with h8, e - 10 for a table.
std::vector<uint32_t> scales_of(const QuantizedMatrix& matrix, int less) {
    std::vector<int> m, k;
    for (RowScale scale : matrix.scales) {
        m.push_back(scale.m);
        k.push_back(scale.e - less);
    }
    return pack_scales(m, k, "scales").values<uint32_t>();
}

PackedWeights pack_matrix(const QuantizedMatrix& matrix, WeightKind kind) {
    return pack({kind, matrix.rows, matrix.columns, matrix.values}, Target::rp2040, "weights");
}

int strip_rows(const PackedWeights& packed) {
    return packed.rows / static_cast<int>(packed.weights.shape[0]);
}

void write_words(Writer& writer, const PackedWeights& packed, const std::string& name,
                 int sram_rows) {
    std::string bytes = packed.weights.bytes;
    size_t split = static_cast<size_t>(sram_rows / strip_rows(packed) * packed.weights.shape[1]) *
                   size_of(packed.weights.type);
    auto words = reinterpret_cast<const uint32_t*>(bytes.data());
    writer.array("SRAM", "uint32_t", name + "_sram", words, split / 4);
    writer.array("FLASH", "uint32_t", name + "_flash", words + split / 4,
                 (bytes.size() - split) / 4);
}

void write_integer(Writer& writer, WeightKind kind, int bits, int sram_rows) {
    QuantizedMatrix recurrent =
        quantize_rows(random_matrix(kRows, kHidden, kRecurrentSpread, 1), bits, kProductFactor);
    QuantizedMatrix output =
        quantize_rows(random_matrix(kAlphabet, kHidden, kOutputSpread, 2), 8, kProductFactor);
    QuantizedMatrix table = quantize_rows(random_matrix(kAlphabet, kRows, kTableSpread, 3), 8, 1.0);
    PackedWeights packed = pack_matrix(recurrent, kind);
    writer.number("INPUT_COUNT", packed.input_count * size_of(packed.input_type));
    writer.number("COLUMNS", packed.columns);
    writer.number("BY_SIXES", packed.product == "quillet_product_ternary6");
    writer.number("SRAM_ROWS", sram_rows);
    writer.number("STRIP_ROWS", strip_rows(packed));
    writer.number("STRIP_WORDS", packed.weights.shape[1] * size_of(packed.weights.type) / 4);
    write_words(writer, packed, "recurrent", sram_rows);
    write_words(writer, pack_matrix(output, WeightKind::int8), "output", kAlphabet);
    writer.array("SRAM", "uint32_t", "recurrent_scales", scales_of(recurrent, 3));
    writer.array("SRAM", "uint32_t", "output_scales", scales_of(output, 3));
    writer.array("FLASH", "int8_t", "table", table.values);
    writer.array("FLASH", "uint32_t", "table_scales", scales_of(table, 10));
    std::vector<int32_t> bias(kRows);
    for (int i = 0; i < kRows; i++) bias[i] = i * 37 % 257 - 128;
    writer.array("SRAM", "int32_t", "bias", bias);
}

// Strips of QUILLET_STRIP_F32 rows, as kernels_f32.h says.
std::vector<float> strips_of(const Matrix& matrix) {
    std::vector<float> strips;
    for (int first = 0; first < matrix.rows; first += QUILLET_STRIP_F32) {
        int width = std::min(QUILLET_STRIP_F32, matrix.rows - first);
        for (int column = 0; column < matrix.columns; column++) {
            for (int row = first; row < first + width; row++)
                strips.push_back(matrix.values[static_cast<size_t>(row) * matrix.columns + column]);
        }
    }
    return strips;
}

void write_float(Writer& writer) {
    writer.array("FLASH", "float", "recurrent",
                 strips_of(random_matrix(kRows, kHidden, kRecurrentSpread, 1)));
    writer.array("FLASH", "float", "output",
                 strips_of(random_matrix(kAlphabet, kHidden, kOutputSpread, 2)));
    writer.array("FLASH", "float", "table",
                 random_matrix(kAlphabet, kRows, kTableSpread, 3).values);
}

}  // namespace

int main(int argc, char** argv) {
    std::string kind = argc == 4 ? argv[1] : "";
    std::ostringstream text;
    text.precision(9);
    Writer writer(text);
    if (kind == "float") {
        write_float(writer);
    } else if (kind == "int8") {
        write_integer(writer, WeightKind::int8, 8, std::stoi(argv[2]));
    } else if (kind == "int4") {
        write_integer(writer, WeightKind::int4, 4, std::stoi(argv[2]));
    } else if (kind == "ternary") {
        write_integer(writer, WeightKind::ternary, 2, std::stoi(argv[2]));
    } else {
        std::fprintf(stderr, "usage: rp2040_weights float|int8|int4|ternary SRAM_ROWS OUT.c\n");
        return 2;
    }
    std::ofstream file(argv[3]);
    file << "// Written by rp2040_weights " << kind << ": part of rp2040_step.c.\n" << text.str();
    return file.good() ? 0 : 1;
}
