// The reader of books from Project Gutenberg: paragraphs, by the layout of the book.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/utf8.h"
#include "corpus/attribution.h"
#include "corpus/entities.h"
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

// What the beginning of the book says.
const BookStyle& find_style(const ReadOptions& options, const Input& input) {
    std::string list;
    for (const BookStyle& style : kStyles)
        list += std::string("\n    ") + style.name + ": " + style.description;
    if (!options.style.empty()) {
        if (const BookStyle* style = row_called(kStyles, options.style)) return *style;
        throw Error("--style", "there is no layout '" + options.style + "'; there are" + list);
    }
    std::string_view head = input.head();
    for (const BookStyle& style : kStyles)
        if (std::string_view(style.first_line).size() > 4 &&
            head.find("\n" + std::string(style.first_line)) != npos)
            return style;
    if (count_of(head, "--_") > 20)
        return *row_called(kStyles, count_of(head, "\n~") > 10 ? "ballou" : "quotations");
    // Without a header it is a book by its wrapped lines alone.
    if (!is_of_gutenberg(head) && input.name().find(".gutenberg") == npos)
        return *row_called(kStyles, "paragraphs");
    throw Error(
        input.name(),
        "how the book is laid out cannot be seen from its beginning; name it with --style:" + list);
}

// The bytes of Latin-1, or Windows-1252 as it is meant, in UTF-8.
std::string from_latin1(std::string_view text) {
    std::string utf8;
    for (char byte : text) {
        unsigned char c = static_cast<unsigned char>(byte);
        append_utf8(utf8, c >= 0x80 && c < 0xA0 ? windows_1252(c) : c);
    }
    return utf8;
}

bool declares_latin1(std::string_view head) {
    size_t at = lower(head).find("character set encoding:");
    if (at == npos) return false;
    static const Words latin = split("8859-1|latin-1|latin1|latin 1|1252", '|');
    return contains_any(lower(head.substr(at, head.substr(at).find('\n'))), latin);
}

// Takes the full stop off an author, unless it shortens the name: "Wm. Jr."
std::string author_from(std::string_view text) {
    std::string author(without_blanks(without_type(text)));
    if (author.ends_with('.') && author.size() - (author.rfind(' ') + 1) > 3) author.pop_back();
    return author;
}

// Splits "text--_Author._" at the last dash before the author. False when there is none.
bool split_author(std::string_view paragraph, Item& item) {
    size_t end = paragraph.size();
    Dashed sign;
    // One hyphen or tilde is no dash of a book's.
    do
        if (!previous_dashes(paragraph, end, sign) || sign.before.empty()) return false;
    while (sign.run == "-" || sign.run == "~");
    std::string_view author = sign.after;
    if (author.size() < 2 || author.size() > 60 || (author[0] != '_' && !is_upper(author[0])))
        return false;
    // "--NELL ORCHARD, _Gates_."
    item.author = author_from(author.substr(0, std::min(author.find(", _"), author.find(": _"))));
    // "~Title.~--": a tilde right before the dash is the type's.
    const bool tilde = sign.run.starts_with('~');
    item.text = without_type(tilde ? paragraph.substr(0, end + 1) : sign.before);
    return true;
}

