// Wikiquote's conventions: who said it and where, written on the line of the quotation.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "corpus/strings.h"
#include "corpus/wikiquote.h"

namespace quillet {
namespace {

constexpr size_t kLongestTail = 120;

// What is written after a quotation, on its line, and where it begins with its dash: "... ~
// [[Sigmund Freud]]".
struct Tail {
    std::string_view flat;  // empty when there is none
    size_t from = 0;
};

Tail tail_of(std::string_view text) {
    // Most quotations end like sentences, which sources seldom do.
    size_t last = text.find_last_not_of(" \x05");
    if (last == npos || last == 0 || text[last] == '!' || text[last] == '?' || text[last] == '"')
        return {};
    char before = text[last - 1];
    if (text[last] == '.' && is_alpha(before)) return {};
    size_t begin = text.size() - std::min<size_t>(text.size(), kLongestTail);
    for (size_t at = text.size(); at-- > begin;) {
        // The last bytes of "~", "-", the dashes of UTF-8, "&mdash;".
        char c = text[at];
        if (c != '~' && c != '-' && c != ';' && c != '\x93' && c != '\x94' && c != '\x95') continue;
        for (std::string_view sign : {"~", "\xE2\x80\x94", "\xE2\x80\x93", "\xE2\x80\x95", "--",
                                      " -", "&mdash;", "&ndash;"})
            if (at >= sign.size() && text.substr(0, at + 1).ends_with(sign))
                return {trimmed(text.substr(at + 1)), at + 1 - sign.size()};
    }
    return {};
}

// "Ben Waiter", "E. M. Other": two to four words that begin with capitals.
bool is_name(std::string_view text) {
    size_t words = 0;
    for (size_t at = 0; at < text.size(); words++) {
        size_t end = std::min(text.find(' ', at), text.size());
        bool initial = end - at == 2 && text[end - 1] == '.';
        if (!is_upper(text[at]) && !is_high(text[at])) return false;
        if (!initial && text.substr(at, end - at).find_first_of(".!?:;\"") != npos) return false;
        at = std::min(text.find_first_not_of(' ', end), text.size());
    }
    return words >= 2 && words <= 4;
}

// "''A Book'', ch. 4": a title, and where in it.
bool is_title(std::string_view flat) {
    if (!in_italics(flat)) return false;
    size_t end = flat.find("''", 2);
    if (end == npos) return false;
    std::string_view rest = flat.substr(std::min(flat.find_first_not_of('\'', end), flat.size()));
    return rest.empty() || std::string_view(",.;:(").find(rest.front()) != npos ||
           rest.find_first_of("(0123456789") != npos;
}

// "Edna Marlowe", "Marlowe", on the page of Edna Marlowe.
bool names_person(std::string_view name, std::string_view person) {
    while (name.ends_with('.') || name.ends_with(' ')) name.remove_suffix(1);
    if (name.empty() || person.empty()) return false;
    std::string small = lower(name), whole = lower(person);
    return small == whole || whole.ends_with(" " + small);
}

bool ends_sentence(std::string_view flat) {
    flat = flat.substr(0, flat.find_last_not_of(" '\x05") + 1);
    return !flat.empty() && std::string_view(".!?\"\x9D").find(flat.back()) != npos;
}

// "([[Ruth Glen]], ''Runs'')" or "[[Kim Vale]], ''Notes'' (1920)" after the end of a sentence: where
// it begins; npos when there is none.
size_t linked_source(std::string_view text) {
    size_t begin = text.size() - std::min<size_t>(text.size(), 2 * kLongestTail);
    for (size_t link = text.find(mark::kLink, begin); link != npos && link > 0;
         link = text.find(mark::kLink, link + 1)) {
        size_t end = text.find(mark::kLinkEnd, link);
        bool bracket = text[link - 1] == '(';
        if (end == npos || !ends_sentence(text.substr(0, link - bracket))) continue;
        std::string_view rest = text.substr(end + 1);
        if (bracket && trimmed(text).ends_with(')') && (rest[0] == ')' || rest[0] == ','))
            return link - 1;
        bool cites = rest.find("''") != npos || has_year(rest);
        if (!bracket && rest.starts_with(',') && cites) return link;
    }
    return npos;
}

}  // namespace

std::string take_signature(std::string& text, std::string_view person) {
    if (size_t from = person.empty() ? linked_source(text) : npos; from != npos) {
        std::string author = first_link(std::string_view(text).substr(from));
        if (!author.empty()) text.erase(from);
        if (!author.empty()) return author;
    }
    Tail tail = tail_of(text);
    if (tail.flat.empty()) return "";
    bool ended = ends_sentence(std::string_view(text).substr(0, tail.from));
    size_t first = tail.flat.find_first_not_of(" '"), last = tail.flat.find_last_not_of(" .'\x05");
    if (first == npos || last == npos) return "";
    std::string name = plain_line(tail.flat.substr(0, tail.flat.find(',')));
    bool title = ended && is_title(tail.flat);
    if (title || names_person(name, person)) text.erase(tail.from);
    if (title || !person.empty()) return "";
    std::string author;
    if (tail.flat[first] == mark::kLink && tail.flat[last] == mark::kLinkEnd) {
        author = first_link(tail.flat);
    } else if (ended) {
        if (!is_name(name)) return "";
        author = first_link(tail.flat);
        if (author.empty()) author = name;
    }
    if (!author.empty()) text.erase(tail.from);
    return author;
}

namespace {

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

std::string strip_speaker(std::string& text) {
    size_t from = std::min(text.find_first_not_of(' '), text.size());
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
    return linked && !ends_sentence(plain_line(flat));
}

bool cites_source(std::string_view flat) {
    flat = trimmed(flat);
    std::string plain = plain_line(flat);
    bool sentence = plain.size() > 60 && ends_sentence(plain);
    if (in_italics(flat)) return is_title(flat) && !sentence;
    if (flat.starts_with(mark::kLink)) return (is_only_links(flat) || has_year(plain)) && !sentence;
    return reads_as_attribution(flat);
}

}  // namespace quillet
