// Questions to short texts, and lines put together into paragraphs.
// SPDX-License-Identifier: MIT
#include "corpus/strings.h"

namespace quillet {

bool ends_sentence(std::string_view text) {
    static const Words ends = split(". ! ? \" \xE2\x80\x9D \xE2\x80\xA6", ' ');
    return ends_with_any(text, ends);
}

size_t count_of(std::string_view text, std::string_view part) {
    size_t count = 0;
    for (size_t at = text.find(part); at != npos; at = text.find(part, at + part.size())) count++;
    return count;
}

Words split(std::string_view list, char separator) {
    Words parts;
    while (!list.empty()) {
        size_t end = find_or_end(list, separator);
        if (end > 0) parts.push_back(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return parts;
}

WordSet word_set(std::string_view list, char separator) {
    Words words = split(list, separator);
    return {words.begin(), words.end()};
}

std::string lower(std::string_view text) {
    std::string small(text);
    for (char& c : small)
        if (is_upper(c)) c = static_cast<char>(c + ('a' - 'A'));
    return small;
}

bool has_year(std::string_view text) {
    size_t digits = 0;
    return std::any_of(text.begin(), text.end(), [&](char c) {
        digits = is_digit(c) ? digits + 1 : 0;
        return digits == 4;
    });
}

bool ends_with_letter(std::string_view text) {
    if (text.empty()) return false;
    if (!is_high(text.back())) return is_alpha(text.back());
    // Punctuation beyond ASCII: U+2000 to U+207F, and that of Latin-1 below U+00C0.
    bool punctuation = (text.size() > 2 && text.substr(text.size() - 3).starts_with("\xE2\x80")) ||
                       (text.size() > 1 && text[text.size() - 2] == '\xC2');
    return !punctuation;
}

bool starts_with_letter(std::string_view text) {
    if (text.empty()) return false;
    if (!is_high(text[0])) return is_alpha(text[0]);
    return !text.starts_with("\xE2\x80") && text[0] != '\xC2';
}

void append_line(std::string& text, std::string_view line) {
    // "pre- and post-war": the second half of the word is no part of the next one.
    static const Words joining = split("and |or |to |nor ", '|');
    bool divided = text.ends_with('-') && text.size() > 1 &&
                   (is_digit(text[text.size() - 2]) ||
                    ends_with_letter(std::string_view(text).substr(0, text.size() - 1))) &&
                   !starts_with_any(line, joining);
    bool joined = text.empty() || text.ends_with("--") || divided;
    if (!joined) text += ' ';
    text += line;
}

}  // namespace quillet
