// Characters a second of the trainer; what the machine's sgemm reaches on as many threads, and one tile on one.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "base/instructions.h"
#include "train/blas.h"
#include "train/random.h"
#include "train/trainer.h"

namespace {

using namespace quillet;
using namespace quillet::train;

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

// Lines of about 80 random characters of an alphabet of 64.
Data random_lines(int64_t characters) {
    std::u32string alphabet = U"\n";
    for (char32_t c = U' '; alphabet.size() < 64; c++) alphabet += c;
    Random random(1, 1);
    Lines lines;
    std::u32string line;
    while (static_cast<int64_t>(lines.characters.size()) < characters) {
        line.clear();
        for (uint64_t left = 40 + random.below(80); left > 0; left--)
            line += alphabet[1 + random.below(63)];
        lines.add(line + U"\n");
    }
    Data data;
    data.alphabet = Alphabet(alphabet);
    data.training = encode(lines, data.alphabet);
    data.validation.starts = {0};
    return data;
}

// Floating-point operations a second of large products, one a thread.
double sgemm_peak(Workers& workers) {
    constexpr int kSize = 768;
    double best = 0;
    std::vector<std::vector<float>> memory(static_cast<size_t>(3 * workers.count()),
                                           std::vector<float>(kSize * kSize, 0.5f));
    for (int repetition = 0; repetition < 4; repetition++) {
        double begin = now();
        workers.run([&](int worker) {
            auto at = [&](int i) { return memory[static_cast<size_t>(3 * worker + i)].data(); };
            View<const float> a{at(0), kSize, kSize, kSize}, b{at(1), kSize, kSize, kSize};
            multiply<float>(Transposed::neither, 1, a, b, 0, {at(2), kSize, kSize, kSize});
        });
        best = std::max(best, 2.0 * kSize * kSize * kSize * workers.count() / (now() - begin));
    }
    return best;
}

// Floating-point operations a second of tiles whose matrices lie in the nearest cache, on one thread.
double tile_peak(const Kernels<float>& kernels) {
    constexpr int kDepth = 128;
    const int rows = 2 * kernels.tile_rows, width = kernels.panel;
    Aligned<float> panel(static_cast<size_t>(kDepth * width)),
        a(static_cast<size_t>(kDepth * rows)), c(static_cast<size_t>(rows * width));
    Wanted wanted;
    double best = 0;
    for (int repetition = 0; repetition < 50; repetition++) {
        const double begin = now();
        constexpr int kProducts = 2000;
        for (int i = 0; i < kProducts; i++)
            kernels.multiply({panel.data(), kDepth, width, a.data(), kDepth, rows, false, false,
                              c.data(), width, &wanted});
        best = std::max(best, 2.0 * kDepth * rows * width * kProducts / (now() - begin));
    }
    return best;
}

// The products' operations a character, forward and backward: the input product is a look-up.
double operations(const Recipe& recipe, int vocabulary) {
    double hidden = recipe.hidden;
    return 3 * 2 * hidden * (gates_of(recipe.cell) * hidden + vocabulary);
}

}  // namespace

// bench_train CELL HIDDEN BATCH SEQUENCE THREADS SECONDS INSTRUCTIONS: one line of JSON.
int main(int argc, char** argv) {
    if (argc != 8) return std::fprintf(stderr, "bench_train: expected seven arguments\n"), 2;
    Recipe recipe;
    const CellRow* cell = find_cell(argv[1]);
    if (!cell) return std::fprintf(stderr, "bench_train: there is no cell '%s'\n", argv[1]), 2;
    recipe.cell = cell->cell;
    recipe.hidden = std::atoi(argv[2]);
    recipe.batch = std::atoi(argv[3]);
    recipe.sequence = std::atoi(argv[4]);
    recipe.threads = std::atoi(argv[5]);
    recipe.epochs = 1000;
    recipe.instructions = instructions_named(argv[7], "bench_train");
    Data data = random_lines(1 << 20);
    auto characters = static_cast<int64_t>(data.training.values.size());
    recipe = completed(recipe, characters);
    Trainer trainer(recipe, std::move(data), nullptr);
    Workers workers(recipe.threads);
    double peak = sgemm_peak(workers), best = 0;
    for (int i = 0; i < 3; i++) trainer.step();
    double begin = now(), first = trainer.progress().epoch;
    std::clock_t processor = std::clock();
    // Beside the speed of the whole, the best of short stretches: while nobody else had the
    // machine.
    while (now() - begin < std::atof(argv[6])) {
        double stretch = now(), epoch = trainer.progress().epoch;
        for (int i = 0; i < 8; i++) trainer.step();
        double done = (trainer.progress().epoch - epoch) * static_cast<double>(characters);
        best = std::max(best, done / (now() - stretch));
    }
    double all = (trainer.progress().epoch - first) * static_cast<double>(characters);
    double seconds = now() - begin;
    double processor_seconds = static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC;
    peak = std::max(peak, sgemm_peak(workers));
    std::printf(
        "{\"chars_per_s\": %.0f, \"best_stretch\": %.0f, \"sgemm_gflops\": %.1f, "
        "\"used_gflops\": %.1f, \"tile_gflops\": %.1f, \"chars_per_processor_s\": %.0f, "
        "\"instructions\": \"%s\"}\n",
        all / seconds, best, peak * 1e-9, best * operations(recipe, 64) * 1e-9,
        tile_peak(kernels_for<float>(recipe.instructions)) * 1e-9, all / processor_seconds,
        name_of(recipe.instructions).c_str());
}