// "012. HEAD. text" as the text; false where neither number nor heading begins the paragraph.
bool drop_number(std::string& text) {
    size_t digits = skip(text, "0123456789");
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
        in_print_ = (in_print_ || is_small_print(text)) && !is_start_line(text);
        if (in_print_) return true;
        if (is_start_line(text)) {
            in_start_ = text.find("***", 4) == npos && lower(text.substr(0, 4)) != "*end";
            header_ = false;
            begun_ = style_.first_line[0] == '\0';
            paragraph_ = {};
            held_.clear();
            open_ = 0;
            return true;
        }
        // A book without its header begins at its layout's first line.
        bool first = style_.first_line[0] != '\0' && line.starts_with(style_.first_line);
        begun_ = begun_ || first;
        header_ = header_ && !first;
        if (begun_ && (is_end_line(text) ||
                       (style_.last_line[0] != '\0' && line.starts_with(style_.last_line))))
            return false;
        if (header_ || !begun_) return true;
        if (text.empty() || style_.item == BookStyle::kLine) end_paragraph();
        if (!text.empty()) add(line, text);
        return true;
    }

    bool begun() const { return begun_; }
    void finish() {
        end_paragraph();
        while (open_ > 0) release();
    }

  private:
    void add(std::string_view line, std::string_view text) {
        Paragraph& p = paragraph_;
        if (p.text.empty()) p.indented = line[0] == ' ' || line[0] == '\t';
        p.before_last = p.text.size();
        append_line(p.text, text);
        p.last_line = text;
        p.lines++;
    }

    void end_paragraph() {
        Paragraph paragraph = std::exchange(paragraph_, {});
        if (!paragraph.text.empty()) take(std::move(paragraph));
    }

    void take(Paragraph p) {
        if (open_ > 0) return hold(std::move(p));
        if (is_transcribers_heading(p.text)) {
            notes_ = kFirst;
            return;
        }
        drop_insertions(p);
        if (const ListHeading list = list_heading(p.text); list != ListHeading::kNone) {
            list_ = list;
            return;
        }
        if (p.text.empty() || is_heading(p.text)) {
            if (!goes_on_with_list(p.text)) list_ = ListHeading::kNone;
            return;
        }
        if (notes_ != kNone) {
            notes_ = notes_ == kFirst || is_transcribers_list(p.text) ? kMore : kNone;
            if (notes_ == kMore) return consumer_.notes.add(kAboutTheFile, p.text);
        }
        if (is_footnote(p.text) || is_marked(p.text))
            return consumer_.notes.add(kFootnotes, p.text);
        if (is_about_the_file(p.text)) {
            if (lower(p.text.substr(0, 11)) == "transcriber") notes_ = kMore;
            return consumer_.notes.add(kAboutTheFile, p.text);
        }
        if (!is_in_list(p)) list_ = ListHeading::kNone;
        if (is_index_entry(p.text) || list_ != ListHeading::kNone)
            return consumer_.notes.add("contents and index", p.text);
        Item item;
        if (make_item(p, item)) consumer_.add(std::move(item));
    }

    // A heading that does not end the list above it: a letter's, "B", and in contents an entry in
    // capitals, "THE HARBOUR 12".
    bool goes_on_with_list(std::string_view text) const {
        static const Words chapters = split("CHAPTER |BOOK |PART |VOL", '|');
        return text.size() < 3 || (list_ == ListHeading::kContents && is_digit(text.back()) &&
                                   !starts_with_any(text, chapters));
    }

    bool is_in_list(const Paragraph& p) const {
        switch (list_) {
            case ListHeading::kIndex:
                return is_below_index(p.text);
            case ListHeading::kContents:
                return is_below_contents(p.text, p.lines);
            case ListHeading::kNone:
                break;
        }
        return false;
    }

    // True for a footnote that begins with a mark of a paragraph before it. Takes the marks of this one.
    bool is_marked(std::string_view text) {
        std::string_view first = mark_at(text);
        bool found =
            text.substr(first.size()).starts_with(' ') && marks_.contains(std::string(first));
        if (found) return true;
        for (size_t at = text.find_first_of("*({\xE2", 1); at != npos;
             at = text.find_first_of("*({\xE2", at + 1)) {
            std::string_view mark = mark_at(text.substr(at)), rest = text.substr(at + mark.size());
            if (text[at - 1] == ' ' || text[at - 1] == '*') continue;
            if (!mark.empty() && (rest.empty() || !is_alnum(rest[0]))) marks_.emplace(mark);
        }
        return false;
    }

    // Takes "[Illustration]" and the like off the beginning of a paragraph. One that does not close
    // there takes it all, and what follows is held until it closes.
    void drop_insertions(Paragraph& p) {
        size_t cut = 0;
        std::string_view rest = p.text;
        while (size_t length = insertion_length(rest)) {
            bool about = lower(rest.substr(1, 11)) == "transcriber";
            consumer_.notes.add(about ? kAboutTheFile : kFootnotes, rest.substr(0, length));
            if (length == npos) {
                bracket_ = rest[0];
                open_ = open_brackets(rest, bracket_);
                p.text.clear();
                return;
            }
            rest = without_blanks(rest.substr(length));
            cut = p.text.size() - rest.size();
        }
        p.text.erase(0, cut);
        p.before_last -= std::min(p.before_last, cut);
    }

    // Keeps a paragraph that may be inside an insertion. Where its end does not come soon the bracket
    // was never closed, and the paragraphs are text.
    void hold(Paragraph&& p) {
        bool next_note = lower(p.text.substr(0, 9)) == "[footnote";
        open_ += open_brackets(p.text, bracket_);
        held_.push_back(std::move(p));
        if (next_note || held_.size() > kMostHeld) return release();
        if (open_ > 0) return;
        for (const Paragraph& held : held_) consumer_.notes.add(kFootnotes, held.text);
        held_.clear();
    }

    // Takes what was held as paragraphs of the book.
    void release() {
        open_ = 0;
        for (Paragraph& held : std::exchange(held_, {})) take(std::move(held));
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
                author.remove_prefix(dashes_at_begin(author));
                author = without_wide_blanks(author);
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
    bool in_start_ = false;
    bool in_print_ = false;                  // in the licence of the 1990s
    ListHeading list_ = ListHeading::kNone;  // whose entries may follow
    std::set<std::string> marks_;            // of footnotes, where text had them: "*", "(1)", "{3}"
    Paragraph paragraph_;

    static constexpr size_t kMostHeld = 12;
    static constexpr const char* kFootnotes = "footnotes and pictures";
    static constexpr const char* kAboutTheFile = "about the file and its makers";
    char bracket_ = '[';           // of the insertion that is open
    int64_t open_ = 0;             // how many of them are
    std::vector<Paragraph> held_;  // what came since
    // Below the heading of the transcriber's notes: their first paragraph, or more of them.
    enum { kNone, kFirst, kMore } notes_ = kNone;
};

// True where a line that ends the header is among the first bytes.
bool has_start_line(std::string_view head) {
    bool found = false;
    for_each_line(
        head, [&](std::string_view line) { found = found || is_start_line(without_blanks(line)); });
    return found;
}

}  // namespace

std::span<const BookStyle> book_styles() {
    return kStyles;
}

void read_gutenberg(Input& input, const ReadOptions& options, Consumer& consumer,
                    InputFacts& facts) {
    const BookStyle& style = find_style(options, input);
    if (is_of_gutenberg(input.head())) {
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
    book.finish();
}

}  // namespace quillet
