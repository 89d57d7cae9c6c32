// The reader of fortune files: items between lines of "%", authors after "--", overstrikes with
// backspaces.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <vector>

#include "corpus/attribution.h"
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

// How many bytes the dashes before an author have at the beginning of `text`, of any kind and number;
// one hyphen needs a space after it. 0 for none.
size_t dash_length(std::string_view text) {
    size_t length = dashes_at_begin(text);
    return text.starts_with('-') && length == 1 && !text.substr(1).starts_with(' ') ? 0 : length;
}

// "-- Mark Twain" or "— Mark Twain", indented or not. A single short dash needs a name after it, and
// three hyphens or more, which may also go on with a sentence or rule a heading.
bool is_attribution(std::string_view line) {
    std::string_view text = without_wide_blanks(line);
    size_t dash = dash_length(text);
    std::string_view name = without_wide_blanks(text.substr(dash));
    if (dash == 0 || name.empty()) return false;
    bool many = text.starts_with("---");
    if (many && dashes_at_end(name) >= 3) return false;
    bool apart = many && text.size() - dash > name.size();
    bool plain = (text.starts_with("--") && !many) || text.starts_with("\xE2\x80\x94");
    bool named = is_upper(name[0]) || is_high(name[0]) || (apart && is_alpha(name[0]));
    return plain || (named && name.size() < 80);
}

// "Max Ford, in "Clocks"": up to five words, all with capitals but such as "van".
bool begins_with_name(std::string_view text, size_t least) {
    Words words = split(text.substr(0, text.find_first_of(",\"(")), ' ');
    return words.size() >= least && !words.empty() && words.size() <= 5 && is_upper(text[0]) &&
           std::all_of(words.begin(), words.end(), [](std::string_view word) {
               return is_upper(word[0]) || is_high(word[0]) || is_particle(word);
           });
}

// Where dashes and a name stand at the end of a line, "... the clock. -- Max Ford, in "Clocks""; npos
// when they do not. Without the end of a sentence before them a year or a title tells.
size_t inline_attribution(std::string_view line) {
    static const Words ends = split(". ! ? \" ' ) … ” ’", ' ');
    constexpr int kMostRuns = 8;
    line.remove_suffix(dashes_at_end(line));
    size_t end = line.size();
    Dashed sign;
    for (int tries = 0; tries < kMostRuns && previous_dashes(line, end, sign); tries++) {
        if (sign.before.empty()) break;
        bool told = ends_with_any(sign.before, ends);
        bool work = sign.after.ends_with(')') && has_year(sign.after);
        if ((told || work) && begins_with_name(sign.after, told ? 1 : 2)) return end;
    }
    return npos;
}

// The name in "Henrik Ibsen, "The Wild Duck"", "Fred Brooks, Jr., _The Mythical Man Month_", "Sean
// O'Casey on P. G. Wodehouse".
std::string author_of(std::string_view attribution) {
    std::string_view text = without_wide_blanks(attribution);
    text.remove_prefix(dash_length(text));
    text.remove_suffix(dashes_at_end(text));
    text = without_wide_blanks(text);
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

// "Q:", "TOM: ...", "Old Man: ...": who speaks, in capitals or with one at each word; or "2. ...".
bool is_label(std::string_view line) {
    size_t digits = line.find_first_not_of("0123456789");
    if (digits != npos && digits > 0 && digits <= 3)
        return line[digits] == '.' || line[digits] == ')';
    size_t colon = line.substr(0, 24).find(':');
    if (colon == npos || colon == 0) return false;
    Words words = split(line.substr(0, colon), ' ');
    bool named = std::all_of(words.begin(), words.end(),
                             [](std::string_view word) { return is_upper(word[0]); });
    return named && (colon + 1 == line.size() || line[colon + 1] == ' ' || line[colon + 1] == '\t');
}

// Prose is one paragraph whose lines are full; the rest is verse, lists, dialogue, drawings.
bool is_prose(const std::vector<std::string>& lines) {
    for (size_t i = 0; i < lines.size(); i++) {
        if (without_blanks(lines[i]).empty()) return false;
        bool indented = lines[i][0] == ' ' || lines[i][0] == '\t';
        if (indented && i > 0) return false;
        if (i + 1 < lines.size() && columns(lines[i]) <= kVerseColumns) return false;
    }
    if (std::count_if(lines.begin(), lines.end(), is_label) > 1) return false;
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
    if (!lines.empty() && item.author.empty())
        if (size_t at = inline_attribution(lines.back()); at != npos) {
            item.author = author_of(std::string_view(lines.back()).substr(at));
            lines.back().resize(at);
        }
    while (!lines.empty() && without_blanks(lines.back()).empty()) lines.pop_back();
    bool prose = is_prose(lines);
    for (const std::string& line : lines) append_line(item.text, without_blanks(line));
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
        std::string_view sign = without_blanks(line);
        if (sign == "%" || sign == "%%")
            take_fortune(lines, consumer);
        else if (!line.starts_with("%% "))  // a comment
            lines.push_back(overstruck(line));
    }
    take_fortune(lines, consumer);
}

}  // namespace quillet
