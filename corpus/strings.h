// Questions to short texts, lists of words written as one string, and lines put together into paragraphs.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace quillet {

constexpr size_t npos = std::string_view::npos;

inline bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
inline bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
inline bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
inline bool is_alpha(char c) {
    return is_upper(c) || is_lower(c);
}
inline bool is_alnum(char c) {
    return is_alpha(c) || is_digit(c);
}
inline bool is_punct(char c) {
    return std::ispunct(static_cast<unsigned char>(c)) != 0;
}
// A byte of a character beyond ASCII.
inline bool is_high(char c) {
    return static_cast<signed char>(c) < 0;
}

// How many characters UTF-8 text has: all bytes but those that continue one.
inline size_t count_characters(std::string_view text) {
    return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

template <typename List>
bool contains_any(std::string_view text, const List& parts) {
    return std::any_of(std::begin(parts), std::end(parts),
                       [&](std::string_view part) { return text.find(part) != npos; });
}

template <typename List>
bool starts_with_any(std::string_view text, const List& parts) {
    return std::any_of(std::begin(parts), std::end(parts),
                       [&](std::string_view part) { return text.starts_with(part); });
}

template <typename List>
bool ends_with_any(std::string_view text, const List& parts) {
    return std::any_of(std::begin(parts), std::end(parts),
                       [&](std::string_view part) { return text.ends_with(part); });
}

// Where the first `what` in `text` is, from `at` on; the end of `text` where there is none.
template <typename What>
size_t find_or_end(std::string_view text, What what, size_t at = 0) {
    return std::min(text.find(what, at), text.size());
}

// The end of what stands at `at` in `text` and is made of `characters`.
template <typename Characters>
size_t skip(std::string_view text, Characters characters, size_t at = 0) {
    return std::min(text.find_first_not_of(characters, at), text.size());
}

// The row of a table whose name is `name`; nullptr where there is none.
template <typename Row, size_t N>
const Row* row_called(const Row (&rows)[N], std::string_view name) {
    auto row = std::find_if(rows, rows + N, [&](const Row& r) { return name == r.name; });
    return row == rows + N ? nullptr : row;
}

// True where the last character of `text` ends a sentence: a stop, dots, or a quotation mark.
bool ends_sentence(std::string_view text);

// How often `part` is in `text`.
size_t count_of(std::string_view text, std::string_view part);

// Calls `visit` with each line of `text`, without its '\n'.
template <typename Visit>
void for_each_line(std::string_view text, const Visit& visit) {
    while (!text.empty()) {
        size_t end = find_or_end(text, '\n');
        visit(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

// The parts of `list` between `separator`s, without empty ones. They point into `list`.
using Words = std::vector<std::string_view>;
Words split(std::string_view list, char separator);

// A set of the words of `list`, which outlives it.
using WordSet = std::unordered_set<std::string_view>;
WordSet word_set(std::string_view list, char separator = ' ');

// `text` with ASCII letters made small.
std::string lower(std::string_view text);

// `text` without the characters at its ends that `is_blank` tells.
template <typename IsBlank>
std::string_view without_ends(std::string_view text, IsBlank is_blank) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

// `text` without the spaces and control characters at its ends.
inline std::string_view without_blanks(std::string_view text) {
    return without_ends(text, [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

// True where `text` is digits and nothing else.
inline bool is_number(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// True where `text` has four digits in a row: a year.
bool has_year(std::string_view text);

// True where the last, or the first, character of `text` is a letter of any alphabet.
bool ends_with_letter(std::string_view text);
bool starts_with_letter(std::string_view text);

// Adds the next line of a paragraph: with a space, but none behind "--" nor behind the hyphen of a
// word that is divided. The hyphen stays: "self-love" and "cus-toms" look the same.
void append_line(std::string& text, std::string_view line);

}  // namespace quillet
