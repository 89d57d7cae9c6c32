// The readers of Wikiquote: XML dumps, and bare .wikitext pages.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "base/utf8.h"
#include "corpus/dump.h"
#include "corpus/readers.h"
#include "corpus/wikiquote.h"

namespace quillet {
namespace {

constexpr const char* kLicence = "CC BY-SA (4.0; dumps from before June 2023: 3.0) and GFDL";

}  // namespace

void read_wikiquote(Input& input, const ReadOptions& options, Consumer& consumer,
                    InputFacts& facts) {
    bool unfinished = read_dump(
        input,
        [&](const DumpHeader& header) {
            facts.source = header.sitename + (header.base.empty() ? "" : ", " + header.base);
            facts.licence = kLicence;
        },
        [&](DumpPage& page) {
            if (page.redirect) return consumer.notes.add("pages: redirects, skipped", "");
            if (page.ns != 0)
                return consumer.notes.add("pages: other namespaces, skipped", page.title);
            quotes_of_page(page.title, page.text, options, consumer);
        });
    if (unfinished)
        facts.warning =
            "the dump ends without </mediawiki>: all its pages are whole, but there may have been "
            "more";
}

void read_wikitext(Input& input, const ReadOptions& options, Consumer& consumer,
                   InputFacts& facts) {
    std::string text(kLongestPage + 1, '\0');
    size_t size = 0, n;
    while (size < text.size() && (n = input.read(text.data() + size, text.size() - size)) > 0)
        size += n;
    if (size > kLongestPage)
        throw Error(input.name(), "is longer than 64 MiB; a page of wikitext is not");
    text.resize(size);
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    decode_utf8(text, input.name());
    std::string title = std::filesystem::path(input.name()).filename().string();
    for (const char* ending : {".bz2", ".wikitext", ".wiki", ".mediawiki"})
        if (title.ends_with(ending)) title.erase(title.size() - std::string_view(ending).size());
    std::replace(title.begin(), title.end(), '_', ' ');
    facts.source = "Wikiquote, " + title;
    facts.licence = kLicence;
    quotes_of_page(title, text, options, consumer);
}

}  // namespace quillet
