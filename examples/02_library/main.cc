// Trains a model on a text, quantizes it, writes lines with it, and C sources for a microcontroller.
// SPDX-License-Identifier: MIT
#include <quillet/compile.h>
#include <quillet/quantize.h>
#include <quillet/train.h>

#include <cstdio>

int main(int argc, char** argv) {
    if (argc != 3) return std::fprintf(stderr, "usage: two_models TEXT FOLDER\n"), 2;
    const std::string text = argv[1], folder = argv[2];
    try {
        quillet::TrainingConfig config;
        config.hidden = 32;
        config.epochs = 4;
        config.threads = 1;
        const quillet::TrainingResult trained = quillet::train_model(text, config);
        const quillet::QuantizeResult small = quillet::quantize(trained.model, {4, text});
        std::printf("%.0f epochs; %.2f bits a character as float, %.2f as int4\n", trained.epochs,
                    small.float_bits, small.integer_bits);
        for (const std::string& line : small.model.generate({.seed = 7, .count = 3, .best_of = 4}))
            std::printf("%s\n", line.c_str());
        small.model.save(folder + "/small.onnx");
        quillet::compile(small.model, {.target = "rp2040", .name = "small"}).write(folder + "/c");
    } catch (const quillet::Error& error) {
        return std::fprintf(stderr, "%s: %s\n", error.where().c_str(), error.what()), 1;
    }
    return 0;
}
