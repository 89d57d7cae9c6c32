// A photograph as pixels: JPEG in, upright and at the size that is wanted; JPEG out, without metadata and within a byte limit.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quillet {

// sRGB, eight bits a channel, rows from the top: rgb has width * height * 3 bytes.
struct Photograph {
    int width = 0, height = 0;
    std::vector<uint8_t> rgb;

    uint8_t* pixel(int x, int y) {
        return &rgb[(static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)) *
                    3];
    }
    const uint8_t* pixel(int x, int y) const { return const_cast<Photograph*>(this)->pixel(x, y); }
};

// A picture's sides are from kLeastSide to kMostSide pixels.
constexpr int kLeastSide = 200, kMostSide = 4000;

// The photograph in `jpeg`, turned as its EXIF orientation says and made smaller, never larger, so
// that its longest side is at most `longest` pixels. Throws Error(where, …) for what is not a whole
// JPEG file of gray or color, more than 200 megapixels, or less than kLeastSide pixels on a side,
// in the file or once it is smaller.
Photograph read_photograph(std::string_view jpeg, const std::string& where, int longest);

// `photograph` as a baseline JPEG file of `quality` (1 to 100) with no metadata but JFIF's header.
std::string jpeg_of(const Photograph& photograph, int quality);

struct EncodedPhotograph {
    std::string jpeg;
    int quality = 0;
};

// The JPEG file of the best quality, stepping down from 92 to 30, that has at most `byte_limit`
// bytes. Throws Error where even the least has more.
EncodedPhotograph jpeg_within(const Photograph& photograph, size_t byte_limit);

}  // namespace quillet
