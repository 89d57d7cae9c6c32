// Kerning measured on the shapes of the letters.
// SPDX-License-Identifier: MIT
#include "eink/fonts/kerning.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

namespace quillet {

namespace {

constexpr int kEm = 256;
constexpr int kAscent = kEm + kEm / 4;  // rows above the baseline that a profile has
constexpr int kRows = 2 * kEm;
constexpr int kReach = kEm / 8;  // how far up and down a row sees
constexpr int kFar = 1 << 20;    // no ink in this row

// More white than between two n's by this much is left alone; of the rest, two thirds go.
constexpr double kTolerance = 0.05;
constexpr double kShare = 0.66;
constexpr double kMost = 0.11;

constexpr int kSmall = 16;  // pixels: up to this size italics touch

bool is_kerned_left(uint16_t code) {
    constexpr std::u16string_view kLeft = u"AFKLPRTVWXYfrvwy\u2018\u2019\u201c";
    return kLeft.find(static_cast<char16_t>(code)) != kLeft.npos;
}

bool is_kerned_right(uint16_t code) {
    constexpr std::u16string_view kRight = u"ACGJOQTVWYacdegmnopqrsuvwxyz.,\u2018\u2019\u201d";
    return kRight.find(static_cast<char16_t>(code)) != kRight.npos;
}

bool is_lower(uint16_t code) {
    return code >= 'a' && code <= 'z';
}

std::vector<int> with_reach(const std::vector<int>& rows) {
    std::vector<int> result(rows.size());
    for (int i = 0; i < kRows; i++) {
        auto begin = rows.begin() + std::max(0, i - kReach),
             end = rows.begin() + std::min(kRows, i + kReach + 1);
        result[static_cast<size_t>(i)] = *std::min_element(begin, end);
    }
    return result;
}

bool has_ink(const eink_font& font, const eink_glyph& glyph, int x, int row_above_baseline) {
    int row = glyph.top - row_above_baseline, column = x - glyph.left;
    if (row < 0 || row >= glyph.height || column < 0 || column >= glyph.width) return false;
    return eink_glyph_ink(&font, &glyph, row, column);
}

// White columns between the bitmaps of a pair, a row seeing the ones beside it; nullopt where no
// rows meet.
std::optional<int> white_in_pixels(const eink_font& font, const eink_glyph& left,
                                   const eink_glyph& right) {
    std::optional<int> least;
    for (int row = right.top - right.height; row <= right.top; row++) {
        int last = -1000, first = 1000;
        for (int x = right.left; x < right.left + right.width; x++) {
            if (has_ink(font, right, x, row)) first = std::min(first, x);
        }
        for (int near = row - 1; near <= row + 1; near++) {
            for (int x = left.left; x < left.left + left.width; x++) {
                if (has_ink(font, left, x, near)) last = std::max(last, x);
            }
        }
        if (last > -1000 && first < 1000)
            least = std::min(least.value_or(1000), left.advance - 1 - last + first);
    }
    return least;
}

// Letters that a small size's grid has pushed into each other, as "lm" in italics, which then read
// as one: moved apart by a pixel.
std::vector<eink_kern> touching(const eink_font& font) {
    std::vector<eink_kern> kerns;
    for (uint16_t left = 'A'; left <= 'z'; left++) {
        for (uint16_t right = 'a'; right <= 'z'; right++) {
            if (left > 'Z' && left < 'a') continue;
            const auto white =
                white_in_pixels(font, *eink_glyph_of(&font, left), *eink_glyph_of(&font, right));
            if (white && *white < 1) kerns.push_back({left, right, 1});
        }
    }
    return kerns;
}

}  // namespace

Kerning::Profile Kerning::measure(FT_Face face, uint16_t code) const {
    Profile profile{std::vector<int>(kRows, kFar), std::vector<int>(kRows, kFar)};
    if (FT_Load_Char(face, code, FT_LOAD_NO_HINTING | FT_LOAD_RENDER | FT_LOAD_MONOCHROME))
        return profile;
    const FT_GlyphSlot slot = face->glyph;
    const int advance = static_cast<int>(slot->advance.x >> 6);
    for (int row = 0; row < static_cast<int>(slot->bitmap.rows); row++) {
        size_t place =
            static_cast<size_t>(std::clamp(kAscent - slot->bitmap_top + row, 0, kRows - 1));
        for (int column = 0; column < static_cast<int>(slot->bitmap.width); column++) {
            if (!(slot->bitmap.buffer[row * slot->bitmap.pitch + column / 8] >> (7 - column % 8) &
                  1))
                continue;
            int x = slot->bitmap_left + column;
            profile.left[place] = std::min(profile.left[place], x);
            profile.right[place] = std::min(profile.right[place], advance - 1 - x);
        }
    }
    return profile;
}

int Kerning::white_between(const Profile& left, const Profile& right) {
    int least = kFar;
    for (size_t row = 0; row < kRows; row++)
        least = std::min(least, left.right[row] + right.left[row]);
    return least;
}

Kerning::Kerning(FT_Face face, const std::vector<uint16_t>& codes)
    : is_italic_(face->style_flags & FT_STYLE_FLAG_ITALIC) {
    if (FT_Set_Pixel_Sizes(face, 0, kEm)) return;
    std::map<uint16_t, Profile> profiles;
    for (uint16_t code : codes) {
        if (!is_kerned_left(code) && !is_kerned_right(code)) continue;
        Profile profile = measure(face, code);
        profiles[code] = {with_reach(profile.left), with_reach(profile.right)};
    }
    const double usual = white_between(profiles['n'], profiles['n']);
    for (const auto& [left, left_profile] : profiles) {
        for (const auto& [right, right_profile] : profiles) {
            if (!is_kerned_left(left) || !is_kerned_right(right)) continue;
            if (is_lower(left) && is_lower(right)) continue;
            double more = (white_between(left_profile, right_profile) - usual) / kEm - kTolerance;
            if (more > 0) pairs_.push_back({left, right, -std::min(kShare * more, kMost)});
        }
    }
}

std::vector<eink_kern> Kerning::at(const eink_font& font) const {
    std::vector<eink_kern> kerns;
    if (is_italic_ && font.size <= kSmall) kerns = touching(font);
    for (const Pair& pair : pairs_) {
        const eink_glyph* left = eink_glyph_of(&font, pair.left);
        const eink_glyph* right = eink_glyph_of(&font, pair.right);
        if (!left || !right) continue;
        int move = static_cast<int>(std::lround(pair.move * font.size));
        const auto same = [&](const eink_kern& kern) {
            return kern.left == pair.left && kern.right == pair.right;
        };
        if (std::any_of(kerns.begin(), kerns.end(), same)) continue;
        if (auto white = white_in_pixels(font, *left, *right))
            move = std::max(move, std::min(0, 1 - *white));
        if (move < 0) kerns.push_back({pair.left, pair.right, static_cast<int8_t>(move)});
    }
    std::sort(kerns.begin(), kerns.end(), [](const eink_kern& a, const eink_kern& b) {
        return std::pair(a.left, a.right) < std::pair(b.left, b.right);
    });
    return kerns;
}

}  // namespace quillet
