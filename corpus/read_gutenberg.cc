// The reader of books from Project Gutenberg: paragraphs, by the layout of the book.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/utf8.h"
#include "corpus/gutenberg.h"
#include "corpus/language.h"
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
    {"lines", "every line", "", "", BookStyle::kLine},
    {"numbered", "paragraphs that begin with a number, a heading in capitals or both", "", "",
     BookStyle::kNumbered},
    {"author-below", "paragraphs whose last line is the author", "", "", BookStyle::kAuthorBelow},
    {"translated", "a foreign proverb, then _its English_", "", "", BookStyle::kTranslated},
};

size_t count_of(std::string_view text, std::string_view part) {
    size_t count = 0;
    for (size_t at = text.find(part); at != npos; at = text.find(part, at + part.size())) count++;
    return count;
}

bool has_markers(std::string_view head) {
    return head.find("Project Gutenberg") != npos || head.find("SMALL PRINT") != npos;
}

const BookStyle* style_called(std::string_view name) {
    auto found = std::find_if(std::begin(kStyles), std::end(kStyles),
                              [&](const BookStyle& s) { return name == s.name; });
    return found == std::end(kStyles) ? nullptr : found;
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
    // Without a header it is a book by its wrapped lines alone.
    if (!has_markers(head) && options.style.empty() && input.name().find(".gutenberg") == npos)
        return *style_called("paragraphs");
    throw Error(
        input.name(),
        "how the book is laid out cannot be seen from its beginning; name it with --style:" + list);
}

