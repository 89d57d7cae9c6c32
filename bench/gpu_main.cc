// Training on a GPU measured: tokens a second, and the losses of its first windows beside the CPU's.
// SPDX-License-Identifier: MIT
//
// bench_gpu speed CELL HIDDEN VOCABULARY BATCH SEQUENCE SECONDS tf32|float32
// bench_gpu curve TEXT CELL HIDDEN LAYERS WINDOWS tf32|float32      one line of JSON each
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/error.h"
#include "base/file.h"
#include "train/random.h"
#include "train/trainer.h"

namespace {

using namespace quillet;
using namespace quillet::train;

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

Cell cell_called(const char* name) {
    const CellRow* row = find_cell(name);
    if (!row) throw Error(name, "is no cell");
    return row->cell;
}

// `count` random tokens, a line's start once in a hundred.
Tokens random_text(int vocabulary, int64_t count) {
    Random random(1, 1);
    Tokens tokens;
    tokens.starts = {0};
    for (int64_t i = 1; i <= count; i++) {
        const bool ends = random.below(100) == 0 || i == count;
        tokens.values.push_back(
            static_cast<uint8_t>(ends ? 0 : random.below(static_cast<uint64_t>(vocabulary))));
        if (tokens.values.back() == 0) tokens.starts.push_back(i);
    }
    return tokens;
}

int speed(char** argv) {
    Recipe recipe;
    recipe.cell = cell_called(argv[2]);
    recipe.hidden = std::atoi(argv[3]);
    const int vocabulary = std::atoi(argv[4]);
    recipe.batch = std::atoi(argv[5]);
    recipe.sequence = std::atoi(argv[6]);
    recipe.epochs = 1;
    recipe.device = Device::cuda;
    recipe.full_precision = std::strcmp(argv[8], "float32") == 0;
    recipe = completed(recipe, 1 << 20);
    const Layout layout(Shape{recipe.cell, vocabulary, recipe.hidden, 1, 0});
    const std::unique_ptr<Engine> engine =
        make_engine(recipe, layout, initial_parameters(layout, 1));
    constexpr int kWindows = 10;
    const int64_t in_window = int64_t{recipe.batch} * recipe.sequence;
    const Streams text(random_text(vocabulary, kWindows * in_window), 0, recipe.batch,
                       recipe.sequence);
    engine->begin_epoch(text);
    WindowRates rates;
    rates.learning_rate = 1e-3;
    rates.gradient_scale = 1.f / static_cast<float>(in_window);
    double best = 0, begin = 0;
    long windows = 0;
    for (int warm = 0; warm < 3; warm++) engine->train_window(text, 0, rates);
    for (begin = now(); now() - begin < std::atof(argv[7]);) {
        const double stretch = now();
        for (int i = 0; i < kWindows; i++)
            rates.step++, engine->train_window(text, i % text.windows(), rates);
        windows += kWindows;
        best = std::max(best, static_cast<double>(kWindows * in_window) / (now() - stretch));
    }
    const double a_second = static_cast<double>(windows * in_window) / (now() - begin);
    const double H = recipe.hidden, operations = 6 * H * (gates_of(recipe.cell) * H + vocabulary);
    std::printf(
        "{\"hidden\": %d, \"batch\": %d, \"products\": \"%s\", \"tokens_per_s\": %.0f, "
        "\"best_stretch\": %.0f, \"tflops\": %.2f}\n",
        recipe.hidden, recipe.batch, argv[8], a_second, best, a_second * operations / 1e12);
    return 0;
}

Trainer trainer_for(const char* path, char** argv, Device device, bool full_precision) {
    Lines lines = read_lines(read_file(path), path);
    std::vector<RareCharacter> rare;
    Data data;
    data.alphabet = choose_alphabet(lines, Alphabet(), 0, path, rare);
    data.training = encode(lines, data.alphabet);
    data.validation.starts = {0};
    Recipe recipe;
    recipe.cell = cell_called(argv[3]);
    recipe.hidden = std::atoi(argv[4]);
    recipe.layers = std::atoi(argv[5]);
    recipe.epochs = 100;
    recipe.batch = 64;
    recipe.dropout = 0.2f;
    recipe.recurrent_dropout = 0.1f;
    recipe.averaging = 0.998;
    recipe.device = device;
    recipe.full_precision = full_precision;
    recipe = completed(recipe, static_cast<int64_t>(data.training.values.size()));
    return Trainer(recipe, std::move(data), nullptr);
}

int curve(char** argv) {
    const bool full = std::strcmp(argv[7], "float32") == 0;
    Trainer cpu = trainer_for(argv[2], argv, Device::cpu, full),
            gpu = trainer_for(argv[2], argv, Device::cuda, full),
            again = trainer_for(argv[2], argv, Device::cuda, full);
    double worst = 0;
    for (int window = 0; window < std::atoi(argv[6]); window++) {
        for (Trainer* trainer : {&cpu, &gpu, &again}) trainer->step();
        const double one = cpu.progress().training_bpc, other = gpu.progress().training_bpc;
        worst = std::max(worst, std::fabs(one - other) / one);
    }
    std::printf(
        "{\"cell\": \"%s\", \"layers\": %s, \"products\": \"%s\", \"cpu_bpc\": %.5f, \"gpu_bpc\": "
        "%.5f, "
        "\"largest_relative_difference\": %.2e, \"repeats_bit_for_bit\": %s}\n",
        argv[3], argv[5], argv[7], cpu.progress().training_bpc, gpu.progress().training_bpc, worst,
        parameters_of(gpu.latest()) == parameters_of(again.latest()) ? "true" : "false");
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc == 9 && std::strcmp(argv[1], "speed") == 0) return speed(argv);
        if (argc == 8 && std::strcmp(argv[1], "curve") == 0) return curve(argv);
    } catch (const Error& error) {
        return std::fprintf(stderr, "%s: %s\n", error.where().c_str(), error.what()), 1;
    }
    return std::fprintf(stderr, "bench_gpu: expected 'speed' with 7 arguments or 'curve' with 6\n"),
           2;
}
