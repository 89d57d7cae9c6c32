// Wikitext without its markup: first a page with templates, links, tags and comments resolved, then
// single lines as plain text.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quillet {

// Marks that stand in a flat text for what plain text cannot say. XML has none of these characters.
namespace mark {
constexpr char kLink = '\x02';  // a link begins: its target, kLabel, what is shown, kLinkEnd
constexpr char kLabel = '\x1F';
constexpr char kLinkEnd = '\x03';
constexpr char kBreak = '\x05';  // a line break within a list item: <br>, or a new line in <poem>
constexpr char kInnerLine = '\x06';  // a new line inside a template
// Something was here that has no plain text: a formula, an unknown template with text.
constexpr char kUnsupported = '\x04';
constexpr char kForeign = '\x10';  // words of another language begin, by {{lang}}
constexpr char kForeignEnd = '\x11';
constexpr char kBoxBegin = '\x0E';  // {{Misattributed begin}} and the like, on a line of their own
constexpr char kBoxEnd = '\x0F';
}  // namespace mark

// A page without comments, references, templates, files, categories and tags. Lines are as before;
// links are marked.
struct FlatPage {
    std::string text;
    std::vector<std::string> categories;  // without "Category:"
    std::string sort_key;                 // of {{DEFAULTSORT:...}}
    bool redirect = false;
    bool disambiguation = false;
};

// Resolves the wikitext of a page in time proportional to its length, however deep things are
// nested; what is nested very deep becomes kUnsupported. Never fails: what does not close is text, as in
// MediaWiki.
FlatPage flatten(std::string_view wikitext);

// A line of flat text as a reader sees it: no bold, italics, marks, magic words; entities as
// characters; one line.
std::string plain_line(std::string_view flat);

// Makes characters of the entities in flat text that stand for dashes, blanks and what is beyond
// ASCII, none of which is markup.
void decode_harmless_entities(std::string& flat);

// The first link of a line of flat text that may be a person: not in italics or quotation marks
// (those are titles of works), no date, its target with a capital. The target without "w:",
// "(writer)", "#..."; empty when there is none, or when it is the people of a proverb.
std::string first_link(std::string_view flat);

// True when nothing but links, dates and punctuation is in the line: an entry of a list of pages,
// not a quotation.
bool is_only_links(std::string_view flat);

// A link marked in flat text; its label alone where `target` or `label` holds markup.
std::string marked_link(std::string_view target, std::string_view label);

// The flat text that stands for a template; what it says of the page goes to `page`. `arguments[0]` is
// its name as written, the others its arguments, named ("a=b") or not.
std::string expand_template(const std::vector<std::string_view>& arguments, FlatPage& page);

// `text` without the blanks at its ends: spaces, and marks of line breaks.
std::string_view trimmed(std::string_view text);

// "Ann Other (writer)" as "Ann Other".
std::string_view without_bracket(std::string_view title);

}  // namespace quillet
