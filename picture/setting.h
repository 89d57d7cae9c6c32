// Sets a text in one pinned font file by Pango: the largest size that fits a box, balanced lines, hanging marks.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "picture/break_lines.h"

namespace quillet {

// A text set for a box: lengths are in pixels, places are relative to the block's upper left corner.
struct SetText {
    struct Line {
        std::string text;
        double x = 0, baseline = 0, width = 0;  // width: without what hangs
    };
    double size = 0;  // of the font, pixels an em
    double width = 0, height = 0;
    double cost = 0;  // raggedness of its lines
    std::vector<Line> lines;
};

enum class Alignment { left, center };

// Letters as a mask: coverage has width * height bytes, 255 inside a letter.
struct TextMask {
    int width = 0, height = 0;
    std::vector<uint8_t> coverage;
};

// One text in one font file, ready to be set in boxes of any size. No other font of the machine is
// ever used.
class Setter {
  public:
    // Makes a typewriter's marks in `text` (UTF-8) a typographer's. Throws Error("--text", …) for a
    // text that is empty, is no UTF-8, is longer than 600 characters or has a character that the
    // font lacks, which is named; Error(font, …) where the font cannot be read.
    Setter(std::string_view text, const std::string& font);
    ~Setter();
    Setter(const Setter&) = delete;
    Setter& operator=(const Setter&) = delete;

    // The text at the largest size from `least` to `most` at which it fits `width` x `height`;
    // without lines where it does not fit at `least`.
    SetText fit(double width, double height, double least, double most) const;

    // The block's letters on a picture of `picture_width` x `picture_height`, its corner at (x, y);
    // each line begins at the block's left edge or stands in the middle of it.
    TextMask draw(const SetText& text, Alignment alignment, double x, double y, int picture_width,
                  int picture_height) const;

    const std::string& font_name() const { return font_name_; }  // "EB Garamond 12"

  private:
    struct Fonts;
    SetText set(double size, const BrokenLines& broken) const;

    std::unique_ptr<Fonts> fonts_;
    std::vector<Word> words_;
    std::vector<std::string> texts_;                                 // of the words
    double space_ = 0, ascent_ = 0, descent_ = 0, line_height_ = 0;  // ems
    std::string font_name_;
};

}  // namespace quillet
