// Breaks a text into balanced lines: the same manners as the panels' typesetting, over lengths of any font.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

namespace quillet {

// A word as the breaker sees it. Lengths are in ems (the font's size is 1).
struct Word {
    double width = 0;            // of all of it
    double hang_left = 0;        // of an opening mark in front, which hangs out of the line
    double hang_right = 0;       // of points and marks behind, which do so
    bool space_before = true;    // false: the rest of a word that may be broken behind a dash
    bool short_word = false;     // at most three letters, no point behind: leans on the next word
    bool ends_in_point = false;  // a good end of a line
};

struct BrokenLines {
    std::vector<size_t> ends;  // of each line: the number of words up to its end
    double cost = 0;           // mean raggedness: 0 is even
};

// The width of a line of words first .. last - 1, without what hangs.
double line_width(const std::vector<Word>& words, double space, size_t first, size_t last);

// Of all ways to break `words` (one or more) into exactly `lines` lines no wider than `width`, the
// one whose lines differ least from their mean (sum of squares; Knuth and Plass 1981 without glue).
// A last line is never one word alone unless there are fewer than four. `ends` is empty where there
// is no way.
BrokenLines break_into(const std::vector<Word>& words, double space, size_t lines, double width);

}  // namespace quillet
