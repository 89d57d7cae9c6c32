// Wikiquote's conventions: what kind of page it is, what its headings mean, which line is the
// English one. SPDX-License-Identifier: MIT
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

struct Headings {
    size_t letters = 0, film = 0, quotes = 0;
};

Headings headings_of(std::string_view text) {
    Headings headings;
    for (size_t at = text.find("\n="); at != npos; at = text.find("\n=", at + 1)) {
        std::string_view line =
            text.substr(at + 1, std::min(text.find('\n', at + 1), text.size()) - at - 1);
        size_t first = line.find_first_not_of("= "), last = line.find_last_not_of("= ");
        if (first == npos) continue;
        Section section = section_of(plain_line(line.substr(first, last - first + 1)));
        headings.letters += section == Section::kLetter;
        headings.quotes += section == Section::kQuotes;
        headings.film += section == Section::kCast || section == Section::kTaglines ||
                         section == Section::kDialogue;
    }
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
    Headings headings = headings_of("\n" + page.text);
    bool named = sort_key_says_person(page.sort_key) || lead_says_person(page.text);
    if (headings.film > 0 && !named) return PageKind::kFilm;
    if (headings.letters >= 3) return PageKind::kTheme;
    return named ? PageKind::kPerson : PageKind::kTheme;
}

namespace {

// Words before a translation: what is after them is one.
bool strip_translation_label(std::string& text, bool& variant) {
    size_t colon = text.substr(0, 60).find(':');
    if (colon == npos) return false;
    std::string label = lower(text.substr(0, colon));
    bool says = label.find("translat") != npos || label == "english" || label == "trans." ||
                label == "trans" || label == "in english" || label == "literally" ||
                label == "english version";
    bool source = label.find("translated by") != npos || label.starts_with("as translated") ||
                  label.find("as quoted") != npos || label.find(" in ") != npos;
    if (!says || (source && label != "in english")) return false;
    variant = label.find("variant") != npos || label.find("alternat") != npos ||
              label.find("literal") != npos || label.find("other") != npos;
    text.erase(0, colon + 1);
    while (text.starts_with(' ')) text.erase(0, 1);
    return !text.empty();
}

// The beginnings of what tells where a quotation is from, or about it.
constexpr std::string_view kSourceBeginnings[] = {"as quoted",
                                                  "quoted in",
                                                  "quoted by",
                                                  "attributed",
                                                  "letter to",
                                                  "letter from",
                                                  "source",
                                                  "speech",
                                                  "interview",
                                                  "p. ",
                                                  "pp. ",
                                                  "p.",
                                                  "pp.",
                                                  "ch.",
                                                  "chapter ",
                                                  "act ",
                                                  "vol",
                                                  "lines ",
                                                  "variant",
                                                  "alternat",
                                                  "meaning",
                                                  "note:",
                                                  "remark",
                                                  "statement",
                                                  "written",
                                                  "original",
                                                  "cf",
                                                  "similar",
                                                  "isbn",
                                                  "translated",
                                                  "as translated",
                                                  "reported",
                                                  "sec.",
                                                  "section ",
                                                  "\xC2\xA7",
                                                  "canto",
                                                  "stanza",
                                                  "preface",
                                                  "introduction",
                                                  "epigraph",
                                                  "aphorism",
                                                  "fragment",
                                                  "ibid",
                                                  "compare",
                                                  "equivalent",
                                                  "english equivalent",
                                                  "tweet",
                                                  "inscription",
                                                  "motto of",
                                                  "last words",
                                                  "dedication",
                                                  "epitaph"};
// These may begin a sentence as well; what follows tells.
constexpr std::string_view kMaybeSource[] = {"in ",   "from ", "see ",   "book ", "line ",
                                             "part ", "verse", "first ", "also ", "article",
                                             "poem",  "song",  "said ",  "the "};

// "The Gay Science": after its first word most long words begin with a capital.
bool reads_as_title(std::string_view plain) {
    size_t capitals = 0, words = 0;
    for (size_t at = plain.find(' '); at != npos; at = plain.find(' ', at + 1)) {
        std::string_view word = plain.substr(at + 1, plain.find(' ', at + 1) - at - 1);
        if (word.size() < 4) continue;
        words++;
        capitals += std::isupper(static_cast<unsigned char>(word[0])) != 0;
    }
    return 2 * capitals >= words;
}

bool reads_as_source(std::string_view plain) {
    std::string small = lower(plain.substr(0, 40));
    size_t first = small.find_first_not_of("\"'(\xE2\x80\x9C\x9D ");
    std::string_view begin =
        first == npos ? std::string_view(small) : std::string_view(small).substr(first);
    if (begin.empty() || std::isdigit(static_cast<unsigned char>(begin[0]))) return true;
    if (starts_with_any(begin, kSourceBeginnings)) return true;
    auto is_digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)); };
    bool number = std::any_of(plain.begin(), plain.end(), is_digit);
    if (starts_with_any(begin, kMaybeSource) &&
        (number || (plain.size() < 40 && reads_as_title(plain))))
        return true;
    // "The Dawn, Sec. 297."; "Beyond Good and Evil (1886)".
    static constexpr std::string_view kPlaces[] = {" p. ", " pp. ", "Sec.",   "Ch.",
                                                   "ISBN", " Vol.", " sec. ", " ch. "};
    size_t bracket = plain.rfind('(');
    bool year =
        bracket != npos && plain.size() - bracket < 40 &&
        std::any_of(plain.begin() + static_cast<std::ptrdiff_t>(bracket), plain.end(), is_digit);
    return (contains_any(plain, kPlaces) || year) && plain.size() < 160;
}

