// Veils and cards: a soft shape of a strength found by halving, over a blurred ground.
// SPDX-License-Identifier: MIT
#include "picture/overlay.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace quillet {
namespace {

constexpr int kCell = 4;  // pixels a side of a cell of the coarse grids
constexpr Rgb kPaper = {250, 246, 238}, kNight = {28, 26, 24};

// One value a cell of kCell x kCell pixels, read between cells linearly.
struct Grid {
    int columns, rows;
    std::vector<float> values;

    Grid(int width, int height)
        : columns((width + kCell - 1) / kCell),
          rows((height + kCell - 1) / kCell),
          values(size_t(columns) * size_t(rows)) {}

    float& at(int x, int y) { return values[size_t(y * columns + x)]; }
    float at(int x, int y) const { return values[size_t(y * columns + x)]; }

    float between(int x, int y) const {
        float u = std::max(0.0f, (float(x) + 0.5f) / kCell - 0.5f);
        float v = std::max(0.0f, (float(y) + 0.5f) / kCell - 0.5f);
        int left = std::min(int(u), columns - 1), top = std::min(int(v), rows - 1);
        int right = std::min(left + 1, columns - 1), bottom = std::min(top + 1, rows - 1);
        float a = u - float(left), b = v - float(top);
        return (at(left, top) * (1 - a) + at(right, top) * a) * (1 - b) +
               (at(left, bottom) * (1 - a) + at(right, bottom) * a) * b;
    }

    // Three box means, near a Gaussian of deviation `radius` cells.
    void blur(int radius) {
        if (radius < 1) return;
        for (int pass = 0; pass < 3; pass++) {
            for (int y = 0; y < rows; y++) blur_line(&at(0, y), columns, 1, radius);
            for (int x = 0; x < columns; x++) blur_line(&at(x, 0), rows, columns, radius);
        }
    }

  private:
    static void blur_line(float* line, int count, int stride, int radius) {
        std::vector<float> copy(size_t(count) + 0);
        for (int i = 0; i < count; i++) copy[size_t(i)] = line[i * stride];
        auto clamped = [&](int i) { return copy[size_t(std::clamp(i, 0, count - 1))]; };
        double sum = 0;
        for (int i = -radius; i <= radius; i++) sum += clamped(i);
        for (int i = 0; i < count; i++) {
            line[i * stride] = float(sum / (2 * radius + 1));
            sum += clamped(i + radius + 1) - clamped(i - radius);
        }
    }
};

// The photograph out of focus: a grid for each channel.
std::vector<Grid> blurred(const Photograph& photograph, int radius) {
    std::vector<Grid> channels(3, Grid(photograph.width, photograph.height));
    for (int y = 0; y < channels[0].rows; y++)
        for (int x = 0; x < channels[0].columns; x++) {
            int count = 0, sums[3] = {0, 0, 0};
            for (int v = y * kCell; v < std::min((y + 1) * kCell, photograph.height); v++)
                for (int u = x * kCell; u < std::min((x + 1) * kCell, photograph.width); u++) {
                    const uint8_t* pixel = photograph.pixel(u, v);
                    count++;
                    for (int c = 0; c < 3; c++) sums[c] += pixel[c];
                }
            for (size_t c = 0; c < 3; c++) channels[c].at(x, y) = float(sums[c]) / float(count);
        }
    for (Grid& channel : channels) channel.blur(radius);
    return channels;
}

struct Box {
    double left, top, right, bottom;
};

Box box_around(const Place& place, double pad_x, double pad_y) {
    return {place.x - pad_x, place.y - pad_y, place.x + place.text.width + pad_x,
            place.y + place.text.height + pad_y};
}

// How far (x, y) is outside `box` with corners of `radius`; negative inside.
double outside(const Box& box, double radius, double x, double y) {
    double dx = std::max({box.left + radius - x, x - box.right + radius, 0.0});
    double dy = std::max({box.top + radius - y, y - box.bottom + radius, 0.0});
    if (dx == 0 && dy == 0)
        return -std::min({x - box.left, box.right - x, y - box.top, box.bottom - y});
    return std::sqrt(dx * dx + dy * dy) - radius;
}

// The veil's shape: 1 beneath the text, falling off softly and far.
Grid veil_shape(const Photograph& photograph, const Place& place) {
    Grid grid(photograph.width, photograph.height);
    double size = place.text.size, reach = 3.2 * size;
    Box box = box_around(place, 0.55 * size, 0.45 * size);
    for (int y = 0; y < grid.rows; y++)
        for (int x = 0; x < grid.columns; x++) {
            double far = outside(box, 0.5 * size, (x + 0.5) * kCell, (y + 0.5) * kCell) / reach;
            double t = std::clamp(1 - far, 0.0, 1.0);
            grid.at(x, y) = float(t * t * t * (t * (t * 6 - 15) + 10));
        }
    return grid;
}

uint8_t channel(float value) {
    return uint8_t(std::clamp(std::lround(value), 0L, 255L));
}

// The color of the veil: the ground's hue, much darker or much lighter.
Rgb veil_color(const Theme& theme, const std::vector<Grid>& soft, const Place& place) {
    int x = int(place.x + place.text.width / 2), y = int(place.y + place.text.height / 2);
    Rgb color;
    for (size_t c = 0; c < 3; c++) {
        float ground = soft[c].between(x, y), end = theme.veil_lightness < 0.5 ? 0.0f : 255.0f;
        color[c] = channel(end + (ground - end) * 0.12f);
    }
    return color;
}

// What a pixel becomes: out of focus and towards the veil's color, by `strength` times its shape.
struct Veil {
    const std::vector<Grid>& soft;
    const Grid& shape;
    Rgb color;
    float focus_lost;  // share of the blurred ground where the shape is 1
};

// A pixel out of focus, and how much of the veil's shape is over it.
struct Sample {
    std::array<float, 3> ground;
    float share;

