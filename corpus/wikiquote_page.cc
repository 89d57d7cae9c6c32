// Wikiquote's conventions: what the headings of a page mean.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cctype>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>

#include "corpus/strings.h"
#include "corpus/wikiquote.h"

namespace quillet {
namespace {

// One letter, or "X-Z", "A, B, C", "0-9".
bool is_letters(std::string_view heading) {
    size_t letters = 0;
    for (size_t i = 0; i < heading.size(); i++) {
        unsigned char c = static_cast<unsigned char>(heading[i]);
        if (std::isupper(c) || std::isdigit(c)) {
            letters++;
            if (i + 1 < heading.size() && is_alnum(heading[i + 1])) return false;
        } else if (c < 128 && !std::ispunct(c) && c != ' ') {
            return false;
        }
    }
    return letters >= 1 && letters <= 6;
}

// "Notes from Underground (1864)", "About Time (1995)": a heading with a year names a work.
bool ends_with_year(std::string_view title) {
    if (!title.ends_with(')')) return false;
    std::string_view inside = title.substr(std::min(title.rfind('('), title.size()));
    return has_year(inside);
}

// What a heading in small letters says by itself, whatever else it may name.
std::optional<Section> section_by_name(std::string_view title) {
    static constexpr std::pair<Section, std::string_view> kRows[] = {
        {Section::kQuotesAbout, "about|commentary|praise|tributes|what others said"},
        {Section::kMisattributed,
         "misattributed|misattributions|misquotations|misquoted|spurious|hoaxes"},
        {Section::kDisputed, "disputed|dubious|doubtful|apocryphal|unconfirmed"},
        {Section::kSeeAlso, "see also|related|related topics"},
        {Section::kExternalLinks, "links|online|further reading|other projects"},
        {Section::kReferences,
         "references|reference|notes|notes and references|references and "
         "notes|footnotes|footnote|bibliography|citations|sources|source notes"},
        {Section::kCast, "cast|main cast|voice cast|cast and characters"},
        {Section::kDialogue, "dialogue|dialogues|dialog|dialogs"},
        {Section::kTaglines, "taglines|tagline"},
    };
    static const auto kNames = [] {
        std::unordered_map<std::string_view, Section> names;
        for (const auto& [section, list] : kRows)
            for (std::string_view name : split(list, '|')) names[name] = section;
        return names;
    }();
    auto found = kNames.find(title);
    return found == kNames.end() ? std::nullopt : std::optional(found->second);
}

// Parts of a heading in small letters that say so unless it is the title of a work.
Section section_by_parts(std::string_view title) {
    struct Row {
        Section section;
        std::vector<std::string_view> parts, beginnings;
    };
    static const std::vector<Row> kRows = {
        {Section::kMisattributed,
         {"misattribut", "misquot", "wrongly attributed", "wrong attribution", "falsely attributed",
          "false attribution", "incorrectly attributed", "mistakenly attributed",
          "erroneously attributed", "fabricated quot", "fake quot", "spurious quot"},
         {}},
        {Section::kDisputed, {"disputed", "dubious", "apocryphal", "doubtful", "unconfirmed"}, {}},
        {Section::kUnsourced,
         {"unsourced", "unverified", "lacking source", "lacking a source", "without source",
          "without a source", "needing source", "uncited"},
         {}},
        {Section::kQuotesAbout,
         {"others about", "quotes by others", "quotations by others", "said about"},
         {"quotes on ", "quotations on ", "about ", "praise ", "criticism of", "tributes",
          "commentary about", "others on "}},
        {Section::kSeeAlso, {}, {"see also"}},
        {Section::kExternalLinks, {}, {"external link", "further reading", "links to ", "online "}},
        {Section::kReferences, {}, {"footnotes", "bibliograph", "references ", "notes and "}},
        {Section::kAttributed,
         {},
         {"attributed", "attribution", "quotes attributed", "quotations attributed"}}};
    for (const Row& row : kRows)
        if (contains_any(title, row.parts) || starts_with_any(title, row.beginnings))
            return row.section;
    return Section::kOther;
}

}  // namespace

Section section_of(std::string_view heading, bool italics) {
    std::string title = lower(heading);
    while (!title.empty() && (title.back() == ':' || title.back() == '.' || title.back() == ' '))
        title.pop_back();
    if (auto named = section_by_name(title)) return *named;
    static const Words kAbout = split(
        "quotes about|quotations about|quotes regarding|quotes related to|"
        "quotes relating to|quotes concerning|quotations regarding|"
        "quotations concerning|sourced quotes about|quotes and commentary about",
        '|');
    if (starts_with_any(title, kAbout)) return Section::kQuotesAbout;
    bool work = italics || ends_with_year(title);
    Section section = work ? Section::kOther : section_by_parts(title);
    if (section != Section::kOther) return section;
    static const Words kQuotes = split("quotes quotations sourced quote quotation", ' ');
    // "Famous quotes", but not "A Dictionary of Quotations".
    static const Words kWhich = split(
        "famous |selected |notable |general |other |additional |more |various |"
        "verified |miscellaneous |some ",
        '|');
    for (std::string_view which : kWhich)
        if (title.starts_with(which)) title.erase(0, which.size());
    for (std::string_view word : kQuotes)
        if (title.starts_with(word) &&
            (title.size() == word.size() || !is_alpha(title[word.size()])))
            return Section::kQuotes;
    return is_letters(heading) ? Section::kLetter : Section::kOther;
}

bool in_italics(std::string_view flat) {
    size_t first = std::min(flat.find_first_not_of(" \"\x02"), flat.size());
    std::string_view begin = flat.substr(first);
    return begin.starts_with("''") && (!begin.starts_with("'''") || begin.starts_with("'''''"));
}

void for_each_heading(std::string_view text, const std::function<bool(Section)>& visit) {
    for (size_t at = text.starts_with('=') ? 0 : text.find("\n="); at != npos;
         at = text.find("\n=", at + 1)) {
        size_t from = at + (text[at] == '\n');
        std::string_view line =
            text.substr(from, std::min(text.find('\n', from), text.size()) - from);
        size_t first = line.find_first_not_of("= "), last = line.find_last_not_of("= ");
        if (first == npos) continue;
        std::string_view heading = line.substr(first, last - first + 1);
        if (!visit(section_of(plain_line(heading), in_italics(heading)))) return;
    }
}

bool has_no_sections(std::string_view text) {
    bool none = true;
    for_each_heading(text, [&](Section section) {
        none = section == Section::kSeeAlso || section == Section::kExternalLinks ||
               section == Section::kReferences || section == Section::kQuotesAbout ||
               section == Section::kUnsourced || section == Section::kDisputed ||
               section == Section::kMisattributed;
        return none;
    });
    return none;
}

}  // namespace quillet
