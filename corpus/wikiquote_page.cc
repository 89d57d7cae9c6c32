// Wikiquote's conventions: what kind of page it is, what its headings mean.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <optional>
#include <unordered_map>

#include "corpus/language.h"
#include "corpus/wikiquote.h"

namespace quillet {
namespace {

constexpr size_t npos = std::string_view::npos;

template <typename List>
bool contains_any(std::string_view text, const List& parts) {
    return std::any_of(std::begin(parts), std::end(parts),
                       [&](std::string_view part) { return text.find(part) != npos; });
}

template <typename List>
bool starts_with_any(std::string_view text, const List& parts) {
    return std::any_of(std::begin(parts), std::end(parts),
                       [&](std::string_view part) { return text.starts_with(part); });
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> list) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

// Categories that only pages about people have.
bool says_person(std::string_view category) {
    static constexpr std::string_view kEndings[] = {" births", " deaths", "living people", "births",
                                                    "deaths"};
    return std::any_of(std::begin(kEndings), std::end(kEndings),
                       [&](std::string_view ending) { return category.ends_with(ending); });
}

bool says_film(std::string_view category) {
    static constexpr std::string_view kParts[] = {"films",
                                                  "film series",
                                                  "tv shows",
                                                  "television shows",
                                                  "television series",
                                                  "tv series",
                                                  "television programs",
                                                  "tv programs",
                                                  "sitcoms",
                                                  "animated series",
                                                  "video games",
                                                  "anime",
                                                  "miniseries",
                                                  "cartoons",
                                                  "soap operas"};
    // "Films directors" there are none; "Film directors" are people.
    return contains_any(category, kParts) &&
           !contains_any(category, std::to_array<std::string_view>(
                                       {"directors", "actors", "critics", "people", "presenters",
                                        "makers", "writers"}));
}

bool title_says_film(std::string_view title) {
    size_t bracket = title.rfind('(');
    if (bracket == npos) return false;
    std::string inside = lower(title.substr(bracket));
    static constexpr std::string_view kParts[] = {
        "film)", "film series)", "tv series", "television", "miniseries", "video game",
        "anime", "tv show",      "sitcom",    "movie)",     "cartoon",    "game)"};
    return contains_any(inside, kParts);
}

// The lead says "'''Name''' (1879 - 1955)", "(born 14 March 1879)".
bool lead_says_person(std::string_view text) {
    std::string_view lead = text.substr(0, std::min(text.find("\n="), size_t{4000}));
    size_t bold = lead.find("'''");
    if (bold == npos) return false;
    std::string plain = plain_line(lead.substr(bold, 700));
    size_t bracket = plain.find('(');
    if (bracket == npos || bracket > 160) return false;
    std::string inside = lower(std::string_view(plain).substr(bracket, 160));
    size_t year = 0;
    bool has_year = false;
    for (char c : inside) {
        year = std::isdigit(static_cast<unsigned char>(c)) ? year + 1 : 0;
        has_year = has_year || year >= 3;
    }
    static constexpr std::string_view kBorn[] = {"(born", "(b.",          "born ",        "(c.",
                                                 "(died", "\xE2\x80\x93", "\xE2\x80\x94", " - ",
                                                 "-",     " bc",          "bce"};
    // One year alone is a film's or a book's.
    return has_year && contains_any(inside, kBorn);
}

// DEFAULTSORT "Nietzsche, Friedrich", but not "Godfather, The".
bool sort_key_says_person(std::string_view key) {
    size_t comma = key.find(", ");
    if (comma == npos) return false;
    return !is_one_of(key.substr(comma + 2),
                      {"The", "A", "An", "the", "a", "an", "Le", "La", "Les", "Der", "Die", "Das"});
}

}  // namespace

bool in_italics(std::string_view flat) {
    size_t first = std::min(flat.find_first_not_of(" \"\x02"), flat.size());
    std::string_view begin = flat.substr(first);
    return begin.starts_with("''") && (!begin.starts_with("'''") || begin.starts_with("'''''"));
}

namespace {

// Calls `visit` with the section each heading of a flat text begins, until it returns false.
template <typename Visit>
void for_each_heading(std::string_view text, const Visit& visit) {
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

struct Headings {
    size_t letters = 0, film = 0;
};

Headings headings_of(std::string_view text) {
    Headings headings;
    for_each_heading(text, [&](Section section) {
        headings.letters += section == Section::kLetter;
        headings.film += section == Section::kCast || section == Section::kTaglines ||
                         section == Section::kDialogue;
        return true;
    });
    return headings;
}

// One letter, or "X-Z", "A, B, C", "0-9".
bool is_letters(std::string_view heading) {
    size_t letters = 0;
    for (size_t i = 0; i < heading.size(); i++) {
        unsigned char c = static_cast<unsigned char>(heading[i]);
        if (std::isupper(c) || std::isdigit(c)) {
            letters++;
            if (i + 1 < heading.size() && std::isalnum(static_cast<unsigned char>(heading[i + 1])))
                return false;
        } else if (c < 128 && !std::ispunct(c) && c != ' ') {
            return false;
        }
    }
    return letters >= 1 && letters <= 6;
}

}  // namespace

namespace {

// "Notes from Underground (1864)", "About Time (1995)": a heading with a year names a work.
bool ends_with_year(std::string_view title) {
    if (!title.ends_with(')')) return false;
    std::string_view inside = title.substr(std::min(title.rfind('('), title.size()));
    size_t digits = 0;
    return std::any_of(inside.begin(), inside.end(), [&](char c) {
        digits = std::isdigit(static_cast<unsigned char>(c)) ? digits + 1 : 0;
        return digits == 4;
    });
}

// What a heading in small letters says by itself, whatever else it may name.
std::optional<Section> section_by_name(std::string_view title) {
    static const std::unordered_map<std::string_view, Section> kNames = {
        {"about", Section::kQuotesAbout},
        {"commentary", Section::kQuotesAbout},
        {"praise", Section::kQuotesAbout},
        {"tributes", Section::kQuotesAbout},
        {"what others said", Section::kQuotesAbout},
        {"misattributed", Section::kMisattributed},
        {"misattributions", Section::kMisattributed},
        {"misquotations", Section::kMisattributed},
        {"misquoted", Section::kMisattributed},
        {"spurious", Section::kMisattributed},
        {"hoaxes", Section::kMisattributed},
        {"disputed", Section::kDisputed},
        {"dubious", Section::kDisputed},
        {"doubtful", Section::kDisputed},
        {"apocryphal", Section::kDisputed},
        {"unconfirmed", Section::kDisputed},
        {"see also", Section::kSeeAlso},
        {"related", Section::kSeeAlso},
        {"related topics", Section::kSeeAlso},
        {"links", Section::kExternalLinks},
        {"online", Section::kExternalLinks},
        {"further reading", Section::kExternalLinks},
        {"other projects", Section::kExternalLinks},
        {"references", Section::kReferences},
        {"reference", Section::kReferences},
        {"notes", Section::kReferences},
        {"notes and references", Section::kReferences},
        {"references and notes", Section::kReferences},
        {"footnotes", Section::kReferences},
        {"footnote", Section::kReferences},
        {"bibliography", Section::kReferences},
        {"citations", Section::kReferences},
        {"sources", Section::kReferences},
        {"source notes", Section::kReferences},
        {"cast", Section::kCast},
        {"main cast", Section::kCast},
        {"voice cast", Section::kCast},
        {"cast and characters", Section::kCast},
        {"dialogue", Section::kDialogue},
        {"dialogues", Section::kDialogue},
        {"dialog", Section::kDialogue},
        {"dialogs", Section::kDialogue},
        {"taglines", Section::kTaglines},
        {"tagline", Section::kTaglines}};
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
        {Section::kAttributed, {}, {"attributed", "attribution"}}};
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
    static constexpr std::string_view kAbout[] = {
        "quotes about",         "quotations about",           "quotes regarding",
        "quotes concerning",    "quotations regarding",       "quotations concerning",
        "sourced quotes about", "quotes and commentary about"};
    if (starts_with_any(title, kAbout)) return Section::kQuotesAbout;
    bool work = italics || ends_with_year(title);
    Section section = work ? Section::kOther : section_by_parts(title);
    if (section != Section::kOther) return section;
    static constexpr std::string_view kQuotes[] = {"quotes", "quotations", "sourced", "quote",
                                                   "quotation"};
    for (std::string_view word : kQuotes)
        if (title.starts_with(word) &&
            (title.size() == word.size() ||
             !std::isalpha(static_cast<unsigned char>(title[word.size()]))))
            return Section::kQuotes;
    return is_letters(heading) ? Section::kLetter : Section::kOther;
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

PageKind kind_of_page(std::string_view title, const FlatPage& page) {
    if (page.redirect) return PageKind::kRedirect;
    if (page.disambiguation || title.ends_with("(disambiguation)"))
        return PageKind::kDisambiguation;
    if (title.starts_with("List of ") || title.starts_with("Lists of ")) return PageKind::kList;
    bool person = false, film = title_says_film(title);
    for (const std::string& category : page.categories) {
        std::string small = lower(category);
        if (small.find("disambiguation") != npos) return PageKind::kDisambiguation;
        person = person || says_person(small);
        film = film || says_film(small);
    }
    if (person) return PageKind::kPerson;
    if (film) return PageKind::kFilm;
    Headings headings = headings_of(page.text);
    bool named = sort_key_says_person(page.sort_key) || lead_says_person(page.text);
    if (headings.film > 0 && !named) return PageKind::kFilm;
    if (headings.letters >= 3) return PageKind::kTheme;
    return named ? PageKind::kPerson : PageKind::kTheme;
}

}  // namespace quillet
