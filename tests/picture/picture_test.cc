// What a picture must hold: contrast on every ground, orientation, no metadata, bytes, time, and lines set well.
// SPDX-License-Identifier: MIT
#include "picture/picture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ctime>

#include "base/error.h"
#include "picture/calm.h"
#include "picture/overlay.h"
#include "tests/picture/photographs.h"

// Fontconfig and Pango keep tables of their own until the process ends.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libfontconfig\nleak:libpango";
}

namespace quillet {
namespace {

constexpr char kProverb[] = "A gaun fit is aye getting, were it but a thorn.";
constexpr char kLongProverb[] =
    "He that lends his pot may seethe his kail in his loof, and a toom purse makes a blate "
    "merchant.";

// WCAG's contrast, written from its definition once more.
double luminance(double r, double g, double b) {
    auto linear = [](double v) {
        v /= 255;
        return v <= 0.03928 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}
double contrast(double a, double b) {
    return a > b ? (a + 0.05) / (b + 0.05) : (b + 0.05) / (a + 0.05);
}

// The least contrast of the ink with the finished file's pixels around letters: those that no
// letter covers, nor a pixel next to one, where JPEG rings; each as the mean of three by three.
double measured_contrast(const std::string& input, const ComposedPicture& picture,
                         const std::string& text) {
    Photograph before = read_photograph(input, "before", 1200);
    Photograph after = read_photograph(picture.jpeg, "after", 1200);
    Setter setter(text, picture_font());
    Place place = calmest_place(before, setter);
    TextMask mask =
        setter.draw(place.text, place.alignment, place.x, place.y, before.width, before.height);
    std::vector<uint8_t> near = neighborhood_of(mask, place.text.size);
    const Theme& theme = theme_named(picture.theme, place);
    double ink = luminance(theme.ink[0], theme.ink[1], theme.ink[2]), least = 21;
    size_t counted = 0;
    for (int y = 2; y + 2 < after.height; y++) {
        for (int x = 2; x + 2 < after.width; x++) {
            if (!near[size_t(y * after.width + x)]) continue;
            bool letter = false;
            for (int v = y - 2; v <= y + 2; v++)
                for (int u = x - 2; u <= x + 2; u++)
                    letter = letter || mask.coverage[size_t(v * after.width + u)] > 0;
            if (letter) continue;
            double sums[3] = {0, 0, 0};
            for (int v = y - 1; v <= y + 1; v++)
                for (int u = x - 1; u <= x + 1; u++)
                    for (int c = 0; c < 3; c++) sums[c] += after.pixel(u, v)[c] / 9.0;
            least = std::min(least, contrast(luminance(sums[0], sums[1], sums[2]), ink));
            counted++;
        }
    }
    EXPECT_GT(counted, 1000u);
    return least;
}

TEST(Picture, ContrastOnFiftyGrounds) {
    double least_before = 21, least_after = 21, seconds = 0;
    size_t most_bytes = 0;
    for (uint32_t number = 0; number < 50; number++) {
        std::string input = jpeg_of(test::ground(number, 1200, 800), 95);
        std::string text = number % 2 ? kProverb : kLongProverb;
        std::clock_t began = std::clock();
        ComposedPicture picture = compose_picture(input, "ground", text, {});
        seconds += double(std::clock() - began) / CLOCKS_PER_SEC;
        double after = measured_contrast(input, picture, text);
        EXPECT_GE(picture.contrast, 4.5) << number;
        EXPECT_GE(after, 4.5) << number << ' ' << picture.theme;
        EXPECT_LE(picture.jpeg.size(), kPictureBytes);
        least_before = std::min(least_before, picture.contrast);
        least_after = std::min(least_after, after);
        most_bytes = std::max(most_bytes, picture.jpeg.size());
    }
    std::printf(
        "50 grounds of 1200 x 800: least contrast %.2f before JPEG, %.2f in the file; %.0f "
        "ms of processor time each; at most %zu bytes\n",
        least_before, least_after, seconds * 20, most_bytes);
}

TEST(Picture, EveryThemeOnEveryScene) {
    for (size_t scene = 0; scene < test::scenes().size(); scene++) {
        std::string input = jpeg_of(test::landscape(scene, 3, 600, 400), 92);
        for (const Theme& theme : themes()) {
            PictureOptions options;
            options.theme = theme.name;
            ComposedPicture picture = compose_picture(input, "scene", kProverb, options);
            EXPECT_GE(picture.contrast, 4.5) << test::scenes()[scene].name << ' ' << theme.name;
            EXPECT_EQ(picture.theme, theme.name);
            // The same input gives the same bytes.
            EXPECT_EQ(compose_picture(input, "scene", kProverb, options).jpeg, picture.jpeg);
        }
    }
}

// A picture that is busy but in one corner: that is where the text goes.
TEST(Picture, TheCalmPartIsFound) {
    for (int corner = 0; corner < 4; corner++) {
        Photograph photograph = test::ground(0, 1200, 800);
        int left = corner % 2 ? 600 : 0, top = corner / 2 ? 400 : 0;
        for (int y = top; y < top + 400; y++)
            for (int x = left; x < left + 600; x++)
                for (int c = 0; c < 3; c++) photograph.pixel(x, y)[c] = 90;
        ComposedPicture picture = compose_picture(jpeg_of(photograph, 95), "corner", kProverb, {});
        EXPECT_GE(picture.x, left);
        EXPECT_LE(picture.x + picture.text_width, left + 600);
        EXPECT_GE(picture.y, top);
        EXPECT_LE(picture.y + picture.text_height, top + 400);
    }
}

// `jpeg` with an EXIF marker of `orientation` behind its start.
std::string with_orientation(const std::string& jpeg, int orientation) {
    std::string exif("Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", 25);
    exif += char(orientation);
    exif += std::string("\0\0\0\0\0\0", 6);
    std::string marker = {'\xff', '\xe1', 0, char(exif.size() + 2)};
    return jpeg.substr(0, 2) + marker + exif + jpeg.substr(2);
}

TEST(Picture, OrientationIsHonoredAndMetadataGone) {
    // Red in the upper left corner when upright.
    Photograph upright{240, 320, std::vector<uint8_t>(240 * 320 * 3, 40)};
    for (int y = 0; y < 60; y++)
        for (int x = 0; x < 40; x++) upright.pixel(x, y)[0] = 250;
    for (int orientation = 1; orientation <= 8; orientation++) {
        bool turned = orientation >= 5;
        Photograph stored{turned ? 320 : 240, turned ? 240 : 320, {}};
        stored.rgb.resize(upright.rgb.size());
        for (int y = 0; y < 320; y++)
            for (int x = 0; x < 240; x++) {
                // TIFF 6.0: which corner the stored rows and columns begin at.
                int u = x, v = y, w = 240, h = 320;
                int row = 0, column = 0;
                switch (orientation) {
                    case 1:
                        row = v, column = u;
                        break;
                    case 2:
                        row = v, column = w - 1 - u;
                        break;
                    case 3:
                        row = h - 1 - v, column = w - 1 - u;
                        break;
                    case 4:
                        row = h - 1 - v, column = u;
                        break;
                    case 5:
                        row = u, column = v;
                        break;
                    case 6:
                        row = w - 1 - u, column = v;
                        break;
                    case 7:
                        row = w - 1 - u, column = h - 1 - v;
                        break;
                    default:
                        row = u, column = h - 1 - v;
                        break;
                }
                for (int c = 0; c < 3; c++) stored.pixel(column, row)[c] = upright.pixel(x, y)[c];
            }
        std::string input = with_orientation(jpeg_of(stored, 95), orientation);
        Photograph read = read_photograph(input, "turned", 1200);
        ASSERT_EQ(read.width, 240) << orientation;
        EXPECT_GT(read.rgb[size_t((10 * 240 + 10) * 3)], 200) << orientation;
        EXPECT_LT(read.rgb[size_t((10 * 240 + 230) * 3)], 90) << orientation;
        EXPECT_LT(read.rgb[size_t((310 * 240 + 10) * 3)], 90) << orientation;
        std::string output = compose_picture(input, "turned", "Mony sma.", {}).jpeg;
        EXPECT_EQ(output.find("Exif"), std::string::npos);
        EXPECT_EQ(output.find("\xff\xe1"), std::string::npos);
    }
}

// A slope in each direction is the same slope in fewer pixels; the file is of the best quality, so
// that JPEG changes little.
TEST(Picture, SmallerOnesAreMeans) {
    Photograph slopes{903, 607, std::vector<uint8_t>(903 * 607 * 3)};
    for (int y = 0; y < slopes.height; y++)
        for (int x = 0; x < slopes.width; x++) {
            uint8_t* pixel = &slopes.rgb[size_t(y * slopes.width + x) * 3];
            pixel[0] = uint8_t(255 * x / slopes.width);
            pixel[1] = uint8_t(255 * y / slopes.height);
            pixel[2] = 80;
        }
    for (int longest : {903, 902, 700, 451, 300}) {
        const Photograph small = read_photograph(jpeg_of(slopes, 100), "slopes", longest);
        ASSERT_EQ(small.width, longest);
        ASSERT_EQ(small.height, (607 * longest + 451) / 903);
        for (int y = 0; y < small.height; y++)
            for (int x = 0; x < small.width; x++) {
                const uint8_t* pixel = &small.rgb[size_t(y * small.width + x) * 3];
                ASSERT_NEAR(pixel[0], 255 * (x + .5) / small.width, 5) << longest << " " << x;
                ASSERT_NEAR(pixel[1], 255 * (y + .5) / small.height, 5) << longest << " " << y;
                ASSERT_NEAR(pixel[2], 80, 5);
            }
    }
}

TEST(Picture, QualityStepsDownToTheLimit) {
    std::string input = jpeg_of(test::ground(0, 1200, 800), 95);  // noise: as large as can be
    PictureOptions options;
    ComposedPicture whole = compose_picture(input, "noise", kProverb, options);
    options.byte_limit = 400000;
    ComposedPicture small = compose_picture(input, "noise", kProverb, options);
    EXPECT_LE(small.jpeg.size(), 400000u);
    EXPECT_LT(small.quality, whole.quality);
    options.byte_limit = 2000;
    EXPECT_THROW(compose_picture(input, "noise", kProverb, options), Error);
}

std::string message_of(const std::string& input, const std::string& text,
                       PictureOptions options = {}) {
    try {
        compose_picture(input, "it", text, options);
    } catch (const Error& error) {
        return error.where() + ": " + error.what();
    }
    return "";
}

TEST(Picture, RefusesByName) {
    std::string input = jpeg_of(test::ground(1, 400, 300), 92);
    EXPECT_NE(message_of(input, "A \u13A0 letter").find("U+13A0"), std::string::npos);
    EXPECT_NE(message_of(input, "A \U0001F600 face").find("U+1F600"), std::string::npos);
    EXPECT_NE(message_of(input, " ").find("empty"), std::string::npos);
    EXPECT_NE(message_of(input, "\xff").find("--text"), std::string::npos);
    EXPECT_NE(message_of(input, std::string(700, 'a')).find("longer"), std::string::npos);
    EXPECT_NE(message_of(input, std::string(500, 'm')).find("does not fit"), std::string::npos);
    EXPECT_NE(message_of("no JPEG", kProverb).find("it: is no photograph"), std::string::npos);
    EXPECT_NE(message_of(input.substr(0, input.size() / 2), kProverb).find("no photograph"),
              std::string::npos);
    EXPECT_NE(message_of(jpeg_of(test::ground(1, 190, 300), 92), kProverb).find("190 x 300"),
              std::string::npos);
    EXPECT_EQ(message_of(input, "A \U0001F600 face").find("(U+1F600)"), std::string::npos);
    PictureOptions options;
    options.theme = "pink";
    EXPECT_NE(message_of(input, kProverb, options).find("auto, dark, light, card"),
              std::string::npos);
}

// The size that is told is the file's own, and what is told to do helps.
TEST(Picture, NarrowPhotographs) {
    const std::string wide = jpeg_of(test::ground(1, 3000, 201), 92);
    const std::string message = message_of(wide, kProverb);
    EXPECT_NE(message.find("is 3000 x 201 pixels, and 1200 x 80 pixels with a longer side of 1200; "
                           "expected at least 200 on each side: crop it, or allow a longer side of "
                           "2986"),
              std::string::npos)
        << message;
    PictureOptions options;
    options.longest = 2986;
    EXPECT_EQ(message_of(wide, kProverb, options), "");
    const std::string turned = message_of(jpeg_of(test::ground(1, 210, 4500), 92), kProverb);
    EXPECT_NE(turned.find("is 210 x 4500 pixels, and 56 x 1200"), std::string::npos) << turned;
    EXPECT_TRUE(turned.ends_with(": crop it")) << turned;
    EXPECT_NE(message_of(jpeg_of(test::ground(1, 3000, 190), 92), kProverb)
                  .find("is 3000 x 190 pixels; expected at least 200"),
              std::string::npos);
    options.longest = 1200;
    EXPECT_EQ(message_of(jpeg_of(test::ground(1, 1800, 300), 92), kProverb, options), "");
    options.font = "gone.ttf";
    EXPECT_NE(message_of(wide, kProverb, options).find("gone.ttf: is missing"), std::string::npos);
}

// No damage of a JPEG file, EXIF among it, does more than be refused.
TEST(Picture, DamagedFilesAreRefusedOrRead) {
    std::string input = with_orientation(jpeg_of(test::ground(4, 240, 200), 80), 6);
    uint32_t random = 1;
    for (int round = 0; round < 400; round++) {
        std::string damaged = input;
        for (int i = 0; i < 3; i++) {
            random = random * 1664525u + 1013904223u;
            size_t where = round % 2 ? random % 700 : random % damaged.size();
            damaged[where] = char(random >> 24);
        }
        try {
            Photograph read = read_photograph(damaged, "damaged", 300);
            EXPECT_EQ(read.rgb.size(), size_t(read.width) * size_t(read.height) * 3);
        } catch (const Error&) {
        }
    }
}

TEST(BreakLines, EvenWithoutWidows) {
    std::vector<Word> words(9);
    for (Word& word : words) word.width = 2;
    BrokenLines three = break_into(words, 0.3, 3, 8);
    EXPECT_EQ(three.ends, (std::vector<size_t>{3, 6, 9}));
    BrokenLines four = break_into(words, 0.3, 4, 8);
    ASSERT_EQ(four.ends.size(), 4u);
    EXPECT_GE(four.ends[3] - four.ends[2], 2u);
    EXPECT_TRUE(break_into(words, 0.3, 2, 8).ends.empty());
    EXPECT_TRUE(break_into(words, 0.3, 10, 8).ends.empty());
}

TEST(Setter, LargestSizeThatFitsAndHangingMarks) {
    Setter setter("\"Aye,\" quo' the toom pouch, \"gie me a groat.\"", picture_font());
    SetText text = setter.fit(500, 300, 10, 400);
    ASSERT_FALSE(text.lines.empty());
    EXPECT_LE(text.width, 500.01);
    EXPECT_LE(text.height, 300.01);
    EXPECT_LT(text.lines[0].x, 0);  // the opening mark hangs
    EXPECT_EQ(text.lines[0].text.substr(0, 3), "\u201C");
    EXPECT_TRUE(setter.fit(500, 300, text.size * 1.15, 400).lines.empty());
    EXPECT_TRUE(setter.fit(20, 20, 10, 400).lines.empty());
}

}  // namespace
}  // namespace quillet
