// What a panel shows, as a picture, and its PNG, by libpng.
// SPDX-License-Identifier: MIT
#include "device/panel_picture.h"

#include <png.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace quillet {

Picture panel_picture(const eink_canvas& canvas, int scale) {
    Picture picture(canvas.width * scale, canvas.height * scale);
    for (int y = 0; y < picture.height; y++) {
        for (int x = 0; x < picture.width; x++) {
            if (eink_ink_at(&canvas, x / scale, y / scale)) picture.at(x, y) = {0, 0, 0};
        }
    }
    return picture;
}

namespace {

// Light is linear in 0 .. 1 an axis here; colors are mixed as they are written (sRGB), which is
// near enough for soft edges.
struct Tone {
    double red, green, blue;
};

Tone mix(const Tone& a, const Tone& b, double share) {
    return {a.red + (b.red - a.red) * share, a.green + (b.green - a.green) * share,
            a.blue + (b.blue - a.blue) * share};
}

Tone brighter(const Tone& tone, double by) {
    return {tone.red + by, tone.green + by, tone.blue + by};
}

Color color_of(const Tone& tone) {
    auto byte = [](double value) {
        return static_cast<uint8_t>(std::lround(std::clamp(value, 0.0, 1.0) * 255));
    };
    return {byte(tone.red), byte(tone.green), byte(tone.blue)};
}

constexpr Tone kWall = {0.925, 0.915, 0.895};
constexpr Tone kFrame = {0.965, 0.960, 0.945};
constexpr Tone kPaper = {0.850, 0.850, 0.825};
constexpr Tone kInk = {0.165, 0.165, 0.175};

struct Box {
    double left, top, right, bottom, radius;

    Box grown(double by) const {
        return {left - by, top - by, right + by, bottom + by, std::max(0.0, radius + by)};
    }
    Box moved(double down) const { return {left, top + down, right, bottom + down, radius}; }

