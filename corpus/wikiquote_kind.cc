// Wikiquote's conventions: what kind of page it is, by its title, categories, headings and first
// sentence.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "corpus/attribution.h"
#include "corpus/strings.h"
#include "corpus/wikiquote.h"

namespace quillet {
namespace {

// Categories that only pages about people have.
bool says_person(std::string_view category) {
    static const Words kEndings = split(" births| deaths|living people|births|deaths", '|');
    return ends_with_any(category, kEndings);
}

bool says_film(std::string_view category) {
    static const Words kParts = split(
        "films|film series|tv shows|television shows|television series|tv series|"
        "television programs|tv programs|sitcoms|animated series|video games|anime|"
        "miniseries|cartoons|soap operas|web series|cancelled shows|talk shows|"
        "game shows",
        '|');
    if (category.ends_with(" seasons")) return true;
    // "Films directors" there are none; "Film directors" are people.
    static const Words kPeople =
        split("directors|actors|critics|people|presenters|makers|writers|adapted into", '|');
    return contains_any(category, kParts) && !contains_any(category, kPeople);
}

bool says_work(std::string_view category) {
    static const Words kEndings = split(
        "novels|plays|books|poems|short stories|essays|comics|musicals|operas|albums|"
        "songs",
        '|');
    return category.starts_with("works by ") || ends_with_any(category, kEndings);
}

bool title_says_film(std::string_view title) {
    if (title.find("/Season ") != npos) return true;
    size_t bracket = title.rfind('(');
    if (bracket == npos) return false;
    std::string inside = lower(title.substr(bracket));
    static const Words kParts = split(
        "film)|film series)|tv series|television|miniseries|video game|anime|tv show|"
        "sitcom|movie)|cartoon|game)|(season ",
        '|');
    return contains_any(inside, kParts);
}

// The first sentences of a page, from its bold subject on, plain; empty when nothing is bold.
std::string lead_of(std::string_view text) {
    std::string_view lead = text.substr(0, std::min(text.find("\n="), size_t{4000}));
    size_t bold = lead.find("'''");
    return bold == npos ? std::string() : plain_line(lead.substr(bold, 700));
}

// Where the bracket that opens at `open` closes; npos if it does not.
size_t closing_bracket(std::string_view text, size_t open) {
    int depth = 0;
    for (size_t i = open; i < text.size(); i++) {
        depth += (text[i] == '(') - (text[i] == ')');
        if (depth == 0) return i;
    }
    return npos;
}

// "Ann Other (1879 - 1955)", "(born 14 March 1879)", "Ann Other, born in 1879,".
bool has_years_of_life(std::string_view lead) {
    std::string begin = lower(lead.substr(0, 400));
    size_t bracket = begin.find('(');
    if (bracket == npos || bracket > 160) {
        bracket = begin.substr(0, 120).find(" born ");
        if (bracket == npos) return false;
    }
    size_t end = begin[bracket] == '(' ? closing_bracket(begin, bracket) : npos;
    std::string_view inside =
        std::string_view(begin).substr(bracket, std::min<size_t>(end - bracket, 160));
    size_t year = 0;
    bool has_year = false;
    for (char c : inside) {
        year = is_digit(c) ? year + 1 : 0;
        has_year = has_year || year >= 3;
    }
    static const Words kBorn =
        split("(born|(b.|born |(c.|(died|\xE2\x80\x93|\xE2\x80\x94|-| bc|bce", '|');
    // One year alone is a film's or a book's.
    return has_year && contains_any(inside, kBorn);
}

// Whether a comma after `word` joins what someone does, "film, television and stage actor", so that
// the noun is still to come in `rest`.
bool joins_on(std::string_view word, std::string_view rest) {
    static const WordSet kStages = word_set("film stage television theatre theater TV radio voice");
    return kStages.contains(word) && starts_with_any(rest, kStages);
}

// What the lead calls its subject: of "is a 1994 American crime film directed by" the phrase "1994
// American crime film", and its noun in small letters, "film".
struct Noun {
    std::string phrase, word;
};

Noun noun_of(std::string_view lead) {
    static const Words kIs = split(
        " is a | is an | was a | was an | is the | was the | were a | were an |"
        " are a | are an ",
        '|');
    static const WordSet kAfter = word_set(
        "of by in from that which who whose between for on at with about directed "
        "written starring created based produced released published set founded");
    std::string_view begin = lead.substr(0, 500);
    size_t at = npos;
    for (std::string_view is : kIs)
        if (size_t found = begin.find(is); found < at) at = found + is.size() - 1;
    Noun noun;
    while (at < begin.size()) {
        size_t from = begin.find_first_not_of(' ', at);
        if (from == npos) break;
        at = find_or_end(begin, ' ', from);
        std::string_view word = begin.substr(from, at - from);
        size_t end = word.find_last_not_of(",.;:()");
        bool last = end == npos || end + 1 < word.size();
        word = word.substr(0, end == npos ? 0 : end + 1);
        if (word.empty() || word[0] == '(' || kAfter.contains(word)) break;
        noun.phrase += noun.phrase.empty() ? "" : " ";
        noun.phrase += word;
        noun.word = lower(word);
        if (last && (at >= begin.size() || !joins_on(word, begin.substr(at + 1)))) break;
    }
    return noun;
}

bool is_film(const Noun& noun) {
    static const WordSet kFilms =
        word_set("film films movie sitcom miniseries cartoon anime telenovela");
    static const WordSet kKinds =
        word_set("series show drama comedy program serial programme franchise game sequel");
    static const Words kMedia = split("film|television|tv |anime|animated|video|web |media ", '|');
    return kFilms.contains(noun.word) ||
           (kKinds.contains(noun.word) && contains_any(lower(noun.phrase), kMedia));
}

// What has years like a life but is no person.
bool is_nobody(const Noun& noun) {
    static const WordSet kThings = word_set(
        "war wars battle conflict empire revolution movement crisis massacre "
        "depression genocide novel book play poem song album band group duo trio "
        "company series newspaper magazine journal dynasty republic state country "
        "kingdom period era event campaign treaty party manga musical opera essay "
        "epic anthology collection expedition union organization organisation");
    return kThings.contains(noun.word);
}

// "a legendary Greek poet": a profession, and a word that says of which people.
bool is_profession(const Noun& noun) {
    static const WordSet kProfessions = word_set(
        "activist actor actress architect artist astronomer author biologist chemist "
        "comedian composer critic dramatist economist essayist explorer filmmaker "
        "historian humorist inventor journalist lawyer lyricist mathematician "
        "musician novelist painter philosopher physician physicist playwright poet "
        "politician psychologist rapper satirist scientist screenwriter sculptor "
        "singer songwriter sociologist statesman theologian writer");
    bool people = std::any_of(noun.phrase.begin(), noun.phrase.end(),
                              [](char c) { return c >= 'A' && c <= 'Z'; });
    return people && kProfessions.contains(noun.word);
}

// DEFAULTSORT "Nietzsche, Friedrich", but not "Godfather, The", nor "Love, Free" of "Free love".
bool sort_key_says_person(std::string_view key, std::string_view title) {
    size_t comma = key.find(", ");
    if (comma == npos) return false;
    static const WordSet kArticles = word_set("The A An the a an Le La Les Der Die Das");
    if (kArticles.contains(key.substr(comma + 2))) return false;
    title = without_bracket(title);
    for (size_t space = title.find(' '); space != npos; space = title.find(' ', space + 1)) {
        std::string_view word =
            title.substr(space + 1, find_or_end(title, ' ', space + 1) - space - 1);
        if (!word.empty() && is_lower(word[0]) && word.find_first_of("-'\xE2") == npos &&
            !is_particle(word))
            return false;
    }
    return true;
}

bool refers_to_several(std::string_view text) {
    static const Words kSays = split(
        "may refer to|can refer to|may also refer to|could refer to|might refer to|"
        "refers to several",
        '|');
    return contains_any(text.substr(0, std::min(text.find("\n="), size_t{1000})), kSays);
}

// A page whose categories do not tell.
PageKind kind_by_text(std::string_view title, const FlatPage& page, bool fictional, bool work) {
    std::string lead = lead_of(page.text);
    Noun noun = noun_of(lead);
    fictional = fictional || lower(noun.phrase).find("fictional") != npos;
    if (is_film(noun) && !fictional) return PageKind::kFilm;
    const std::vector<Section> sections = sections_of(page.text);
    auto count = [&](Section wanted) {
        return std::count(sections.begin(), sections.end(), wanted);
    };
    const auto letters = count(Section::kLetter);
    if (count(Section::kQuotes) + letters == 0 && refers_to_several(page.text))
        return PageKind::kDisambiguation;
    if (letters >= 3) return PageKind::kTheme;
    bool named = !work && !fictional && !is_nobody(noun) &&
                 (sort_key_says_person(page.sort_key, title) || is_profession(noun) ||
                  has_years_of_life(lead));
    const bool film =
        count(Section::kCast) + count(Section::kTaglines) + count(Section::kDialogue) > 0;
    if (film && !named && !work) return PageKind::kFilm;
    return named ? PageKind::kPerson : PageKind::kTheme;
}

}  // namespace

PageKind kind_of_page(std::string_view title, const FlatPage& page) {
    if (page.redirect) return PageKind::kRedirect;
    if (page.disambiguation || title.ends_with("(disambiguation)") ||
        (page.text.size() < 20000 && page.text.find("__DISAMBIG__") != npos))
        return PageKind::kDisambiguation;
    if (title.starts_with("List of ") || title.starts_with("Lists of ") || title == "Main Page")
        return PageKind::kList;
    bool person = false, film = title_says_film(title), fictional = false, work = false;
    bool proverbs = title.ends_with("roverbs");
    for (const std::string& category : page.categories) {
        std::string small = lower(category);
        if (small.find("disambiguation") != npos) return PageKind::kDisambiguation;
        person = person || says_person(small);
        film = film || says_film(small);
        work = work || says_work(small);
        proverbs = proverbs || small.ends_with("proverbs");
        fictional = fictional || small.starts_with("fictional");
    }
    if (person) return PageKind::kPerson;
    if (film) return PageKind::kFilm;
    if (proverbs) return PageKind::kProverbs;
    return kind_by_text(title, page, fictional, work);
}

}  // namespace quillet
