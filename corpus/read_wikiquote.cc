// The readers of Wikiquote: XML dumps, and bare .wikitext pages.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "base/utf8.h"
#include "corpus/dump.h"
#include "corpus/readers.h"
#include "corpus/strings.h"
#include "corpus/wikiquote.h"

namespace quillet {
namespace {

constexpr const char* kLicence = "CC BY-SA (4.0; dumps from before June 2023: 3.0) and GFDL";

// Throws Error for the dump of another wiki than the English Wikiquote, whose customs we know, and
// which the one in Simple English shares.
void require_english_wikiquote(const DumpHeader& header, const std::string& name) {
    static const Words projects = split(
        "wikipedia wiktionary wikisource wikibooks wikinews wikiversity wikivoyage wikimedia "
        "commons wikidata wikispecies",
        ' ');
    std::string host = header.base;
    host.erase(0, host.find("//") == npos ? 0 : host.find("//") + 2);
    host = lower(host.substr(0, host.find('/')));
    std::string all = host + " " + lower(header.sitename);
    bool quotes = host.find("wikiquote") != npos ||
                  (host.empty() && (header.dbname.ends_with("wikiquote") || header.dbname.empty()));
    bool other_project =
        contains_any(all, projects) || (host.empty() && !header.dbname.empty() && !quotes);
    std::string language;
    if (size_t end = host.find(".wikiquote."); end != npos)
        language = host.substr(0, end);
    else if (header.dbname.ends_with("wikiquote"))
        language = header.dbname.substr(0, header.dbname.size() - 9);
    else if (quotes)
        language = lower(header.language.substr(0, header.language.find('-')));
    if (language.starts_with("www") || language == "en" || language == "simple") language.clear();
    if (!other_project && language.empty()) return;
    std::string what = header.sitename + (host.empty() ? "" : " (" + host + ")");
    throw Error(name, "is a dump of " + (what.empty() ? header.dbname : what) +
                          (other_project ? ", which is no collection of quotations"
                                         : ", in the language '" + language + "'") +
                          "; pages are read by the customs of the English Wikiquote "
                          "(en.wikiquote.org, simple.wikiquote.org) alone");
}

}  // namespace

void read_wikiquote(Input& input, const ReadOptions& options, Consumer& consumer,
                    InputFacts& facts) {
    bool unfinished = read_dump(
        input,
        [&](const DumpHeader& header) {
            require_english_wikiquote(header, input.name());
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
    std::string text;
    LineReader lines(input);
    for (std::string_view line; lines.next(line);) {
        text.append(line) += '\n';
        if (text.size() > kLongestPage)
            throw Error(input.name(), "is longer than 64 MiB; a page of wikitext is not");
    }
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
