// Questions to short texts, and lists of words written as one string.
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

// How often `part` is in `text`.
inline size_t count_of(std::string_view text, std::string_view part) {
    size_t count = 0;
    for (size_t at = text.find(part); at != npos; at = text.find(part, at + part.size())) count++;
    return count;
}

// Calls `visit` with each line of `text`, without its '\n'.
template <typename Visit>
void for_each_line(std::string_view text, const Visit& visit) {
    while (!text.empty()) {
        size_t end = std::min(text.find('\n'), text.size());
        visit(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

// The parts of `list` between `separator`s, without empty ones. They point into `list`.
using Words = std::vector<std::string_view>;
inline Words split(std::string_view list, char separator) {
    Words parts;
    while (!list.empty()) {
        size_t end = std::min(list.find(separator), list.size());
        if (end > 0) parts.push_back(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return parts;
}

// A set of the words of `list`, which outlives it.
using WordSet = std::unordered_set<std::string_view>;
inline WordSet word_set(std::string_view list, char separator = ' ') {
    Words words = split(list, separator);
    return {words.begin(), words.end()};
}

// `text` with ASCII letters made small.
inline std::string lower(std::string_view text) {
    std::string small(text);
    for (char& c : small)
        if (is_upper(c)) c = static_cast<char>(c + ('a' - 'A'));
    return small;
}

// `text` without the spaces and control characters at its ends.
inline std::string_view without_blanks(std::string_view text) {
    auto blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

// True where `text` has four digits in a row: a year.
inline bool has_year(std::string_view text) {
    size_t digits = 0;
    return std::any_of(text.begin(), text.end(), [&](char c) {
        digits = is_digit(c) ? digits + 1 : 0;
        return digits == 4;
    });
}

}  // namespace quillet
