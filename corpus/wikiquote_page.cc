// Wikiquote's conventions: what kind of page it is, what its headings mean.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cctype>
#include <cstddef>

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

// Calls `visit` with the section each heading of a flat text begins, until it returns false.
template <typename Visit>
void for_each_heading(std::string_view text, const Visit& visit) {
    for (size_t at = text.starts_with('=') ? 0 : text.find("\n="); at != npos;
         at = text.find("\n=", at + 1)) {
        size_t from = at + (text[at] == '\n');
        std::string_view line =
            text.substr(from, std::min(text.find('\n', from), text.size()) - from);
        size_t first = line.find_first_not_of("= "), last = line.find_last_not_of("= ");
        if (first != npos && !visit(section_of(plain_line(line.substr(first, last - first + 1)))))
            return;
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

Section section_of(std::string_view heading) {
    std::string title = lower(heading);
    while (!title.empty() && (title.back() == ':' || title.back() == '.' || title.back() == ' '))
        title.pop_back();
    static constexpr std::string_view kDisputed[] = {"disputed", "dubious", "apocryphal",
                                                     "doubtful"};
    static constexpr std::string_view kAbout[] = {
        "quotes about",     "quotations about",     "quotes on ",
        "quotes regarding", "quotes concerning",    "about ",
        "quotations on",    "quotations regarding", "quotes and commentary about",
        "others about",     "said about",           "sourced quotes about",
        "praise",           "criticism of",         "tributes"};
    static constexpr std::string_view kReferences[] = {"reference",   "notes",     "footnote",
                                                       "bibliograph", "citations", "source notes"};
    static constexpr std::string_view kLinks[] = {"external link", "further reading", "links",
                                                  "online"};
    if (title.find("misattributed") != npos || title.find("misquot") != npos ||
        title.find("wrongly attributed") != npos || title.find("misattribution") != npos)
        return Section::kMisattributed;
    if (contains_any(title, kDisputed)) return Section::kDisputed;
    if (title.find("unsourced") != npos || title.find("unverified") != npos)
        return Section::kUnsourced;
    if (starts_with_any(title, kAbout)) return Section::kQuotesAbout;
    if (title.starts_with("see also") || title == "related topics" || title == "related")
        return Section::kSeeAlso;
    if (starts_with_any(title, kLinks)) return Section::kExternalLinks;
    if (starts_with_any(title, kReferences) || title == "sources") return Section::kReferences;
    if (title == "cast" || title == "main cast" || title == "voice cast" ||
        title == "cast and characters")
        return Section::kCast;
    if (title == "dialogue" || title == "dialogues" || title == "dialog") return Section::kDialogue;
    if (title == "taglines" || title == "tagline") return Section::kTaglines;
    if (title.starts_with("attributed") || title.starts_with("attribution"))
        return Section::kAttributed;
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
