// The layouts of books from Project Gutenberg: where the body is and what an item looks like.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>

namespace quillet {

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

}  // namespace quillet
