// What the engines share.
// SPDX-License-Identifier: MIT
#include "train/engine.h"

#include <algorithm>

#include "base/error.h"
#include "train/cpu_engine.h"
#include "train/gpu_engine.h"

namespace quillet::train {

namespace {

// Part `i` of `parts` of `whole`.
StreamRange part_of(const StreamRange& whole, int i, int parts) {
    const auto until = [&](int64_t part) { return static_cast<int>(whole.count * part / parts); };
    return {whole.first + until(i), until(i + 1) - until(i)};
}

}  // namespace

StreamRange range_of(const Recipe& recipe, int rank) {
    return part_of({0, recipe.batch}, rank, recipe.ranks);
}

std::vector<StreamRange> parts_of(const Recipe& recipe) {
    const int parts = recipe.device == Device::cpu ? recipe.threads : 1;
    std::vector<StreamRange> all;
    for (int rank = 0; rank < recipe.ranks; rank++)
        for (int i = 0; i < parts; i++) all.push_back(part_of(range_of(recipe, rank), i, parts));
    return all;
}

std::vector<float> regrouped(const std::vector<float>& states, const Layout& layout,
                             const std::vector<StreamRange>& from,
                             const std::vector<StreamRange>& to) {
    if (from == to) return states;
    const auto H = static_cast<size_t>(layout.shape.hidden),
               rows = static_cast<size_t>(layout.shape.layers) *
                      row_of(layout.shape.cell).states.size();
    // Each part is (rows, its streams, H).
    std::vector<float> by_stream(states.size()), result(states.size());
    auto walk = [&](const std::vector<StreamRange>& parts, auto move) {
        size_t at = 0;
        for (const StreamRange& part : parts)
            for (size_t row = 0; row < rows; row++)
                for (int s = part.first; s < part.first + part.count; s++, at += H)
                    move(at, (static_cast<size_t>(s) * rows + row) * H);
    };
    auto copy = [&](const std::vector<float>& source, size_t begin, std::vector<float>& target,
                    size_t place) {
        std::copy_n(source.begin() + static_cast<int64_t>(begin), H,
                    target.begin() + static_cast<int64_t>(place));
    };
    walk(from, [&](size_t at, size_t stream) { copy(states, at, by_stream, stream); });
    walk(to, [&](size_t at, size_t stream) { copy(by_stream, stream, result, at); });
    return result;
}

std::unique_ptr<Engine> make_engine(const Recipe& recipe, const Layout& layout,
                                    std::vector<float> parameters, int rank) {
    const StreamRange range = range_of(recipe, rank);
    if (recipe.device == Device::cuda)
        return std::make_unique<GpuEngine>(recipe, layout, std::move(parameters), range);
    return std::make_unique<CpuEngine>(recipe, layout, std::move(parameters), range);
}

AdamOptions adam_options(const Recipe& recipe) {
    AdamOptions options;
    options.weight_decay = recipe.weight_decay;
    options.clip = recipe.clip;
    return options;
}

float average_share(const Recipe& recipe, int64_t step) {
    const auto steps = static_cast<double>(step);
    return static_cast<float>(1 - std::min(recipe.averaging, steps / (steps + 10)));
}

void throw_diverged() {
    throw Diverged("training", "diverged: the gradient is no number; give a lower --learning-rate");
}

}  // namespace quillet::train