// How well a source line, flat and plain, does as the English of a foreign quotation of `length`
// characters: 0 for not at all.
int fitness(std::string_view flat, std::string& plain, size_t length, bool foreign) {
    bool variant = false;
    if (strip_translation_label(plain, variant)) return variant ? 2 : 4;
    if (!foreign || reads_as_source(plain) || guess_language(plain) == Language::kOther) return 0;
    // A translation is about as long as the original; now and then it leaves something out, or, in
    // bold type, goes on.
    bool english = guess_language(plain) == Language::kEnglish;
    size_t first = flat.find_first_not_of(" \"");
    bool bold = first != npos && flat.substr(first).starts_with("'''");
    if (plain.size() * (english ? 6 : 3) < length) return 0;
    if (plain.size() > length * (english && bold ? 20 : 3) + 40) return 0;
    return english ? 3 : 1;
}

bool all_in_italics(std::string_view flat) {
    size_t first = flat.find_first_not_of(" \"\x05"), last = flat.find_last_not_of(" \".\x05");
    if (first == npos || last < first + 5) return false;
    std::string_view text = flat.substr(first, last - first + 1);
    return text.starts_with("''") && text.ends_with("''") && !text.starts_with("'''");
}

// "''Cogito, ergo sum.''<br>I think, therefore I am.": the parts from the first English one on.
std::string english_part(std::string_view flat) {
    size_t at = flat.find(mark::kBreak);
    if (at == npos || guess_language(plain_line(flat.substr(0, at))) != Language::kOther) return "";
    for (; at != npos; at = flat.find(mark::kBreak, at + 1)) {
        std::string rest = plain_line(flat.substr(at + 1));
        std::string_view line =
            flat.substr(at + 1, std::min(flat.find(mark::kBreak, at + 1), flat.size()) - at - 1);
        if (guess_language(plain_line(line)) == Language::kEnglish &&
            guess_language(rest) == Language::kEnglish)
            return rest;
    }
    return "";
}

// What a source line calls the translation, where it may well be the English of `length`
// characters; else empty.
std::string labelled_translation(const Bullet& bullet, size_t length) {
    for (std::string_view source : bullet.sources) {
        // A label ends with a colon, which an entity may stand for.
        if (source.find(':') == npos && source.find('&') == npos) continue;
        std::string plain = plain_line(source);
        bool variant = false;
        if (!strip_translation_label(plain, variant) || variant) continue;
        if (2 * plain.size() < length || plain.size() > 3 * length) continue;
        if (!reads_as_source(plain) && guess_language(plain) != Language::kOther) return plain;
    }
    return "";
}

}  // namespace

std::string english_of(const Bullet& bullet) {
    std::string text = plain_line(bullet.text);
    Language language = guess_language(text);
    if (text.empty()) return text;
    if (language == Language::kEnglish) {
        // "An rud is annamh is iontach." has English words; who translates it knows better.
        std::string translation = labelled_translation(bullet, text.size());
        if (!translation.empty()) return translation;
        if (bullet.text.find(mark::kBreak) == npos) return text;
    }
    std::string part = english_part(bullet.text);
    if (!part.empty()) return part;
    if (language == Language::kEnglish) return text;
    bool foreign = language == Language::kOther || all_in_italics(bullet.text);
    std::string best;
    int best_fitness = 0;
    for (std::string_view source : bullet.sources) {
        std::string plain = plain_line(source);
        int fit = fitness(source, plain, text.size(), foreign);
        if (fit <= best_fitness) continue;
        best_fitness = fit;
        best = std::move(plain);
    }
    // What may well be English stays unless a line calls itself a translation or reads as one.
    if (language == Language::kUnknown && best_fitness < 2) return text;
    return best_fitness > 0 ? best : language == Language::kOther ? "" : text;
}

}  // namespace quillet