    // Distance from the edge, negative inside.
    double distance(double x, double y) const {
        double dx = std::max(left + radius - x, x - (right - radius)),
               dy = std::max(top + radius - y, y - (bottom - radius));
        double outside = std::hypot(std::max(dx, 0.0), std::max(dy, 0.0));
        return outside + std::min(std::max(dx, dy), 0.0) - radius;
    }
};

// 1 well inside, 0 well outside, a slope of `softness` pixels at the edge.
double cover(double distance, double softness) {
    double share = std::clamp(0.5 - distance / softness, 0.0, 1.0);
    return share * share * (3 - 2 * share);
}

// A grain that is always the same, -0.5 .. 0.5.
double grain(int x, int y) {
    uint32_t hash = static_cast<uint32_t>(x) * 0x9E3779B9u ^ static_cast<uint32_t>(y) * 0x85EBCA6Bu;
    hash = (hash ^ hash >> 15) * 0x2C1B3C6Du;
    hash = (hash ^ hash >> 13) * 0x297A2D39u;
    return static_cast<double>((hash ^ hash >> 16) >> 8) / (1 << 24) - 0.5;
}

// Ink in 0 .. 1 at a place on the canvas: its pixels' squares, blurred a little, as capsules of
// pigment are.
double ink_at(const eink_canvas& canvas, double x, double y, int scale) {
    constexpr double kBlur = 0.22;  // of a pixel
    double sum = 0;
    for (double dy : {-kBlur, 0.0, kBlur}) {
        for (double dx : {-kBlur, 0.0, kBlur}) {
            sum += eink_ink_at(&canvas, static_cast<int>(std::floor(x + dx)),
                               static_cast<int>(std::floor(y + dy)));
        }
    }
    return scale == 1 ? eink_ink_at(&canvas, static_cast<int>(x), static_cast<int>(y)) : sum / 9;
}

struct Scene {
    Box frame, window;
    double unit;  // pixels of the picture a pixel of the panel
};

Scene scene_of(const eink_canvas& canvas, int scale) {
    double unit = scale, border = 26 * unit, wall = 22 * unit;
    double width = canvas.width * unit, height = canvas.height * unit, rim = 3 * unit;
    Box window{wall + border, wall + border, wall + border + width, wall + border + height,
               1.5 * unit};
    return {{wall, wall, wall + 2 * border + width, wall + 2 * border + height, 9 * unit},
            window.grown(rim),
            unit};
}

Tone tone_at(const Scene& scene, const eink_canvas& canvas, int scale, int px, int py) {
    const double x = px + 0.5, y = py + 0.5, unit = scene.unit;
    // The grain also keeps slow slopes from showing as bands.
    Tone tone =
        brighter(kWall, -0.03 * y / (scene.frame.bottom + scene.frame.top) + 0.004 * grain(px, py));
    // A wide soft shadow and a narrow one, as of light from above.
    tone =
        mix(tone, {0.30, 0.28, 0.26},
            0.28 * cover(scene.frame.moved(7 * unit).grown(-2 * unit).distance(x, y), 22 * unit));
    tone = mix(tone, {0.25, 0.23, 0.21},
               0.22 * cover(scene.frame.moved(2 * unit).distance(x, y), 5 * unit));
    const double frame = scene.frame.distance(x, y);
    const double lit =
        0.02 * (1 - 2 * (y - scene.frame.top) / (scene.frame.bottom - scene.frame.top));
    Tone face = brighter(kFrame, lit + 0.004 * grain(px + 7, py));
    face = brighter(face, -0.10 * cover(-(frame + 1.2 * unit), 2.0 * unit));  // its rounded edge
    face = brighter(face, -0.14 * cover(scene.window.grown(1.0 * unit).distance(x, y),
                                        2.5 * unit));  // down to the glass
    tone = mix(tone, face, cover(frame, 1.0));
    const double inside = scene.window.distance(x, y);
    if (inside < 1) {
        const double ink = ink_at(canvas, (x - scene.window.left) / unit - 3,
                                  (y - scene.window.top) / unit - 3, scale);
        Tone paper = brighter(kPaper, 0.012 * grain(px, py));
        // The frame's shadow on the paper, from above and from the left.
        const double depth =
            std::min((y - scene.window.top) / 5, (x - scene.window.left) / 3) / unit;
        paper = brighter(paper, -0.13 * std::exp(-2.2 * std::max(depth, 0.0)));
        tone =
            mix(tone, mix(paper, brighter(kInk, 0.012 * grain(py, px)), ink), cover(inside, 1.0));
    }
    return tone;
}

}  // namespace

std::string png_of(const Picture& picture) {
    bool gray = std::all_of(picture.pixels.begin(), picture.pixels.end(),
                            [](const Color& c) { return c.red == c.green && c.green == c.blue; });
    std::string bytes;
    for (const Color& color : picture.pixels) {
        bytes += static_cast<char>(color.red);
        if (!gray) bytes.append({static_cast<char>(color.green), static_cast<char>(color.blue)});
    }
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(picture.width);
    image.height = static_cast<png_uint_32>(picture.height);
    image.format = gray ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    std::string png(size, '\0');
    if (!png_image_write_to_memory(&image, png.data(), &size, 0, bytes.data(), 0, nullptr)) {
        throw Error("PNG", image.message);
    }
    png.resize(size);
    return png;
}

Picture framed_picture(const eink_canvas& canvas, int scale) {
    const Scene scene = scene_of(canvas, scale);
    Picture picture(static_cast<int>(scene.frame.right + scene.frame.left),
                    static_cast<int>(scene.frame.bottom + scene.frame.top));
    for (int y = 0; y < picture.height; y++) {
        for (int x = 0; x < picture.width; x++)
            picture.at(x, y) = color_of(tone_at(scene, canvas, scale, x, y));
    }
    return picture;
}

}  // namespace quillet
