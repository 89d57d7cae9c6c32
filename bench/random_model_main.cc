// Writes a recurrent model with random weights from a fixed seed, for benchmarks and tests.
// SPDX-License-Identifier: MIT
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "base/error.h"
#include "base/file.h"
#include "cells/recurrent_model.h"

namespace quillet {
namespace {

// Values in -scale .. scale, the same on every machine.
std::vector<float> values(size_t count, double scale, std::mt19937& random) {
    std::vector<float> result(count);
    for (float& value : result)
        value = static_cast<float>(scale * (static_cast<double>(random() >> 8) / 8388608.0 - 1.0));
    return result;
}

Matrix matrix(int rows, int columns, std::mt19937& random) {
    size_t count = static_cast<size_t>(rows) * static_cast<size_t>(columns);
    return {rows, columns, values(count, 1.5 / std::sqrt(columns), random)};
}

// An alphabet of the line end and the characters from U+0020 on.
Alphabet alphabet(int size) {
    std::u32string characters = U"\n";
    for (char32_t c = U' '; static_cast<int>(characters.size()) < size; c++)
        if (c < 0x7F || c > 0xA0) characters += c;
    return Alphabet(characters);
}

RecurrentModel model(Cell cell, int layers, int hidden, int embedding, int vocabulary,
                     unsigned seed) {
    std::mt19937 random(seed);
    RecurrentModel model;
    model.alphabet = alphabet(vocabulary);
    int rows = gates_of(cell) * hidden, inputs = vocabulary;
    if (embedding > 0) model.embedding = matrix(vocabulary, inputs = embedding, random);
    for (int i = 0; i < layers; i++, inputs = hidden) {
        RecurrentLayer layer;
        layer.cell = cell;
        layer.W = matrix(rows, inputs, random);
        layer.R = matrix(rows, hidden, random);
        layer.Wb = values(static_cast<size_t>(rows), 0.1, random);
        layer.Rb = values(static_cast<size_t>(rows), 0.1, random);
        model.layers.push_back(std::move(layer));
    }
    model.output = matrix(vocabulary, hidden, random);
    model.output_bias = values(static_cast<size_t>(vocabulary), 0.1, random);
    return model;
}

int run(int argc, char** argv) {
    if (argc < 6) {
        std::fprintf(stderr,
                     "usage: %s OUT.onnx CELL LAYERS HIDDEN VOCABULARY [EMBEDDING [SEED]]\n",
                     argv[0]);
        return 2;
    }
    auto number = [&](int i, int otherwise) { return i < argc ? std::atoi(argv[i]) : otherwise; };
    const CellRow* cell = find_cell(argv[2]);
    if (!cell) throw Error(argv[2], "is no cell");
    RecurrentModel made = model(cell->cell, number(3, 1), number(4, 64), number(6, 0),
                                number(5, 64), static_cast<unsigned>(number(7, 1)));
    write_file(argv[1], write_onnx(to_graph(made)));
    std::printf("%lld weights\n", static_cast<long long>(made.weight_count()));
    return 0;
}

}  // namespace
}  // namespace quillet

int main(int argc, char** argv) {
    try {
        return quillet::run(argc, argv);
    } catch (const quillet::Error& error) {
        std::fprintf(stderr, "random_model: %s: %s\n", error.where().c_str(), error.what());
        return 2;
    }
}