    Sample(const Photograph& photograph, const Veil& veil, int x, int y)
        : share(veil.shape.between(x, y)) {
        const uint8_t* from = photograph.pixel(x, y);
        float soften = share * veil.focus_lost;
        for (size_t c = 0; c < 3; c++) {
            ground[c] = from[c];
            if (soften > 0) ground[c] += (veil.soft[c].between(x, y) - ground[c]) * soften;
        }
    }
    void veiled(const Rgb& color, float strength, uint8_t* out) const {
        float cover = share * strength;
        for (size_t c = 0; c < 3; c++)
            out[c] = channel(ground[c] + (float(color[c]) - ground[c]) * cover);
    }
};

double least_contrast(const std::vector<Sample>& samples, const Rgb& color, float strength,
                      double ink, double enough) {
    double least = 21;
    uint8_t out[3];
    for (const Sample& sample : samples) {
        sample.veiled(color, strength, out);
        least = std::min(least, contrast_of(luminance_of(out), ink));
        if (least < enough) return least;
    }
    return least;
}

// The least strength at which every sample has kAimedContrast; 1 where none has.
float least_strength(const std::vector<Sample>& samples, const Rgb& color, double ink) {
    auto good = [&](float strength) {
        return least_contrast(samples, color, strength, ink, kAimedContrast) >= kAimedContrast;
    };
    float low = 0, high = 1;
    if (good(low)) return low;
    for (int i = 0; i < 8; i++) {
        float middle = (low + high) / 2;
        (good(middle) ? high : low) = middle;
    }
    return high;
}

// The card: paper, nearly opaque, over a ground out of focus, with round corners and a soft shadow.
void lay_card(Photograph& photograph, const Place& place, const std::vector<Grid>& soft) {
    double size = place.text.size, radius = 0.28 * size;
    Box box = box_around(place, 0.95 * size, 0.75 * size);
    for (int y = 0; y < photograph.height; y++)
        for (int x = 0; x < photograph.width; x++) {
            double far = outside(box, radius, x + 0.5, y + 0.5);
            double below = outside(box, radius, x + 0.5, y + 0.5 - 0.12 * size);
            uint8_t* pixel = photograph.pixel(x, y);
            float paper = float(std::clamp(0.5 - far, 0.0, 1.0));
            double fade = std::clamp(1 - below / (0.7 * size), 0.0, 1.0);
            float shadow = float(0.38 * fade * fade);
            if (paper == 0 && shadow == 0) continue;
            for (size_t c = 0; c < 3; c++) {
                float value = float(pixel[c]) * (1 - shadow);
                float face = soft[c].between(x, y) * 0.1f + float(kPaper[c]) * 0.9f;
                pixel[c] = channel(value + (face - value) * paper);
            }
        }
}

}  // namespace

