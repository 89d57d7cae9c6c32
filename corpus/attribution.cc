// How texts tell who said them: after a run of dashes, with a name.
// SPDX-License-Identifier: MIT
#include "corpus/attribution.h"

#include <algorithm>

#include "corpus/strings.h"

namespace quillet {
namespace {

// Hyphens, tildes, the figure dash, the minus and the like; the last four are long: horizontal bar,
// em dash, two- and three-em dash.
constexpr std::string_view kDashes[] = {"-",
                                        "~",
                                        "\xE2\x80\x90",
                                        "\xE2\x80\x91",
                                        "\xE2\x80\x92",
                                        "\xE2\x80\x93",
                                        "\xE2\x88\x92",
                                        "\xE2\x88\xBC",
                                        "\xE3\x80\x9C",
                                        "\xEF\xBD\x9E",
                                        "\xCB\x9C",
                                        "\xEF\xB9\x98",
                                        "\xEF\xB9\xA3",
                                        "\xEF\xBC\x8D",
                                        "\xE2\x80\x95",
                                        "\xE2\x80\x94",
                                        "\xE2\xB8\xBA",
                                        "\xE2\xB8\xBB"};
constexpr size_t kShort = std::size(kDashes) - 4;

// Space, tab, the ends of lines, the marks of line breaks in flat wikitext, no-break and thin spaces.
constexpr std::string_view kBlanks[] = {
    " ",        "\t",           "\n",           "\r",           "\x05",        "\x06",
    "\xC2\xA0", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xAF", "\xE2\x80\x83"};

template <typename List>
size_t length_at_begin(std::string_view text, const List& list) {
    for (std::string_view one : list)
        if (text.starts_with(one)) return one.size();
    return 0;
}

template <typename List>
size_t length_at_end(std::string_view text, const List& list) {
    for (std::string_view one : list)
        if (text.ends_with(one)) return one.size();
    return 0;
}

// Most bytes need no look at the table.
bool may_be_dash(char c) {
    return c == '-' || c == '~' || is_high(c);
}

// "well-known", "1890-1895": a single short dash with a letter or digit before it.
bool is_inside_word(std::string_view before, std::string_view run) {
    if (std::find(kDashes, kDashes + kShort, run) == kDashes + kShort || before.empty())
        return false;
    static constexpr std::string_view kEnds[] = {"\xE2\x80\x9D", "\xE2\x80\x99", "\xE2\x80\xA6",
                                                 "\xC2\xBB"};
    bool blank = length_at_end(before, kBlanks) > 0;
    return !blank &&
           (is_alnum(before.back()) || (is_high(before.back()) && !ends_with_any(before, kEnds)));
}

}  // namespace

size_t dashes_at_begin(std::string_view text) {
    size_t run = 0, at = 0;
    for (size_t length; at < text.size(); at += length) {
        length = may_be_dash(text[at]) ? length_at_begin(text.substr(at), kDashes) : 0;
        if (length > 0)
            run = at + length;
        else if (run == 0 || (length = length_at_begin(text.substr(at), kBlanks)) == 0)
            break;
    }
    return run;
}

size_t dashes_at_end(std::string_view text) {
    size_t run = 0, at = text.size();
    for (size_t length; at > 0; at -= length) {
        length = may_be_dash(text[at - 1]) ? length_at_end(text.substr(0, at), kDashes) : 0;
        if (length > 0)
            run = text.size() - at + length;
        else if (run == 0 || (length = length_at_end(text.substr(0, at), kBlanks)) == 0)
            break;
    }
    return run;
}

std::string_view without_wide_blanks(std::string_view text) {
    for (size_t length; (length = length_at_begin(text, kBlanks)) > 0;) text.remove_prefix(length);
    for (size_t length; (length = length_at_end(text, kBlanks)) > 0;) text.remove_suffix(length);
    return text;
}

bool previous_dashes(std::string_view text, size_t& end, Dashed& found) {
    for (size_t at = std::min(end, text.size()); at > 0; at--) {
        if (!may_be_dash(text[at - 1])) continue;
        size_t length = dashes_at_end(text.substr(0, at));
        if (length == 0) continue;
        std::string_view before = text.substr(0, at - length);
        bool inside = is_inside_word(before, text.substr(at - length, length));
        if (!inside) {
            end = before.size();
            found.run = text.substr(end, length);
            found.before = without_wide_blanks(before);
            found.after = without_wide_blanks(text.substr(at));
            return true;
        }
        at -= length - 1;  // the loop takes one more
    }
    return false;
}

bool is_particle(std::string_view word) {
    static const WordSet particles =
        word_set("de van von der den of the la le du di da del della dos bin ibn al y");
    return particles.contains(word);
}

}  // namespace quillet
