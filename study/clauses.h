// A line as its words and the marks that part them into clauses.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quillet::study {

struct Word {
    std::string text;   // lower case (ASCII), apostrophes and hyphens inside it kept
    std::string as_is;  // with its capitals
    size_t begin = 0;   // its first byte in the line
};

// The words of a line and where clauses end: after word number ends[i] - 1 stands marks[i].
struct Clauses {
    std::vector<Word> words;
    std::vector<size_t> ends;  // ascending; the last is words.size(), none where there are no words
    std::string marks;  // , ; : . ! ? or - for a dash, ( for a bracket; ' ' at the line's end

    size_t count() const { return ends.size(); }
    std::span<const Word> clause(size_t i) const;
};

// Letters are a to z, in either case, digits, and all beyond ASCII. A hyphen between letters joins
// them; two, or one between spaces, are a dash.
Clauses clauses_of(std::string_view line);

// The first word of a line, with its capitals: without quotation marks, dashes, brackets and dots before it; the
// apostrophe of "'Tis" is its own. Empty where there is no word.
std::string first_word(std::string_view line);

// True for words of grammar rather than content: articles, pronouns, prepositions, conjunctions,
// auxiliaries, the commonest adverbs; old and Scots forms too ("thou", "hath", "nae").
bool is_function_word(const std::string& word);

// A word's stem, roughly: plural, past, -ing, comparative and possessive endings taken off, "ies" to
// "y". Two forms of a regular word have one stem; it need not be a word.
std::string stem_of(const std::string& word);

}  // namespace quillet::study
