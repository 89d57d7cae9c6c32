// MediaWiki XML dumps, page by page.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "corpus/input.h"

namespace quillet {

// What stands before the first page.
struct DumpHeader {
    std::string sitename;                   // "Wikiquote"
    std::string base;                       // "http://en.wikiquote.org/wiki/Main_Page"
    std::string dbname;                     // "enwikiquote"
    std::string language;                   // xml:lang, "en"
    std::map<int, std::string> namespaces;  // names by key; 0 is ""

    // The namespace that `title` says it is in: 4 for "Wikiquote:Village pump". Old dumps have no
    // <ns>.
    int namespace_of(std::string_view title) const;
};

struct DumpPage {
    std::string title;
    std::string text;  // wikitext of its last revision; empty if the page is a redirect or in
                       // another namespace than 0
    int ns = 0;
    bool redirect = false;
};

constexpr size_t kLongestPage = size_t{64} << 20;

// Reads a dump of any size; pages are visited as they come, each when it has been read whole, and
// the header before the first. Throws Error with line and byte where the dump is no MediaWiki dump,
// not well-formed XML, or cut in the middle of a page. Returns true when the dump ends between two
// pages without its closing tag: it may be cut there.
bool read_dump(Input& input, const std::function<void(const DumpHeader&)>& header,
               const std::function<void(DumpPage&)>& page);

}  // namespace quillet
