// Wikiquote's conventions: which pages, sections and bullets of a page are quotations, and whose.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "corpus/item.h"
#include "corpus/readers.h"
#include "corpus/wikitext.h"

namespace quillet {

enum class PageKind {
    kPerson,    // quotes by whom the title names
    kTheme,     // quotes on a subject, or from a work: the author is the first link of the source
    kProverbs,  // of a people: their links name nobody who said them
    kFilm,      // films, television, games: dialogue by characters, skipped
    kList,      // lists of pages
    kDisambiguation,
    kRedirect,
};

PageKind kind_of_page(std::string_view title, const FlatPage& page);

// What a section is for, by its heading.
enum class Section {
    kQuotes,      // Quotes, Sourced
    kLetter,      // A to Z, as theme pages have them: quotes
    kAttributed,  // kept when asked for
    kDisputed,    // the rest is left out, what stands below them too
    kMisattributed,
    kQuotesAbout,
    kUnsourced,
    kSeeAlso,
    kExternalLinks,
    kReferences,
    kCast,
    kDialogue,
    kTaglines,
    kOther,  // says nothing: part of the section around it; by itself left out
};

// `heading` as plain text. One in italics, like one with a year, is the title of a work, of which
// only what says so with certainty is taken for more.
Section section_of(std::string_view heading, bool italics = false);

// True for flat text that begins in italics, or in bold italics.
bool in_italics(std::string_view flat);

// The section that each heading of a flat text begins.
std::vector<Section> sections_of(std::string_view text);

// True for the flat text of a page that has no headings, or only such as are left out by name.
bool has_no_sections(std::string_view text);

// Adds the quotations of a page to `consumer`, or with options.names its person's or its authors'
// names; what is left out to its notes.
void quotes_of_page(std::string_view title, std::string_view wikitext, const ReadOptions& options,
                    Consumer& consumer);

// One bullet and what stands below it, as flat lines.
struct Bullet {
    std::string text;                       // "*" and "*:"
    std::vector<std::string_view> sources;  // "**": source, translation; parts of the page's text
    bool foreign = false;                   // where nothing tells its language, it is not English
};

// The English of `bullet`: its text, or of a foreign one its translation. Empty when there is none;
// plain text. `translation` becomes the index of the source it is, if it is one.
std::string english_of(const Bullet& bullet, size_t* translation = nullptr);

// Takes the source, or who said it, off the end of flat text: "... ~ [[Ann Other]]", "... — ''A
// Book''". On the page of `person` a name is taken off where it is the person's; elsewhere `person`
// is empty. Returns the author, "" when none is told.
std::string take_signature(std::string& flat, std::string_view person);

// Takes the speaker off the beginning of flat text: "'''Ann:''' Rain falls.", "[[Ann Other]]: Rain
// falls." Returns the name where it is a link or looks like a whole name.
std::string strip_speaker(std::string& flat);

// True for flat text that tells a source and nothing else: "[[Ann Other]], in ''A Book'' (1959)".
bool is_only_source(std::string_view flat);

// True for a line that goes on with a bullet, "*:", and tells where it is from.
bool cites_source(std::string_view flat);

// Takes a source in brackets, "(1881)" or "(translated by Ann Other)", off the end of a quotation.
void strip_source(std::string& plain);

// True for a line of flat text that tells where a quotation is from, or who said it.
bool reads_as_attribution(std::string_view flat);

}  // namespace quillet