// The bytes of Latin-1, or Windows-1252 as it is meant, in UTF-8.
std::string from_latin1(std::string_view text) {
    static constexpr char16_t kWindows[] = {
        0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
    std::string utf8;
    for (char byte : text) {
        unsigned char c = static_cast<unsigned char>(byte);
        append_utf8(utf8, c >= 0x80 && c < 0xA0 ? kWindows[c - 0x80] : c);
    }
    return utf8;
}

bool declares_latin1(std::string_view head) {
    size_t at = lower(head).find("character set encoding:");
    if (at == npos) return false;
    static const Words latin = split("8859-1|latin-1|latin1|latin 1|1252", '|');
    return contains_any(lower(head.substr(at, head.substr(at).find('\n'))), latin);
}

// True for what stands in braces or brackets instead of words: "12", "Pg 12", "a", "*", "264-2".
bool is_mark(std::string_view inside) {
    if (lower(inside.substr(0, 2)) == "pg") inside.remove_prefix(2);
    while (inside.starts_with(' ') || inside.starts_with('.')) inside.remove_prefix(1);
    bool digits = std::all_of(inside.begin(), inside.end(), [](char c) {
        return is_digit(c) || c == '-' || c == '*' || std::string_view("ivxlc").find(c) != npos;
    });
    return digits || (inside.size() == 1 && is_lower(inside[0])) || inside.starts_with("Footnote ");
}

// Without the underscores of italics, the tildes and signs of bold type, footnote marks and page
// numbers.
std::string without_type(std::string_view text) {
    std::string plain;
    for (size_t i = 0; i < text.size(); i++) {
        if (text[i] == '_' || text[i] == '~' || text[i] == '=') continue;
        bool opens = text[i] == '[' || text[i] == '{';
        size_t end = opens ? text.find(text[i] == '[' ? ']' : '}', i) : npos;
        if (end != npos && end > i + 1 && is_mark(text.substr(i + 1, end - i - 1))) {
            i = end;
            bool doubled = plain.ends_with(' ') && text.substr(i + 1).starts_with(' ');
            if (doubled) i++;
            continue;
        }
        plain += text[i];
    }
    return plain;
}

// A line of asterisks, a heading in capitals, one letter, "CHAPTER I.", a page number: nothing to
// read.
bool is_heading(std::string_view text) {
    static const Words headings =
        split("Chapter |CHAPTER |Book |BOOK |Part |PART |VOL. |Vol. ", '|');
    if (starts_with_any(text, headings) && text.size() < 60) return true;
    return std::count_if(text.begin(), text.end(), is_lower) < 2;
}

// A line of contents or an index: dots or wide spaces before a number at its end, or numbers after
// commas.
bool is_index_entry(std::string_view text) {
    size_t last = text.find_last_not_of("0123456789 ,.;-");
    std::string_view tail = text.substr(last == npos ? 0 : last + 1);
    bool number = std::any_of(tail.begin(), tail.end(), is_digit) && is_digit(text.back());
    bool leaders =
        text.find("....") != npos || text.find(". . . .") != npos || tail.starts_with("  ");
    return number && (leaders || (count_of(tail, ",") > 0 && tail.size() < text.size()));
}

// What the printers and transcribers say about the file.
bool is_about_the_file(std::string_view text) {
    static const Words beginnings = split(
        "produced by|prepared by|e-text prepared|etext prepared|this etext was|this ebook was|"
        "this file was|transcribed by|transcriber's note|transcriber’s note|transcribers' note|"
        "transcriber's notes|[transcriber|transcriber note|note: project gutenberg|"
        "note: images of|images generously|distributed proofread|online distributed|"
        "http://|https://|www.|updated editions|scanned by|scanned and|digitized by|proofread by",
        '|');
    static const Words parts =
        split("project gutenberg|distributed proofreading team|pgdp.net|gutenberg.org", '|');
    std::string small = lower(text);
    size_t first = small.find_first_not_of("_=~* ");
    return (first != npos && starts_with_any(std::string_view(small).substr(first), beginnings)) ||
           contains_any(small, parts);
}

// Takes the full stop off an author, unless it shortens the name: "Wm. Jr."
std::string author_from(std::string_view text) {
    std::string author(without_blanks(without_type(text)));
    if (author.ends_with('.') && author.size() - (author.rfind(' ') + 1) > 3) author.pop_back();
    return author;
}

// Splits "text--_Author._" at the last dash before the author. False when there is none.
bool split_author(std::string_view paragraph, Item& item) {
    size_t dash = npos, length = 0;
    for (std::string_view sign : {"--", "\xE2\x80\x93", "\xE2\x80\x94", "\xE2\x80\x95"})
        if (size_t at = paragraph.rfind(sign); at != npos && (dash == npos || at > dash)) {
            dash = at;
            length = sign.size();
        }
    if (dash == npos || dash == 0) return false;
    std::string_view author = without_blanks(paragraph.substr(dash + length));
    if (author.size() < 2 || author.size() > 60 || (author[0] != '_' && !is_upper(author[0])))
        return false;
    item.author = author_from(author);
    item.text = without_type(without_blanks(paragraph.substr(0, dash)));
    return true;
}

// "012. HEAD. text" as the text; false where neither number nor heading begins the paragraph.
bool drop_number(std::string& text) {
    size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    bool numbered = digits > 0 && digits < 5 &&
                    std::string_view(".):").find(text[std::min(digits, text.size() - 1)]) != npos;
    if (numbered) text.erase(0, text.find_first_not_of(" .):", digits));
    size_t end = text.find_first_of(".:");
    std::string_view head = std::string_view(text).substr(0, end);
    bool capitals =
        end != npos && head.size() > 2 && std::none_of(head.begin(), head.end(), is_lower);
    if (capitals) text.erase(0, text.find_first_not_of(" .:-\xE2\x80\x94", end));
    return (numbered || capitals) && !text.empty();
}

// A paragraph as the layout has it.
struct Paragraph {
    std::string text, last_line;
    size_t before_last = 0;  // of text: where the last line begins
    size_t lines = 0;
    bool indented = false;
};

class BookReader {
  public:
    BookReader(const BookStyle& style, bool header, Consumer& consumer)
        : style_(style),
          consumer_(consumer),
          header_(header),
          begun_(!header && style.first_line[0] == '\0') {}

    // False when the body has ended.
    bool line(std::string_view line) {
        std::string_view text = without_blanks(line);
        if (in_start_) {  // "*** START OF ... THAT ARE\nGREEN ***"
            in_start_ = text.find("***") == npos && !text.empty();
            return true;
        }
        if (is_start(text)) {
            in_start_ = text.find("***", 4) == npos && !text.starts_with("*END");
            header_ = false;
            begun_ = style_.first_line[0] == '\0';
            paragraph_ = {};
            return true;
        }
        // A book without its header begins at its layout's first line.
        bool first = style_.first_line[0] != '\0' && line.starts_with(style_.first_line);
        begun_ = begun_ || first;
        header_ = header_ && !first;
        if (begun_ &&
            (is_end(text) || (style_.last_line[0] != '\0' && line.starts_with(style_.last_line))))
            return false;
        if (header_ || !begun_) return true;
        if (text.empty() || style_.item == BookStyle::kLine) end_paragraph();
        if (!text.empty()) add(line, text);
        return true;
    }

    bool begun() const { return begun_; }
    void end_paragraph() {
        Paragraph paragraph = std::exchange(paragraph_, {});
        if (!paragraph.text.empty()) take(paragraph);
    }

  private:
    static bool is_start(std::string_view text) {
        std::string small = lower(text.substr(0, 60));
        std::erase(small, ' ');
        return small.starts_with("***start") || small.starts_with("*end*thesmallprint") ||
               small.starts_with("*end_thesmallprint") || small.starts_with("*end*the small");
    }
    static bool is_end(std::string_view text) {
        std::string small = lower(text.substr(0, 60));
        bool end = small.starts_with("end of the project gutenberg") ||
                   small.starts_with("end of project gutenberg") ||
                   small.starts_with("end of this project gutenberg") ||
                   small.starts_with("*** start: full license");
        std::erase(small, ' ');
        return end || small.starts_with("***endof") || small.starts_with("***end*");
    }

    void add(std::string_view line, std::string_view text) {
        Paragraph& p = paragraph_;
        if (p.text.empty()) p.indented = line[0] == ' ' || line[0] == '\t';
        // A word divided at the end of a line by "--" is not given a space.
        bool joined = p.text.empty() || p.text.ends_with("--");
        p.before_last = p.text.size();
        p.text += (joined ? "" : " ") + std::string(text);
        p.last_line = text;
        p.lines++;
    }

    void take(const Paragraph& p) {
        if (is_heading(p.text)) return;
        if (in_note_ || p.text.starts_with("[Footnote") || p.text.starts_with("[Illustration") ||
            p.text.starts_with("{Illustration")) {
            in_note_ = p.text.find_last_of("]}") == npos && p.text.size() < 2000 && !in_note_;
            return consumer_.notes.add("footnotes and pictures", p.text);
        }
        if (is_about_the_file(p.text))
            return consumer_.notes.add("about the file and its makers", p.text);
        if (is_index_entry(p.text)) return consumer_.notes.add("contents and index", p.text);
        Item item;
        if (make_item(p, item)) consumer_.add(std::move(item));
    }

    bool leave_out(const char* why, const Paragraph& p) {
        consumer_.notes.add(why, p.text);
        return false;
    }

    bool make_item(const Paragraph& p, Item& item) {
        switch (style_.item) {
            case BookStyle::kAttributed: {
                // The title stays out: "~Ability.~--Natural abilities ..."
                size_t title = p.text.starts_with('~') ? p.text.find("~--", 1) : npos;
                std::string_view text = p.text;
                if (title != npos) text.remove_prefix(title + 3);
                return (!p.indented && split_author(text, item)) ||
                       leave_out("paragraphs without an author", p);
            }
            case BookStyle::kAuthorBelow: {
                std::string_view author = p.last_line;
                while (author.starts_with('-') || is_high(author[0])) author.remove_prefix(1);
                bool name = p.lines > 1 && author.size() < 60 && !author.empty();
                if (!name) return leave_out("paragraphs without an author", p);
                item.author = author_from(author.substr(0, author.find(',')));
                item.text = without_type(p.text.substr(0, p.before_last));
                return true;
            }
            case BookStyle::kTranslated: {
                size_t open = p.text.find('_'), close = p.text.rfind('_');
                if (open == npos || close <= open + 3)
                    return leave_out("proverbs without an English form", p);
                std::string inside = p.text.substr(open + 1, close - open - 1);
                std::string outside = p.text.substr(0, open);
                bool swapped = guess_language(inside) == Language::kOther && !outside.empty();
                item.text = without_type(without_blanks(swapped ? outside : inside));
                return true;
            }
            case BookStyle::kNumbered:
                item.text = without_type(p.text);
                return drop_number(item.text) || leave_out("paragraphs without a number", p);
            case BookStyle::kUnindented:
                if (p.indented) return leave_out("notes: indented paragraphs", p);
                break;
            case BookStyle::kParagraph:
                // Verse: short lines, set in.
                if (p.indented && p.lines > 1 && p.text.size() < 45 * p.lines)
                    return leave_out("verse", p);
                break;
            case BookStyle::kLine:
                break;
        }
        item.text = without_type(p.text);
        return true;
    }

    const BookStyle& style_;
    Consumer& consumer_;
    bool header_;  // the lines before "*** START OF" are not the book's
    bool begun_;
    bool in_start_ = false, in_note_ = false;
    Paragraph paragraph_;
};

// True where a line that ends the header is among the first bytes.
bool has_start_line(std::string_view head) {
    static const Words starts =
        split("*** START|***START|*END*THE SMALL|*END THE SMALL|*END*", '|');
    return contains_any(head, starts);
}

}  // namespace

std::span<const BookStyle> book_styles() {
    return kStyles;
}

void read_gutenberg(Input& input, const ReadOptions& options, Consumer& consumer,
                    InputFacts& facts) {
    const BookStyle& style = find_style(options, input);
    if (has_markers(input.head())) {
        facts.source = "Project Gutenberg, layout " + std::string(style.name);
        facts.licence = "public domain in the United States, as Project Gutenberg states";
    } else {
        facts.source = "a book, layout " + std::string(style.name);
        facts.warning = "looks like a book with wrapped lines, and is read by paragraphs (layout " +
                        std::string(style.name) + "); --format plain reads every line as an item";
    }
    bool latin1 = declares_latin1(input.head());
    LineReader lines(input);
    BookReader book(style, has_start_line(input.head()), consumer);
    bool body = true;
    for (std::string_view line; lines.next(line);) {
        if (!body) continue;
        bool convert = !is_utf8(line) && latin1;
        body = book.line(convert ? from_latin1(line) : std::string(line));
    }
    if (!book.begun())
        throw Error(input.name(), std::string("has no line that begins with \"") +
                                      style.first_line + "\", with which the layout '" +
                                      style.name + "' begins; see --style");
    book.end_paragraph();
}

}  // namespace quillet
