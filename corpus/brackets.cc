// What stands in brackets at a word.
// SPDX-License-Identifier: MIT
#include "corpus/brackets.h"

#include <algorithm>

#include "corpus/strings.h"

namespace quillet {
namespace {

// True where a note's letter may stand: behind a stop, a bracket, a star, a number.
bool is_behind_stop(std::string_view before) {
    return ends_with_stop(before) ||
           (before.size() > 1 &&
            (before.back() == ')' || before.back() == '*' || is_digit(before.back())));
}

// "=a", ":o", "'e": a letter with an accent that the typewriter lacks.
bool is_accented(std::string_view inside) {
    return inside.size() == 2 && is_alpha(inside[1]) &&
           std::string_view("=~:'`^).(,-/").find(inside[0]) != npos;
}

Bracketed single_letter(std::string_view before, char letter) {
    if (is_behind_stop(before)) return Bracketed::kMark;
    if (!ends_with_letter(before)) return Bracketed::kOther;
    // Words that end so are rare, notes called so are not: "the sea[a]" but "the word[s]".
    if (is_lower(letter))
        return std::string_view("abcivx").find(letter) != npos ? Bracketed::kMark
                                                               : Bracketed::kLetters;
    return is_upper(before.back()) ? Bracketed::kLetters : Bracketed::kMark;
}

}  // namespace

bool ends_with_stop(std::string_view before) {
    static const Words closing = split("\xE2\x80\x9D|\xE2\x80\x99|\xE2\x80\xA6|\xC2\xBB", '|');
    if (before.size() < 2) return false;
    char last = before.back(), second = before[before.size() - 2];
    if (last == '"' || last == '\'') return second != ' ' && second != '-' && second != '(';
    return std::string_view(".,;:!?").find(last) != npos || ends_with_any(before, closing);
}

bool is_roman(std::string_view text) {
    std::string_view rest = text;
    auto take = [&](std::string_view part) {
        bool found = rest.starts_with(part);
        if (found) rest.remove_prefix(part.size());
        return found;
    };
    auto take_some = [&](std::string_view one) {
        for (int i = 0; i < 3 && take(one); i++) continue;
    };
    take_some("c");
    if (!take("xc") && !take("xl")) {
        take("l");
        take_some("x");
    }
    if (!take("ix") && !take("iv")) {
        take("v");
        take_some("i");
    }
    return rest.empty() && !text.empty();
}

Bracketed bracketed(std::string_view before, std::string_view inside, std::string_view after) {
    if (inside.empty() || inside.size() > 24) return Bracketed::kOther;
    bool letter_before = ends_with_letter(before), letter_after = starts_with_letter(after);
    if (std::all_of(inside.begin(), inside.end(), is_digit)) {
        // Behind a name of one small letter; "Henry V[1]" has a note.
        bool name = letter_before && is_lower(before.back()) &&
                    (before.size() < 2 || before[before.size() - 2] == ' ');
        return name || (letter_before && inside == "0") ? Bracketed::kIndex : Bracketed::kOther;
    }
    if (is_accented(inside) && (letter_before || letter_after)) return Bracketed::kLetters;
    bool letters =
        std::all_of(inside.begin(), inside.end(), [](char c) { return is_alpha(c) || is_high(c); });
    if (!letters) return Bracketed::kOther;
    if (letter_after) return Bracketed::kLetters;
    if (inside.size() == 1 && is_alpha(inside[0])) return single_letter(before, inside[0]);
    if (!letter_before) return Bracketed::kOther;
    bool numeral = inside.find_first_not_of("ivx") == npos && is_roman(inside);
    return numeral ? Bracketed::kMark : Bracketed::kLetters;
}

std::string_view letters_in(std::string_view inside) {
    return is_accented(inside) ? inside.substr(1) : inside;
}

}  // namespace quillet
