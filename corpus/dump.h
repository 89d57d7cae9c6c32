// MediaWiki XML dumps: cut into chunks of whole pages, and the pages of a chunk.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "corpus/input.h"

namespace quillet {

// What stands before the first page.
struct DumpHeader {
    std::string root;                       // the outermost element, "mediawiki"
    std::string sitename;                   // "Wikiquote"
    std::string base;                       // "http://en.wikiquote.org/wiki/Main_Page"
    std::map<int, std::string> namespaces;  // names by key; 0 is ""

    // The namespace that `title` says it is in: 4 for "Wikiquote:Village pump". Old dumps have no
    // <ns>.
    int namespace_of(std::string_view title) const;
};

// A piece of a dump: nothing but whole <page> elements.
struct DumpChunk {
    std::string bytes;
    uint64_t offset = 0;  // of its first byte in the (decompressed) dump
    uint64_t line = 1;    // of its first byte
};

struct DumpPage {
    std::string title;
    std::string text;  // wikitext of its last revision; empty if the page is a redirect or in
                       // another namespace than 0
    int ns = 0;
    bool redirect = false;
};

// Reads a dump of any size piece by piece; a page may have up to kLongestPage bytes.
class DumpReader {
  public:
    // Reads the header. Throws Error when this is no MediaWiki dump.
    explicit DumpReader(Input& input);

    const DumpHeader& header() const { return header_; }
    // The next chunk; false at the end. Throws Error when the dump is cut in the middle of a page
    // or cannot be read on, after the last whole page.
    bool next(DumpChunk& chunk);
    // True, after the last chunk, when the closing tag of the dump is missing: it may be cut
    // between two pages.
    bool unfinished() const { return unfinished_; }

  private:
    bool fill();
    void check_end();
    uint64_t line_at(size_t position) const;

    Input& input_;
    DumpHeader header_;
    std::string buffer_;
    uint64_t offset_ = 0, line_ = 1;
    bool ended_ = false, unfinished_ = false;
    std::exception_ptr failure_;  // of the input; told after the last whole page
};

constexpr size_t kLongestPage = size_t{64} << 20;

// Visits the pages of `chunk`. Throws Error, with `name`, line and byte, where it is not
// well-formed: tags that do not match, unknown entities, bytes that are not UTF-8 or not allowed in
// XML.
void scan_pages(const DumpChunk& chunk, const DumpHeader& header, const std::string& name,
                const std::function<void(DumpPage& page)>& visit);

// Adds character data `xml` (no tags) to `text`, entities decoded. Returns the position of the
// first thing wrong, npos if none.
size_t append_decoded(std::string_view xml, std::string& text);

}  // namespace quillet
