// Photographs made by program: ridges of fractal noise behind each other, in the colors of an hour.
// SPDX-License-Identifier: MIT
#include "tests/picture/photographs.h"

#include <algorithm>
#include <cmath>

namespace quillet::test {
namespace {

struct Rgb {
    double r, g, b;
};
Rgb mix(Rgb a, Rgb b, double t) {
    t = std::clamp(t, 0.0, 1.0);
    return {a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t};
}
Rgb hex(uint32_t code) {
    return {double(code >> 16), double(code >> 8 & 255), double(code & 255)};
}

double hash(int x, int y, uint32_t seed) {
    uint32_t value = uint32_t(x) * 374761393u + uint32_t(y) * 668265263u + seed * 2246822519u;
    value = (value ^ value >> 13) * 1274126177u;
    value = (value ^ value >> 16) * 2654435761u;
    return double(value ^ value >> 15) / 4294967296.0;
}

double value_noise(double x, double y, uint32_t seed) {
    double fx = std::floor(x), fy = std::floor(y), u = x - fx, v = y - fy;
    u = u * u * (3 - 2 * u);
    v = v * v * (3 - 2 * v);
    int i = int(fx), j = int(fy);
    double top = hash(i, j, seed) + (hash(i + 1, j, seed) - hash(i, j, seed)) * u;
    double low = hash(i, j + 1, seed) + (hash(i + 1, j + 1, seed) - hash(i, j + 1, seed)) * u;
    return top + (low - top) * v;
}

// Octaves of noise, each of half the size; 0 to 1, about 0.5.
double fractal(double x, double y, uint32_t seed, int octaves) {
    double sum = 0, weight = 0.5, whole = 0;
    for (int i = 0; i < octaves; i++, weight /= 2, x *= 2.03, y *= 2.03) {
        sum += weight * value_noise(x, y, seed + uint32_t(i) * 101);
        whole += weight;
    }
    return sum / whole;
}

// The colors of an hour. Horizon and ridges are shares of the height; `water` below the horizon.
struct Hour {
    Rgb zenith, horizon, far_ridge, near_ridge, glow;
    double level, rise;   // of the horizon; of the farthest ridge's hills
    double sun_x, sun_y;  // in shares
    double glow_size, clouds, stars;
    bool water, snow;
};

const Hour& hour_of(size_t scene) {
    static const Hour hours[] = {
        // dawn: mist between blue ridges
        {hex(0x6f8fb5), hex(0xf6d9b8), hex(0xc9b9b8), hex(0x2d3b4a), hex(0xffe3b0), 0.50, 0.16,
         0.68, 0.44, 0.30, 0.5, 0, false, false},
        // loch: hills and their reflection
        {hex(0x7fa6c4), hex(0xdfe7e6), hex(0x9fb3bd), hex(0x2f4a3f), hex(0xffffff), 0.56, 0.22,
         0.30, 0.10, 0.25, 0.9, 0, true, false},
        // night: stars and a last light
        {hex(0x05070f), hex(0x1f3247), hex(0x131c2a), hex(0x04060a), hex(0x4f6a80), 0.74, 0.14,
         0.40, 0.80, 0.35, 0.3, 1, false, false},
        // snow: a white field under a pale sky
        {hex(0xaebfd0), hex(0xf1eeea), hex(0xd5dce4), hex(0xf4f6f8), hex(0xfffaf0), 0.46, 0.12,
         0.22, 0.20, 0.28, 0.4, 0, false, true},
        // dusk: the sun going into the sea
        {hex(0x2c2f57), hex(0xf2905f), hex(0x6b4a62), hex(0x15131f), hex(0xffd28a), 0.62, 0.05,
         0.52, 0.58, 0.22, 0.7, 0, true, false},
        // glen: green slopes under cloud
        {hex(0x8b9aa5), hex(0xd9dcd6), hex(0x93a398), hex(0x33492c), hex(0xf4f1e4), 0.40, 0.26,
         0.60, 0.15, 0.35, 1.2, 0, false, false}};
    return hours[scene % (sizeof hours / sizeof *hours)];
}

Rgb sky(const Hour& hour, double x, double y, double aspect, uint32_t seed) {
    double t = std::pow(std::clamp(y / hour.level, 0.0, 1.0), 1.4);
    Rgb color = mix(hour.zenith, hour.horizon, t);
    double dx = (x - hour.sun_x) * aspect, dy = y - hour.sun_y, far = std::sqrt(dx * dx + dy * dy);
    color = mix(color, hour.glow, 0.75 * std::exp(-far * far / (hour.glow_size * hour.glow_size)));
    if (far < 0.028 && !hour.stars && hour.clouds < 0.9) color = mix(color, {255, 250, 235}, 0.9);
    double cloud = fractal(x * 3.2 * aspect, y * 9, seed + 7, 6) - 0.5;
    Rgb cloud_color = mix(hour.glow, {255, 255, 255}, 0.35);
    double cover = std::clamp(cloud * 2.6, 0.0, 1.0) * hour.clouds * 0.6;
    color =
        mix(color, cloud > 0.25 ? mix(cloud_color, hour.zenith, (cloud - 0.25) * 2) : cloud_color,
            cover);
    return color;
}

// The height of ridge `ridge` (0 the farthest) of `count` at x, a share of the picture's height.
double ridge_top(const Hour& hour, int ridge, int count, double x, double aspect, uint32_t seed) {
    double near = double(ridge) / std::max(1, count - 1);
    double scale = 1.6 + 1.2 * near;
    double hills = fractal(x * scale * aspect + ridge * 17.3, ridge * 3.1, seed + 31, 7);
    double depth = hour.water ? 0.30 * near * hour.rise : near * (0.96 - hour.level);
    return hour.level + depth * 0.8 - (hills - 0.28) * hour.rise * (1.5 - 0.5 * near);
}

Rgb land(const Hour& hour, double near, double x, double y, double below, double aspect,
         uint32_t seed) {
    Rgb color = mix(hour.far_ridge, hour.near_ridge, std::pow(near, 1.3));
    double grain = fractal(x * 60 * aspect, y * 60, seed + 71, 5) - 0.5;
    double slope = fractal(x * 9 * aspect, y * 14, seed + 83, 5) - 0.5;
    double strength = hour.snow ? 0.16 : 0.75 * near + 0.12;
    color = mix(color, {0, 0, 0}, std::max(0.0, grain * strength * 0.6 + slope * strength));
    color = mix(color, hour.horizon, std::max(0.0, -slope * strength * 0.8));
    // Mist gathers at the foot.
    double mist = hour.snow ? 0.25 : 0.55;
    return mix(color, hour.horizon, mist * (1 - near) * std::clamp(below * 7, 0.0, 1.0));
}

// The scene at (x, y), shares of width and height, without water.
Rgb dry(const Hour& hour, double x, double y, double aspect, uint32_t seed) {
    constexpr int kRidges = 5;
    for (int ridge = kRidges - 1; ridge >= 0; ridge--) {
        double top = ridge_top(hour, ridge, kRidges, x, aspect, seed);
        if (y < top) continue;
        return land(hour, ridge / double(kRidges - 1), x, y, y - top, aspect, seed);
    }
    return sky(hour, x, y, aspect, seed);
}

Rgb wet(const Hour& hour, double x, double y, double aspect, uint32_t seed) {
    double shore = hour.level + 0.02;
    if (y < shore) return dry(hour, x, y, aspect, seed);
    double depth = (y - shore) / (1 - shore);
    double ripple =
        fractal(x * 8 * aspect / (0.3 + depth), 140 * std::sqrt(depth + 0.01), seed + 5, 4) - 0.5;
    double mirrored = shore - (y - shore) * 0.9 + ripple * 0.05 * (0.3 + depth);
    Rgb color = dry(hour, x + ripple * 0.015, std::max(0.0, mirrored), aspect, seed);
    color = mix(color, hour.zenith, 0.18 + 0.25 * depth);
    return mix(color, {255, 255, 255}, std::max(0.0, ripple - 0.25) * 0.5);
}

void put(Photograph& photograph, int x, int y, Rgb color, double noise) {
    uint8_t* pixel = photograph.pixel(x, y);
    const double channels[3] = {color.r, color.g, color.b};
    for (int c = 0; c < 3; c++)
        pixel[c] = uint8_t(std::clamp(std::lround(channels[c] + noise), 0L, 255L));
}

void add_stars(Photograph& photograph, const Hour& hour, uint32_t seed) {
    int count = photograph.width * photograph.height / 1400;
    for (int i = 0; i < count; i++) {
        int x = int(hash(i, 1, seed) * photograph.width);
        int y = int(hash(i, 2, seed) * hour.level * 0.8 * photograph.height);
        double bright = std::pow(hash(i, 3, seed), 6) * 235 + 20;
        uint8_t* pixel = photograph.pixel(x, y);
        for (int c = 0; c < 3; c++) pixel[c] = uint8_t(std::min(255.0, pixel[c] + bright));
    }
}

}  // namespace

const std::vector<Scene>& scenes() {
    static const std::vector<Scene> table = {
        {"dawn", "Blue ridges behind each other, mist between them, and a low sun."},
        {"loch", "Hills under a bright sky and their reflection in still water."},
        {"night", "A dark hill under a sky full of stars."},
        {"snow", "A field of snow under a pale winter sky."},
        {"dusk", "The sun going down into the sea, the sky orange and violet."},
        {"glen", "Green slopes running down into a glen under gray cloud."}};
    return table;
}

Photograph landscape(size_t scene, uint32_t seed, int width, int height) {
    const Hour& hour = hour_of(scene);
    Photograph photograph{width, height, std::vector<uint8_t>(size_t(width) * size_t(height) * 3)};
    double aspect = double(width) / height;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double u = (x + 0.5) / width, v = (y + 0.5) / height;
            Rgb color = hour.water ? wet(hour, u, v, aspect, seed) : dry(hour, u, v, aspect, seed);
            put(photograph, x, y, color, (hash(x, y, seed + 9) - 0.5) * 5);
        }
    if (hour.stars > 0) add_stars(photograph, hour, seed);
    return photograph;
}

