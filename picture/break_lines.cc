// Breaks a text into balanced lines by dynamic programming over lines and words.
// SPDX-License-Identifier: MIT
#include "picture/break_lines.h"

#include <cmath>
#include <limits>

namespace quillet {
namespace {

constexpr double kNoWay = std::numeric_limits<double>::infinity();
constexpr double kWeakEnd = 0.05, kStrongEnd = -0.03;  // squares of a mean line's width

double end_cost(const std::vector<Word>& words, size_t last) {
    if (last == words.size()) return 0;
    const Word& word = words[last - 1];
    return word.ends_in_point ? kStrongEnd : word.short_word ? kWeakEnd : 0;
}

}  // namespace

double line_width(const std::vector<Word>& words, double space, size_t first, size_t last) {
    double width = -words[first].hang_left - words[last - 1].hang_right;
    for (size_t i = first; i < last; i++)
        width += words[i].width + (i > first && words[i].space_before ? space : 0);
    return width;
}

BrokenLines break_into(const std::vector<Word>& words, double space, size_t lines, double width) {
    size_t count = words.size();
    if (lines == 0 || lines > count) return {};
    double mean = line_width(words, space, 0, count) / static_cast<double>(lines);
    std::vector<std::vector<double>> cost(lines + 1, std::vector<double>(count + 1, kNoWay));
    std::vector<std::vector<size_t>> from(lines + 1, std::vector<size_t>(count + 1, 0));
    cost[0][0] = 0;
    for (size_t line = 1; line <= lines; line++) {
        for (size_t last = line; last <= count; last++) {
            if (line == lines && last != count) continue;
            bool widow = line == lines && lines > 1 && count >= 4;
            for (size_t first = last - 1 - (widow ? 1 : 0); first + 1 >= line; first--) {
                double length = line_width(words, space, first, last);
                if (length > width) break;
                // The last line may well be shorter.
                double off = std::abs(length - mean) / mean;
                if (last == count && length < mean) off /= 2;
                double sum = cost[line - 1][first] + off * off + end_cost(words, last);
                if (sum < cost[line][last]) {
                    cost[line][last] = sum;
                    from[line][last] = first;
                }
                if (first == 0) break;
            }
        }
    }
    if (cost[lines][count] == kNoWay) return {};
    BrokenLines result;
    result.cost = cost[lines][count] / static_cast<double>(lines);
    result.ends.resize(lines);
    for (size_t line = lines, last = count; line > 0; line--) {
        result.ends[line - 1] = last;
        last = from[line][last];
    }
    return result;
}

}  // namespace quillet
