// The readers: one for each format, streaming, found by name or by what the input looks like.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "corpus/input.h"
#include "corpus/item.h"

namespace quillet {

struct ReadOptions {
    bool names = false;                 // wanted are authors; items then carry them
    std::string text_column = "text";   // CSV, TSV, JSON
    std::string author_column;          // empty: none
    std::string style;                  // Gutenberg: a row of book_styles(), empty to find out
    bool attributed = false;            // Wikiquote: sections called Attributed too
    std::vector<std::string> sections;  // Wikiquote: further sections to keep, in small letters;
                                        // "all" keeps unknown ones
};

// Those of the options that only some formats have which differ from the usual ones, by their names
// on the command line.
std::vector<std::string> given_options(const ReadOptions& options);

// What a reader found out about an input besides its items.
struct InputFacts {
    std::string source;   // where it is from, as far as the input says
    std::string licence;  // likewise
    std::string warning;  // what a person should know, empty for nothing
};

// Reads `input` to its end into `consumer`. Throws Error with file and position where the input is
// damaged or not in the format.
using Reader = void (*)(Input& input, const ReadOptions& options, Consumer& consumer,
                        InputFacts& facts);

struct Format {
    const char* name;
    const char* endings;  // of file names, separated by spaces
    const char* description;
    const char* options;  // that only some formats have, separated by commas; see given_options()
    Reader read;
};

std::span<const Format> all_formats();

// The format called `name`; for "auto" the one that the file name's ending (".bz2" aside) or the
// first bytes tell, plain text when they tell nothing. Throws Error for an unknown name, and for an
// input whose first bytes are no text.
const Format& find_format(const std::string& name, const Input& input);

void read_plain(Input&, const ReadOptions&, Consumer&, InputFacts&);
void read_fortune(Input&, const ReadOptions&, Consumer&, InputFacts&);
void read_gutenberg(Input&, const ReadOptions&, Consumer&, InputFacts&);
// "csv" or "tsv" where the first bytes of a file are a table whose first line names a text and an
// author, as tables of quotations do; "" for others.
std::string_view table_format(std::string_view head);
void read_csv(Input&, const ReadOptions&, Consumer&, InputFacts&);
void read_tsv(Input&, const ReadOptions&, Consumer&, InputFacts&);
void read_json(Input&, const ReadOptions&, Consumer&, InputFacts&);
void read_json_lines(Input&, const ReadOptions&, Consumer&, InputFacts&);
void read_wikiquote(Input&, const ReadOptions&, Consumer&, InputFacts&);
void read_wikitext(Input&, const ReadOptions&, Consumer&, InputFacts&);

}  // namespace quillet
