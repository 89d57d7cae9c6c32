// The reader of books from Project Gutenberg: paragraphs, by the layout of the book.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>

#include "base/error.h"
#include "corpus/gutenberg.h"
#include "corpus/readers.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

constexpr BookStyle kStyles[] = {
    {"hislop",
     "A. Hislop, The Proverbs of Scotland (26150): unindented paragraphs from \"A' ae oo'\" to the "
     "glossary",
     "A' ae oo'", "GLOSSARY", BookStyle::kUnindented},
    {"proverbs", "unindented paragraphs are items, indented ones notes", "", "",
     BookStyle::kUnindented},
    {"ballou", "M. M. Ballou, Pearls of Thought (26604): ~Title.~--text--_Author._", "~", "",
     BookStyle::kAttributed},
    {"quotations", "paragraphs that end with --_Author._ or --Author", "", "",
     BookStyle::kAttributed},
    {"paragraphs", "every paragraph", "", "", BookStyle::kParagraph},
};

const BookStyle* style_called(const std::string& name) {
    auto found = std::find_if(std::begin(kStyles), std::end(kStyles),
                              [&](const BookStyle& s) { return name == s.name; });
    return found == std::end(kStyles) ? nullptr : found;
}

size_t count_of(std::string_view text, std::string_view part) {
    size_t count = 0;
    for (size_t at = text.find(part); at != npos; at = text.find(part, at + part.size())) count++;
    return count;
}

// What the beginning of the book says.
const BookStyle& find_style(const ReadOptions& options, const Input& input) {
    std::string list;
    for (const BookStyle& style : kStyles)
        list += std::string("\n    ") + style.name + ": " + style.description;
    if (!options.style.empty()) {
        if (const BookStyle* style = style_called(options.style)) return *style;
        throw Error("--style", "there is no layout '" + options.style + "'; there are" + list);
    }
    std::string_view head = input.head();
    for (const BookStyle& style : kStyles)
        if (std::string_view(style.first_line).size() > 4 &&
            head.find("\n" + std::string(style.first_line)) != npos)
            return style;
    if (count_of(head, "--_") > 20)
        return *style_called(count_of(head, "\n~") > 10 ? "ballou" : "quotations");
    throw Error(
        input.name(),
        "how the book is laid out cannot be seen from its beginning; name it with --style:" + list);
}

// Without the underscores of italics, the tildes and signs of bold type, and footnote marks.
std::string without_type(std::string_view text) {
    std::string plain;
    for (size_t i = 0; i < text.size(); i++) {
        if (text[i] == '_' || text[i] == '~' || text[i] == '=') continue;
        if (text[i] == '[') {
            size_t end = text.find(']', i);
            if (end != npos && end > i + 1 &&
                std::all_of(text.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                            text.begin() + static_cast<std::ptrdiff_t>(end),
                            [](char c) { return is_digit(c); })) {
                i = end;
                continue;
            }
        }
        plain += text[i];
    }
    return plain;
}

// A line of asterisks, a heading in capitals, one letter: nothing to read.
bool is_heading(std::string_view text) {
    size_t small = static_cast<size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; }));
    return small < 2;
}

// Splits "text--_Author._" at the last dash before the author. False when there is none.
bool split_author(std::string_view paragraph, Item& item) {
    size_t dash = paragraph.rfind("--");
    size_t long_dash = paragraph.rfind("\xE2\x80\x94");
    size_t length = 2;
    if (long_dash != npos && (dash == npos || long_dash > dash)) {
        dash = long_dash;
        length = 3;
    }
    if (dash == npos || dash == 0) return false;
    std::string_view author = without_blanks(paragraph.substr(dash + length));
    bool italics = author.starts_with('_');
    if (author.size() < 2 || author.size() > 60 || (!italics && !is_upper(author[0]))) return false;
    item.author = without_type(author);
    // The stop after the name is the printer's, unless it shortens the name: "Wm. Jr."
    if (item.author.ends_with('.')) {
        size_t space = item.author.rfind(' ');
        if (item.author.size() - (space == npos ? 0 : space + 1) > 3) item.author.pop_back();
    }
    item.text = without_type(without_blanks(paragraph.substr(0, dash)));
    return true;
}

class BookReader {
  public:
    BookReader(const BookStyle& style, Consumer& consumer)
        : style_(style), consumer_(consumer), begun_(style.first_line[0] == '\0') {}

    // False when the body has ended.
    bool line(std::string_view line) {
        if (line.starts_with("*** START OF") || line.starts_with("***START OF")) {
            drop();
            begun_ = style_.first_line[0] == '\0';
            return true;
        }
        bool last = line.starts_with("*** END OF") || line.starts_with("***END OF") ||
                    line.starts_with("End of the Project Gutenberg") ||
                    line.starts_with("End of Project Gutenberg");
        last =
            last || (begun_ && style_.last_line[0] != '\0' && line.starts_with(style_.last_line));
        if (last) return false;
        if (!begun_ && line.starts_with(style_.first_line)) begun_ = true;
        if (!begun_) return true;
        std::string_view text = without_blanks(line);
        if (text.empty()) {
            end_paragraph();
            return true;
        }
        if (paragraph_.empty()) indented_ = line[0] == ' ';
        // A word divided at the end of a line by "--" or "-" is not given a space.
        bool joined = paragraph_.empty() || paragraph_.ends_with("--");
        paragraph_ += (joined ? "" : " ") + std::string(text);
        return true;
    }

    bool begun() const { return begun_; }
    void finish() { end_paragraph(); }

  private:
    void drop() { paragraph_.clear(); }

    void end_paragraph() {
        std::string paragraph = std::move(paragraph_);
        paragraph_.clear();
        if (paragraph.empty() || is_heading(paragraph)) return;
        if (paragraph.starts_with("[Footnote") || paragraph.starts_with("[Illustration"))
            return consumer_.notes.add("footnotes and pictures", paragraph);
        Item item;
        if (style_.item == BookStyle::kAttributed) {
            // The title stays out: "~Ability.~--Natural abilities ..."
            size_t title = paragraph.starts_with('~') ? paragraph.find("~--", 1) : npos;
            if (title != npos) paragraph.erase(0, title + 3);
            if (indented_ || !split_author(paragraph, item))
                return consumer_.notes.add("paragraphs without an author", paragraph);
        } else {
            if (indented_ && style_.item == BookStyle::kUnindented)
                return consumer_.notes.add("notes: indented paragraphs", paragraph);
            item.text = without_type(paragraph);
        }
        consumer_.add(std::move(item));
    }

    const BookStyle& style_;
    Consumer& consumer_;
    bool begun_;
    std::string paragraph_;
    bool indented_ = false;
};

}  // namespace

std::span<const BookStyle> book_styles() {
    return kStyles;
}

void read_gutenberg(Input& input, const ReadOptions& options, Consumer& consumer,
                    InputFacts& facts) {
    const BookStyle& style = find_style(options, input);
    facts.source = "Project Gutenberg, layout " + std::string(style.name);
    facts.licence = "public domain in the United States, as Project Gutenberg states";
    LineReader lines(input);
    BookReader book(style, consumer);
    bool more = true, body = true;
    for (std::string_view line; more && lines.next(line);)
        if (body) body = book.line(line);
    if (!book.begun())
        throw Error(input.name(), std::string("has no line that begins with \"") +
                                      style.first_line + "\", with which the layout '" +
                                      style.name + "' begins; see --style");
    book.finish();
}

}  // namespace quillet