const std::vector<Theme>& themes() {
    static const std::vector<Theme> table = {
        {"dark", "light letters on a dark veil", kPaper, 0, false},
        {"light", "dark letters on a light veil", kNight, 1, false},
        {"card", "dark letters on a card of paper", kNight, 1, true}};
    return table;
}

void check_theme(const std::string& name, const std::string& where) {
    std::string names = "auto";
    bool known = name == names;
    for (const Theme& theme : themes()) {
        known = known || name == theme.name;
        names += std::string(", ") + theme.name;
    }
    if (!known) throw Error(where, "is '" + name + "'; expected one of " + names);
}

const Theme& theme_named(const std::string& name, const Place& place) {
    check_theme(name, "--theme");
    // Middle gray for the eye is about 0.45 of the range; a light ground takes a light veil.
    std::string wanted = name == "auto" ? (place.lightness > 0.62 ? "light" : "dark") : name;
    return *std::find_if(themes().begin(), themes().end(),
                         [&](const Theme& theme) { return wanted == theme.name; });
}

std::vector<uint8_t> neighborhood_of(const TextMask& mask, double size) {
    int radius = std::max(2, int(std::ceil(size / 10)));
    size_t width = size_t(mask.width), height = size_t(mask.height);
    std::vector<uint8_t> wide(width * height), result(width * height);
    // A pixel counts where the last letter's pixel before it, or the next one behind it, is near:
    // along rows first, then along columns.
    auto spread = [radius](const uint8_t* from, uint8_t* to, size_t count, size_t stride) {
        int near = 0;
        for (size_t i = 0; i < count; i++) {
            near = from[i * stride] ? radius + 1 : near - 1;
            if (near > 0) to[i * stride] = 1;
        }
        near = 0;
        for (size_t i = count; i-- > 0;) {
            near = from[i * stride] ? radius + 1 : near - 1;
            if (near > 0) to[i * stride] = 1;
        }
    };
    for (size_t y = 0; y < height; y++)
        spread(&mask.coverage[y * width], &wide[y * width], width, 1);
    for (size_t x = 0; x < width; x++) spread(&wide[x], &result[x], height, width);
    return result;
}

double lay_overlay(Photograph& photograph, const Theme& theme, const Place& place,
                   const std::vector<uint8_t>& neighborhood) {
    std::vector<Grid> soft = blurred(photograph, std::max(1, int(place.text.size / 12 / kCell)));
    if (theme.card) lay_card(photograph, place, soft);
    Grid shape = veil_shape(photograph, place);
    Veil veil{soft, shape, theme.card ? kPaper : veil_color(theme, soft, place),
              theme.card ? 0.0f : 0.7f};
    std::vector<Sample> samples;
    for (size_t i = 0; i < neighborhood.size(); i++)
        if (neighborhood[i])
            samples.emplace_back(photograph, veil, int(i) % photograph.width,
                                 int(i) / photograph.width);
    double ink = luminance_of(theme.ink.data());
    float strength = least_strength(samples, veil.color, ink);
    double reached = least_contrast(samples, veil.color, strength, ink, 0);
    if (theme.card && strength == 0) return reached;
    for (int y = 0; y < photograph.height; y++)
        for (int x = 0; x < photograph.width; x++)
            if (Sample sample(photograph, veil, x, y); sample.share > 0)
                sample.veiled(veil.color, strength, photograph.pixel(x, y));
    return reached;
}

void lay_ink(Photograph& photograph, const TextMask& mask, Rgb ink) {
    for (size_t i = 0; i < mask.coverage.size(); i++) {
        int cover = mask.coverage[i];
        if (cover == 0) continue;
        for (size_t c = 0; c < 3; c++) {
            int value = photograph.rgb[i * 3 + c];
            photograph.rgb[i * 3 + c] =
                uint8_t((value * (255 - cover) + ink[c] * cover + 127) / 255);
        }
    }
}

}  // namespace quillet
