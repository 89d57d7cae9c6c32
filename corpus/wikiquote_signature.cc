// Wikiquote's conventions: who said it and where, written on the line of the quotation.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "corpus/attribution.h"
#include "corpus/strings.h"
#include "corpus/wikiquote.h"

namespace quillet {
namespace {

constexpr size_t kLongestTail = 240;
constexpr int kMostRuns = 6;   // of dashes that are tried
constexpr int kMostParts = 3;  // a name, a title, a place, each told in its own way

// Where something that tells who said a text begins, npos for nowhere; and the name, where it is told.
struct Signature {
    size_t from = npos;
    std::string author;
};

size_t begin_of_tail(std::string_view text) {
    return text.size() - std::min(text.size(), kLongestTail);
}

// "E.", "J.R.R.", "St."
bool is_abbreviated(std::string_view word) {
    static const WordSet titles = word_set("Dr. Mr. Mrs. Ms. St. Jr. Sr. Rev. Prof. Gen. Capt.");
    bool initials = word.size() >= 2 && word.size() % 2 == 0;
    for (size_t i = 0; i < word.size() && initials; i++)
        initials = i % 2 == 0 ? is_upper(word[i]) : word[i] == '.';
    return initials || titles.contains(word);
}

// "Ben Waiter", "E. M. Other": `least` to four words that begin with capitals, between which
// `particles` may stand.
bool is_name(std::string_view text, size_t least = 2, bool particles = false) {
    size_t words = 0;
    bool capital = false;  // the last word's
    for (size_t at = 0; at < text.size(); words += capital) {
        size_t end = find_or_end(text, ' ', at);
        std::string_view word = text.substr(at, end - at);
        capital = is_upper(word[0]) || is_high(word[0]);
        if (!capital && !(particles && words > 0 && is_particle(word))) return false;
        if (!is_abbreviated(word) && word.find_first_of(".!?:;\"") != npos) return false;
        at = skip(text, ' ', end);
    }
    return capital && words >= least && words <= 4;
}

// "''A Book'', ch. 4": a title, and where in it; `rest_of_it`, if given, becomes what follows the title.
bool is_title(std::string_view flat, std::string_view* rest_of_it = nullptr) {
    if (!in_italics(flat)) return false;
    size_t end = flat.find("''", 2);
    if (end == npos) return false;
    std::string_view rest = flat.substr(skip(flat, '\'', end));
    if (rest_of_it) *rest_of_it = rest;
    return rest.empty() || std::string_view(",.;:(").find(rest.front()) != npos ||
           rest.find_first_of("(0123456789") != npos;
}

// "(1977)", ", p. 4", ", Act II, line 3": a year, or a number after the name of a part.
bool tells_place(std::string_view rest) {
    static const Words places = split(
        " p.| pp.| page| ch.| Ch.| chapter| Chapter| vol| Vol| act | Act | line| sec| Sec|\xC2\xA7|"
        " no.| No.| st.| canto| Canto| part | Part |(p.|(ch.|(Act ",
        '|');
    return has_year(rest) ||
           (std::any_of(rest.begin(), rest.end(), is_digit) && contains_any(rest, places));
}

// What follows a name and is no sentence: after a sign or "in" a year, or first of all a title.
bool cites(std::string_view rest) {
    rest.remove_prefix(skip(rest, ' '));
    bool in = rest.starts_with("in "), sign = rest.find_first_of(",;:([0123456789") == 0;
    if ((in || sign) && has_year(rest)) return true;
    rest.remove_prefix(skip(rest, " ,;:("));
    if (rest.starts_with("in ")) rest.remove_prefix(3);
    return rest.starts_with("''") && rest.size() > 2 && rest[2] != '\'' && !is_lower(rest[2]);
}

// "Edna Marlowe", "Marlowe", on the page of Edna Marlowe.
bool names_person(std::string_view name, std::string_view person) {
    while (name.ends_with('.') || name.ends_with(' ')) name.remove_suffix(1);
    if (name.empty() || person.empty()) return false;
    std::string small = lower(name), whole = lower(person);
    return small == whole || whole.ends_with(" " + small);
}

// Flat text, which may end with italics and marks.
bool flat_ends_sentence(std::string_view flat) {
    return ends_sentence(flat.substr(0, flat.find_last_not_of(" '\x05") + 1));
}

// Most quotations end like sentences, which sources seldom do.
bool ends_as_text(std::string_view text) {
    size_t last = text.find_last_not_of(" \x05");
    if (last == npos || last == 0 || text[last] == '!' || text[last] == '?') return true;
    return text[last] == '.' && is_alpha(text[last - 1]) &&
           !text.substr(0, last).ends_with(" Jr") && !text.substr(0, last).ends_with(" Sr");
}

// "[[Ann Other]], ''A Book'' (1959)": who, and what follows the name.
struct Signer {
    std::string name;
    std::string_view rest;
    bool linked = false;
};

Signer signer_of(std::string_view flat) {
    static const Words ends = split(",|(|;|:|[| in | ''|\"|\x05|\x06", '|');
    flat.remove_prefix(skip(flat, " '"));
    size_t end = flat.size();
    bool linked = flat.starts_with(mark::kLink);
    if (linked)
        end = std::min(flat.find(mark::kLinkEnd), flat.size() - 1) + 1;
    else
        for (std::string_view sign : ends) end = std::min(end, flat.find(sign));
    std::string name = plain_line(flat.substr(0, end));
    // "Ann Other 1977"
    size_t letters = name.find_last_not_of(" 0123456789");
    if (!linked && letters != npos && has_year(std::string_view(name).substr(letters + 1)))
        name.resize(letters + 1);
    else if (!linked && end < flat.size())
        name.resize(name.find_last_not_of(' ') + 1);
    flat.remove_prefix(end);
    flat.remove_prefix(skip(flat, '\''));
    for (std::string_view generation : {", Jr.", ", Sr."})
        if (flat.starts_with(generation)) {
            name += generation;
            flat.remove_prefix(generation.size());
        }
    return {name, flat, linked};
}

// "([[Ruth Glen]], ''Runs'')" or "[[Kim Vale]], ''Notes'' (1920)" after the end of a sentence: where
// it begins; npos when there is none.
size_t linked_source(std::string_view text) {
    for (size_t link = text.find(mark::kLink, begin_of_tail(text)); link != npos && link > 0;
         link = text.find(mark::kLink, link + 1)) {
        size_t end = text.find(mark::kLinkEnd, link);
        bool bracket = text[link - 1] == '(';
        if (end == npos || !flat_ends_sentence(text.substr(0, link - bracket))) continue;
        std::string_view rest = text.substr(end + 1);
        if (bracket && trimmed(text).ends_with(')') && (rest[0] == ')' || rest[0] == ','))
            return link - 1;
        bool told = rest.find("''") != npos || has_year(rest);
        if (!bracket && rest.starts_with(',') && told) return link;
    }
    return npos;
}

// True for "''A Book'' (1959), p. 4", "[[Ann Other]], ''A Book'', 1959": a source by itself, with
// nothing before it that says so. The author is told where it begins with one.
bool is_bare_source(std::string_view flat, std::string& author) {
    std::string_view rest;
    if (in_italics(flat)) {
        size_t first = flat.find_first_not_of('\'');
        char begin = first == npos ? ' ' : flat[first];
        bool capital = is_upper(begin) || is_high(begin) || is_digit(begin) || begin == mark::kLink;
        if (!capital || !is_title(flat, &rest) || !tells_place(rest)) return false;
        rest = trimmed(rest);
        // "''Emma'' (1815) was good" goes on.
        static const Words places = split("p. pp. ch. Ch. vol Vol act Act sec. trans", ' ');
        size_t end = rest[0] == '(' ? rest.find(')') : npos;
        std::string_view more = trimmed(rest.substr(end == npos ? rest.size() : end + 1));
        if (!more.empty() && !is_punct(more[0]) && !starts_with_any(more, places)) return false;
        return std::string_view(",(;:").find(rest[0]) != npos || is_digit(rest[0]);
    }
    Signer signer = signer_of(flat);
    if (!signer.rest.starts_with(", ''") || !tells_place(signer.rest)) return false;
    if (!signer.linked && !is_name(signer.name, 2, true)) return false;
    author = signer.linked ? first_link(flat) : signer.name;
    return true;
}

// "Rain falls. ''Clerks'' (1977), p. 4": a source that follows the end of a sentence, or stands on a
// line of its own.
Signature source_at_end(std::string_view text) {
    size_t begin = begin_of_tail(text), italics = text.rfind("''");
    if (italics == npos || italics < begin || ends_as_text(text)) return {};
    for (size_t at = std::max<size_t>(begin, 1); at < text.size(); at++) {
        char before = text[at - 1], c = text[at];
        if (before != ' ' && before != mark::kBreak) continue;
        if (c != '\'' && c != mark::kLink && !is_upper(c) && !is_high(c)) continue;
        size_t end = text.find_last_not_of(" \x05", at - 1);
        if (end == npos) continue;
        bool line = text.substr(end + 1, at - end - 1).find(mark::kBreak) != npos;
        if (!line && !flat_ends_sentence(text.substr(0, end + 1))) continue;
        Signature found;
        if (dashes_at_begin(text.substr(at)) > 0 || !is_bare_source(text.substr(at), found.author))
            continue;
        found.from = at;
        return found;
    }
    return {};
}

// "Letter to Ann Other, 4 May 1920", "from ''A Book''": a source after a dash, and not the next
// sentence.
bool names_source(std::string_view flat) {
    static const Words beginnings = split(
        "letter to|letter from|as quoted|quoted in|quoted by|attributed|speech|interview|remark|"
        "statement|p. |pp. ",
        '|');
    std::string plain = plain_line(flat);
    return starts_with_any(lower(plain.substr(0, 20)), beginnings)
               ? has_year(flat) || flat.find("''") != npos
               : flat.find("''") != npos && reads_as_attribution(plain);
}

// Whether `sign`, with the flat text after its dash, tells who said what is before it, on the page of
// `person`; the author is told elsewhere. `last` for the last dash of a text, after which more may be
// a name.
bool is_signed(const Dashed& sign, std::string_view person, bool last, std::string& author) {
    std::string_view flat = sign.after;
    Signer signer = signer_of(flat);
    bool ended = flat_ends_sentence(sign.before), cited = cites(signer.rest);
    bool tilde = sign.run.find('~') != npos;
    // A quotation mark at the end may close what is said, or a title after a name: "Ann Other, "Rain"".
    bool quoted = flat.ends_with('"') || flat.ends_with("\xE2\x80\x9D");
    bool work = signer.rest.starts_with(", \"") || signer.rest.starts_with(", \xE2\x80\x9C");
    if (quoted && !(work && ended)) return false;
    // "... ''A Book'' (1959)"
    if (is_title(flat) && (ended || has_year(flat)) && (last || has_year(flat))) return true;
    // "... Orchard, in 1951", on the page of Nell Orchard
    if (names_person(signer.name, person) && (last || cited)) return true;
    // "... Letter to Ann Other, 4 May 1920"
    bool source = ended && last && names_source(flat);
    if (!person.empty()) return source;
    size_t end = flat.find_last_not_of(" .'\x05");
    if (signer.linked) {
        bool alone = last && end != npos && flat[end] == mark::kLinkEnd;
        bool named = ended && last && signer.rest.starts_with(',') && is_name(signer.name, 2, true);
        if (!alone && !named && !cited && !work) return source;
        author = first_link(flat);
        if (author.empty() && named) author = signer.name;
        return !author.empty() || cited;
    }
    bool surely = cited || work || (tilde && last);
    if (is_name(signer.name, surely && ended ? 1 : 2, true) && (surely || (ended && last)))
        author = signer.name;
    return !author.empty() || source;
}

// "Orchard, 1951", on the page of Nell Orchard; "Ann Other, 1951".
bool is_name_and_year(std::string_view flat, std::string_view person, std::string& author) {
    Signer signer = signer_of(flat);
    std::string_view year = signer.rest;
    year.remove_prefix(skip(year, ", "));
    if (year.size() != 4 || !has_year(year)) return false;
    if (names_person(signer.name, person)) return true;
    if (!person.empty() || !is_name(signer.name, 2, true)) return false;
    author = signer.name;
    return true;
}

// "... its drums. p. 44", "... agreed to. Letter to Ann Other (1940)": a place or a letter after the
// end of a sentence.
Signature place_at_end(std::string_view text) {
    static const Words places =
                           split("p. |pp. |P. |Ch. |ch. |Chapter |chapter |Vol. |vol. |Act ", '|'),
                       letters = split(
                           "Letter to |letter to |Letter from |Interview with |Notebook entry|"
                           "notebook entry|Diary entry|diary entry|Journal entry|journal entry",
                           '|');
    for (size_t at = std::max<size_t>(begin_of_tail(text), 1); at < text.size(); at++) {
        if (text[at - 1] != ' ' || !flat_ends_sentence(text.substr(0, at - 1))) continue;
        std::string_view rest = trimmed(text.substr(at));
        std::string_view number = rest.substr(std::min(rest.find(' '), rest.size() - 1) + 1);
        bool place = starts_with_any(rest, places) && rest.size() < 24 && !number.empty() &&
                     (is_digit(number[0]) || std::string_view("IVXL").find(number[0]) != npos);
        bool letter = starts_with_any(rest, letters) && rest.size() < 80 && has_year(rest);
        if (place || letter) return {at, ""};
    }
    return {};
}

// "... the sea (''The Oven'', 1951)", "... the sea. [- Ann Other]": a source in brackets at the end,
// whatever is before it.
Signature bracketed_source(std::string_view text, std::string_view person) {
    std::string_view tail = trimmed(text);
    if (!tail.ends_with(')') && !tail.ends_with(']')) return {};
    const char closing = tail.back(), opening = closing == ')' ? '(' : '[';
    int depth = 0;
    for (size_t at = tail.size(), begin = begin_of_tail(tail); at-- > begin;) {
        depth += tail[at] == closing ? 1 : tail[at] == opening ? -1 : 0;
        if (depth > 0) continue;
        Signature found;
        std::string_view inside = trimmed(tail.substr(at + 1, tail.size() - at - 2));
        Dashed sign{without_wide_blanks(tail.substr(0, at)),
                    inside.substr(0, dashes_at_begin(inside)), inside};
        sign.after = without_wide_blanks(inside.substr(sign.run.size()));
        bool ended = flat_ends_sentence(sign.before);
        bool told = !sign.run.empty()
                        ? is_signed(sign, person, true, found.author)
                        : (closing == ')' || ended) && is_bare_source(inside, found.author);
        told = told || (ended && is_name_and_year(inside, person, found.author));
        if (told && !sign.before.empty())
            found.from = static_cast<size_t>(tail.data() - text.data()) + at;
        return found;
    }
    return {};
}

// "... ~ [[Ann Other]]", "... \xE2\x80\x94 ''A Book''", also with dashes after it.
Signature dashed_signature(std::string_view text, std::string_view person) {
    std::string_view tail = without_wide_blanks(text);
    tail.remove_suffix(dashes_at_end(tail));
    if (ends_as_text(tail)) return {};
    size_t end = tail.size(), begin = begin_of_tail(tail);
    Dashed sign;
    for (int tries = 0; tries < kMostRuns && previous_dashes(tail, end, sign); tries++) {
        if (end < begin || sign.before.empty()) break;
        Signature found;
        if (!is_signed(sign, person, tries == 0, found.author)) continue;
        found.from = static_cast<size_t>(sign.before.data() - text.data()) + sign.before.size();
        return found;
    }
    return {};
}

Signature last_signature(std::string_view text, std::string_view person) {
    Signature found;
    if (person.empty()) found.from = linked_source(text);
    if (found.from != npos) found.author = first_link(text.substr(found.from));
    if (!found.author.empty()) return found;
    if (ends_as_text(text)) return {};
    found = bracketed_source(text, person);
    if (found.from == npos) found = source_at_end(text);
    if (found.from == npos) found = place_at_end(text);
    if (found.from == npos) found = dashed_signature(text, person);
    return found;
}

// How long a bold or linked speaker or "Max Ford" is, with the colon after it; 0 for none.
size_t speaker_length(std::string_view text) {
    if (text.starts_with("'''") && !text.starts_with("''''")) {
        size_t end = text.find("'''", 3);
        if (end == npos || end > 80) return 0;
        bool inside = text[end - 1] == ':', after = text.substr(end + 3).starts_with(':');
        size_t rest = end + 3 + after;
        // A conversation stays as it is.
        bool several = text.find("'''", rest) != npos;
        return (inside || after) && !several ? rest : 0;
    }
    if (text.starts_with(mark::kLink)) {
        size_t end = text.find(mark::kLinkEnd);
        return end < 120 && text.substr(end + 1).starts_with(": ") ? end + 2 : 0;
    }
    size_t colon = text.find(": ");
    if (colon == npos || colon > 40) return 0;
    std::string_view after = trimmed(text.substr(colon + 1));
    bool begins = !after.empty() && (is_upper(after[0]) || after[0] == '"');
    return begins && split(text.substr(0, colon), ' ').size() <= 3 && is_name(text.substr(0, colon))
               ? colon + 1
               : 0;
}

}  // namespace

std::string take_signature(std::string& text, std::string_view person) {
    decode_harmless_entities(text);
    std::string author;
    for (int parts = 0; parts < kMostParts; parts++) {
        Signature found = last_signature(text, person);
        if (found.from == npos || found.from == 0) break;
        text.erase(found.from);
        // What stands nearer to the quotation knows better.
        if (!found.author.empty()) author = found.author;
    }
    return person.empty() ? author : "";
}

std::string strip_speaker(std::string& text) {
    size_t from = skip(text, ' ');
    size_t length = speaker_length(std::string_view(text).substr(from));
    if (length == 0 || from + length + 3 >= text.size()) return "";
    std::string flat = text.substr(from, length), name = plain_line(flat);
    text.erase(0, from + length);
    while (name.ends_with(':') || name.ends_with(' ')) name.pop_back();
    std::string linked = first_link(flat);
    return !linked.empty() ? linked : is_name(name) ? name : "";
}

bool is_only_source(std::string_view flat) {
    flat = trimmed(flat);
    if (flat.size() > 400 || !has_year(flat) || flat.find("''") == npos) return false;
    size_t end = flat.find(mark::kLinkEnd);
    bool linked =
        flat.starts_with(mark::kLink) && end != npos && flat.substr(end + 1).starts_with(',');
    return linked && !flat_ends_sentence(plain_line(flat));
}

bool cites_source(std::string_view flat) {
    flat = trimmed(flat);
    std::string plain = plain_line(flat);
    bool sentence = plain.size() > 60 && flat_ends_sentence(plain);
    if (in_italics(flat)) return is_title(flat) && !sentence;
    if (flat.starts_with(mark::kLink)) return (is_only_links(flat) || has_year(plain)) && !sentence;
    return reads_as_attribution(flat);
}

}  // namespace quillet
