// Books of Project Gutenberg: their layouts, the text of a paragraph without the signs of its type, and
// paragraphs that are no text of the book.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace quillet {

// Where the body of a book is and what an item looks like.
struct BookStyle {
    enum Item {
        kUnindented,   // an unindented paragraph is an item, an indented one a note on it
        kAttributed,   // "~Title.~--text--_Author._": a paragraph with an author at its end
        kParagraph,    // every paragraph
        kLine,         // every line
        kNumbered,     // "NNN. HEAD. text"
        kAuthorBelow,  // a paragraph whose last line is its author
        kTranslated,   // a proverb and its English, "Foreign. _English._"
    };
    const char* name;
    const char* description;
    const char* first_line;  // the body begins with the first line that begins so; "" for the first
                             // line of the book
    const char* last_line;   // and ends before a line that begins so; "" for the last
    Item item;
};

// A row each; add a row for a book that is laid out otherwise.
std::span<const BookStyle> book_styles();

// True where the first bytes of a file are a book's of Project Gutenberg: its name, or the line that
// begins or ends the book, in capitals or not.
bool is_of_gutenberg(std::string_view head);

// True for the line after which the book begins, "*** START OF ..."; for the one where it ends. No
// blanks at the ends of `line`.
bool is_start_line(std::string_view line);
bool is_end_line(std::string_view line);

// The line that begins the licence of the 1990s, "***START**THE SMALL PRINT!"; is_start_line is true
// for the one that ends it.
bool is_small_print(std::string_view line);

// Without the signs of italics (_), bold type (= ~), footnote marks, page numbers; accents and letters
// in brackets, "[t]he", without these. A sign that is no mark of type stays: "2 + 2 = 4", "x_y".
std::string without_type(std::string_view text);

// A line of asterisks, a heading in capitals, one letter, "CHAPTER I.", a page number: nothing to
// read.
bool is_heading(std::string_view text);

// What a heading stands over: "INDEX" alone, "LIST OF PLATES".
enum class ListHeading { kNone, kIndex, kContents };
ListHeading list_heading(std::string_view text);
// A paragraph, of so many lines, that belongs to the list whose heading stands above it.
bool is_below_index(std::string_view text);
bool is_below_contents(std::string_view text, size_t lines);

// A line of contents or an index: dots or wide spaces before a number at its end, or numbers after
// commas.
bool is_index_entry(std::string_view text);

// What the printers, publishers and transcribers say about the file or the book.
bool is_about_the_file(std::string_view text);

// "TRANSCRIBER'S NOTES" alone, over paragraphs of them; and a paragraph that, below it, goes on with
// them.
bool is_transcribers_heading(std::string_view text);
bool is_transcribers_list(std::string_view text);

// A footnote that stands as a paragraph: "Footnote 1: ...", "*1* ...", "[1] See ...".
bool is_footnote(std::string_view text);

// A footnote's mark without square brackets at the beginning of `text`: "*", "†", "(1)", "{3}"; empty
// where there is none.
std::string_view mark_at(std::string_view text);

// How much of `text` an insertion in brackets takes at its beginning, "[Footnote ...]",
// "[Illustration]", "[To face page 12.]"; 0 for none, npos where it does not close in this paragraph.
size_t insertion_length(std::string_view text);

// How many more brackets of this kind `text` opens than it closes.
int64_t open_brackets(std::string_view text, char open);

}  // namespace quillet
