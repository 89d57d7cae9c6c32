// The reader of fortune files: items between lines of "%", authors after "--", overstrikes with
// backspaces.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <vector>

#include "corpus/readers.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

constexpr size_t kVerseColumns = 45;  // prose fills its lines to more than this

// What a printer would show: a backspace moves back, what comes next stands over what was there; an
// underscore gives way.
std::string overstruck(std::string_view line) {
    if (line.find('\b') == npos) return std::string(line);
    std::string shown;
    size_t at = 0;
    for (char c : line) {
        if (c == '\b') {
            at -= at > 0;
            continue;
        }
        if (at >= shown.size())
            shown += c;
        else if (c != '_')
            shown[at] = c;
        at++;
    }
    return shown;
}

// Columns that `line` fills, tabs to multiples of eight.
size_t columns(std::string_view line) {
    size_t column = 0;
    for (char c : line)
        column = c == '\t' ? (column / 8 + 1) * 8
                           : column + ((static_cast<unsigned char>(c) & 0xC0) != 0x80);
    return column;
}

// "-- Mark Twain" or "— Mark Twain", indented or not.
bool is_attribution(std::string_view line) {
    std::string_view text = without_blanks(line);
    if (text.starts_with("\xE2\x80\x94")) return text.size() > 3;
    return text.starts_with("--") && text.size() > 2 && text[2] != '-';
}

// The name in "Henrik Ibsen, "The Wild Duck"", "Fred Brooks, Jr., _The Mythical Man Month_", "Sean
// O'Casey on P. G. Wodehouse".
std::string author_of(std::string_view attribution) {
    std::string_view text = without_blanks(attribution);
    text = without_blanks(text.substr(text.starts_with("--") ? 2 : 3));
    size_t end = text.size();
    for (std::string_view mark :
         {" \"", "\"", " [",  " (",   " <", " in ",    " on ",   " to ",   " at ",    "; ",
          ": ",  " _", " - ", " -- ", "/",  " after ", " when ", " from ", " quoted", " about "}) {
        size_t at = text.find(mark);
        if (at != npos && at > 0) end = std::min(end, at);
    }
    size_t comma = text.find(',');
    if (comma < end) {
        std::string_view after = without_blanks(text.substr(comma + 1));
        bool generation =
            after.starts_with("Jr") || after.starts_with("Sr") || after.starts_with("III");
        size_t next = text.find(',', comma + 1);
        end = generation ? std::min(end, next) : comma;
    }
    std::string author(without_blanks(text.substr(0, end)));
    while (author.ends_with(',')) author.pop_back();
    return author;
}

// Prose is one paragraph whose lines are full; the rest is verse, lists, dialogue, drawings.
bool is_prose(const std::vector<std::string>& lines) {
    for (size_t i = 0; i < lines.size(); i++) {
        if (without_blanks(lines[i]).empty()) return false;
        bool indented = lines[i][0] == ' ' || lines[i][0] == '\t';
        if (indented && i > 0) return false;
        if (i + 1 < lines.size() && columns(lines[i]) <= kVerseColumns) return false;
    }
    return !lines.empty();
}

void take_fortune(std::vector<std::string>& lines, Consumer& consumer) {
    while (!lines.empty() && without_blanks(lines.back()).empty()) lines.pop_back();
    if (lines.empty()) return;
    Item item;
    // The last line that begins with dashes, with what follows it; not the first, which would leave
    // no text.
    for (size_t i = lines.size(); i-- > 1;) {
        if (!is_attribution(lines[i])) continue;
        item.author = author_of(lines[i]);
        lines.resize(i);
        break;
    }
    while (!lines.empty() && without_blanks(lines.back()).empty()) lines.pop_back();
    bool prose = is_prose(lines);
    for (const std::string& line : lines)
        item.text += (item.text.empty() ? "" : " ") + std::string(without_blanks(line));
    if (prose)
        consumer.add(std::move(item));
    else
        consumer.notes.add("fortunes left out: verse, lists, dialogue", item.text);
    lines.clear();
}

}  // namespace

void read_fortune(Input& input, const ReadOptions&, Consumer& consumer, InputFacts&) {
    LineReader reader(input);
    std::vector<std::string> lines;
    for (std::string_view line; reader.next(line);) {
        if (line == "%")
            take_fortune(lines, consumer);
        else
            lines.push_back(overstruck(line));
    }
    take_fortune(lines, consumer);
}

}  // namespace quillet