Photograph ground(uint32_t number, int width, int height) {
    Photograph photograph{width, height, std::vector<uint8_t>(size_t(width) * size_t(height) * 3)};
    auto random_color = [&](int which) {
        return Rgb{hash(which, 1, number) * 255, hash(which, 2, number) * 255,
                   hash(which, 3, number) * 255};
    };
    Rgb a = random_color(0), b = random_color(1);
    double angle = hash(5, 5, number) * 6.2832, grain = 2 + hash(6, 6, number) * 60;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double u = double(x) / width, v = double(y) / height;
            double along = (u - 0.5) * std::cos(angle) + (v - 0.5) * std::sin(angle) + 0.5;
            switch (number % 8) {
                case 0:  // white noise of full range
                    put(photograph, x, y,
                        {hash(x, y, number) * 255, hash(x, y, number + 1) * 255,
                         hash(x, y, number + 2) * 255},
                        0);
                    break;
                case 1:
                    put(photograph, x, y, mix(a, b, along), 0);
                    break;
                case 2:  // snow
                    put(photograph, x, y, {250, 251, 253}, (hash(x, y, number) - 0.7) * 24);
                    break;
                case 3:  // night with lights
                    put(photograph, x, y, {6, 8, 14}, hash(x, y, number) > 0.995 ? 245 : 0);
                    break;
                case 4:
                    put(photograph, x, y,
                        mix(a, b, fractal(x / grain, y / grain, number, 5) * 2 - 0.5), 0);
                    break;
                case 5:  // checks of black and white
                    put(photograph, x, y,
                        (int(x / grain) + int(y / grain)) % 2 ? Rgb{255, 255, 255} : Rgb{0, 0, 0},
                        0);
                    break;
                case 6:  // stripes across a gradient
                    put(photograph, x, y,
                        mix(mix(a, b, along), {255, 255, 255},
                            std::fmod(along * grain, 1) > 0.5 ? 0.6 : 0),
                        0);
                    break;
                default:
                    put(photograph, x, y, a, (hash(x, y, number) - 0.5) * 90);
            }
        }
    return photograph;
}

}  // namespace quillet::test
