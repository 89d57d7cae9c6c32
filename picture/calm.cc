// Finds the calm part of a photograph, on a grid of blocks of eight by eight pixels.
// SPDX-License-Identifier: MIT
#include "picture/calm.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace quillet {
namespace {

constexpr int kBlock = 8;
// Shares of the picture's shorter side.
constexpr double kMargin = 0.07, kLeastSize = 0.034, kMostSize = 0.115, kMostCardSize = 0.085;
// Detail and unevenness beneath the text against the logarithm of its size.
constexpr double kDetailWeight = 5.0, kUnevenWeight = 1.6, kMiddleWeight = 0.25;

// Sums over all blocks above and left of a corner: sums of any rectangle in four look-ups.
class Sums {
  public:
    Sums(int columns, int rows)
        : columns_(columns + 1), sums_(size_t(columns + 1) * size_t(rows + 1)) {}
    void fill(const std::vector<double>& values, int columns, int rows) {
        for (int y = 0; y < rows; y++)
            for (int x = 0; x < columns; x++)
                at(x + 1, y + 1) =
                    values[size_t(y * columns + x)] + at(x, y + 1) + at(x + 1, y) - at(x, y);
    }
    double mean(int x, int y, int width, int height) const {
        double sum = at(x + width, y + height) - at(x, y + height) - at(x + width, y) + at(x, y);
        return sum / (double(width) * height);
    }

  private:
    double& at(int x, int y) { return sums_[size_t(y * columns_ + x)]; }
    double at(int x, int y) const { return sums_[size_t(y * columns_ + x)]; }
    int columns_;
    std::vector<double> sums_;
};

struct Ground {
    int columns, rows;
    Sums detail, light, light_squared;
};

// Each block's mean lightness (luma, 0 to 1) and its detail: the spread of its pixels and the step
// to its neighbors.
Ground ground_of(const Photograph& photograph) {
    int columns = photograph.width / kBlock, rows = photograph.height / kBlock;
    size_t count = size_t(columns) * size_t(rows);
    std::vector<double> light(count), squared(count), detail(count);
    for (int y = 0; y < rows; y++) {
        for (int x = 0; x < columns; x++) {
            int sum = 0, squares = 0;
            for (int v = 0; v < kBlock; v++) {
                const uint8_t* pixel = photograph.pixel(x * kBlock, y * kBlock + v);
                for (int u = 0; u < kBlock; u++, pixel += 3) {
                    int luma = (54 * pixel[0] + 183 * pixel[1] + 19 * pixel[2]) >> 8;
                    sum += luma;
                    squares += luma * luma;
                }
            }
            double mean = sum / double(kBlock * kBlock);
            size_t at = size_t(y * columns + x);
            light[at] = mean / 255;
            squared[at] = light[at] * light[at];
            detail[at] =
                std::sqrt(std::max(0.0, squares / double(kBlock * kBlock) - mean * mean)) / 255;
        }
    }
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < columns; x++) {
            size_t at = size_t(y * columns + x);
            if (x + 1 < columns) detail[at] += 0.5 * std::abs(light[at + 1] - light[at]);
            if (y + 1 < rows) detail[at] += 0.5 * std::abs(light[at + size_t(columns)] - light[at]);
        }
    Ground ground{columns, rows, {columns, rows}, {columns, rows}, {columns, rows}};
    ground.detail.fill(detail, columns, rows);
    ground.light.fill(light, columns, rows);
    ground.light_squared.fill(squared, columns, rows);
    return ground;
}

// Tries every place for `text`; a better one than `best` replaces it.
void try_places(const Photograph& photograph, const Ground& ground, const SetText& text,
                double around, Place& best, double& best_score) {
    // What lies beneath can only take away from this.
    double highest = std::log(text.size) - text.cost;
    if (!best.text.lines.empty() && highest <= best_score) return;
    double shorter = std::min(photograph.width, photograph.height);
    int pad = std::max(1, int(text.size * 0.35 / kBlock));
    int width = std::min(ground.columns, int(std::ceil(text.width / kBlock)) + 2 * pad);
    int height = std::min(ground.rows, int(std::ceil(text.height / kBlock)) + 2 * pad);
    int edge = std::max(0, int((kMargin * shorter + around * text.size) / kBlock) - pad);
    for (int y = edge; y + height + edge <= ground.rows; y++) {
        for (int x = edge; x + width + edge <= ground.columns; x++) {
            double detail = ground.detail.mean(x, y, width, height);
            double light = ground.light.mean(x, y, width, height);
            double uneven = std::sqrt(
                std::max(0.0, ground.light_squared.mean(x, y, width, height) - light * light));
            double off_x = std::abs(x + width / 2.0 - ground.columns / 2.0) / ground.columns;
            double score = highest - kDetailWeight * detail - kUnevenWeight * uneven -
                           kMiddleWeight * off_x * off_x;
            if (!best.text.lines.empty() && score <= best_score) continue;
            best_score = score;
            best.text = text;
            best.x = (x + width / 2.0) * kBlock - text.width / 2;
            best.y = (y + height / 2.0) * kBlock - text.height / 2;
            best.lightness = light;
        }
    }
}

}  // namespace

Place calmest_place(const Photograph& photograph, const Setter& setter, double around) {
    Ground ground = ground_of(photograph);
    double shorter = std::min(photograph.width, photograph.height),
           most = (around > 0 ? kMostCardSize : kMostSize) * shorter;
    double margin = kMargin * shorter + around * most;
    Place best;
    double best_score = 0;
    for (double wide : {1.0, 0.76, 0.62, 0.5, 0.4, 0.3}) {
        for (double tall : {1.0, 0.7, 0.52, 0.38, 0.26, 0.16}) {
            SetText text =
                setter.fit((photograph.width - 2 * margin) * wide,
                           (photograph.height - 2 * margin) * tall, kLeastSize * shorter, most);
            if (!text.lines.empty()) try_places(photograph, ground, text, around, best, best_score);
        }
    }
    if (best.text.lines.empty())
        throw Error("--text",
                    "does not fit the photograph at a legible size; expected a shorter "
                    "text or a larger photograph");
    double middle = best.x + best.text.width / 2;
    bool centered = std::abs(middle - photograph.width / 2.0) < 0.08 * photograph.width;
    best.alignment = centered ? Alignment::center : Alignment::left;
    if (centered) best.x = (photograph.width - best.text.width) / 2;
    return best;
}

}  // namespace quillet
