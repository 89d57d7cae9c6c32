// Wikiquote's conventions: which line of a bullet is the English one.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstddef>

#include "corpus/attribution.h"
#include "corpus/language.h"
#include "corpus/strings.h"
#include "corpus/wikiquote.h"

namespace quillet {
namespace {

// Words before a translation: what is after them is one.
bool strip_translation_label(std::string& text, bool& variant) {
    if (lower(text.substr(0, 13)) == "(translation)") {
        text.erase(0, 13);
        text = trimmed(text);
        return !text.empty();
    }
    size_t colon = text.substr(0, 60).find(':');
    if (colon == npos) return false;
    std::string label = lower(text.substr(0, colon));
    bool says = label.find("transl") != npos || label == "english" || label == "trans." ||
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
static const Words kSourceBeginnings = split(
    "as quoted|quoted in|quoted by|attributed|letter to|letter from|source|"
    "speech|interview|p. |pp. |p.|pp.|ch.|chapter |act |vol|lines |variant|"
    "alternat|meaning|note:|remark|statement|written|original|cf|similar|isbn|"
    "translated|as translated|reported|sec.|section |\xC2\xA7|canto|stanza|"
    "preface|introduction|epigraph|aphorism|fragment|ibid|compare|equivalent|"
    "english equivalent|tweet|inscription|motto of|last words|dedication|epitaph",
    '|');
// These may begin a sentence as well; what follows tells.
static const Words kMaybeSource = split(
    "in |from |see |book |line |part |verse|first |also |article|poem|song|said |"
    "the ",
    '|');

// "The Gay Science": after its first word most long words begin with a capital.
bool reads_as_title(std::string_view plain) {
    size_t capitals = 0, words = 0;
    for (size_t at = plain.find(' '); at != npos; at = plain.find(' ', at + 1)) {
        std::string_view word = plain.substr(at + 1, plain.find(' ', at + 1) - at - 1);
        if (word.size() < 4) continue;
        words++;
        capitals += is_upper(word[0]) != 0;
    }
    return 2 * capitals >= words;
}

bool reads_as_source(std::string_view plain) {
    std::string small = lower(plain.substr(0, 40));
    size_t first = small.find_first_not_of("\"'(\xE2\x80\x9C\x9D ");
    std::string_view begin =
        first == npos ? std::string_view(small) : std::string_view(small).substr(first);
    if (begin.empty() || is_digit(begin[0])) return true;
    if (starts_with_any(begin, kSourceBeginnings)) return true;
    bool number = std::any_of(plain.begin(), plain.end(), is_digit);
    if (starts_with_any(begin, kMaybeSource) &&
        (number || (plain.size() < 40 && reads_as_title(plain))))
        return true;
    // "The Dawn, Sec. 297."; "Beyond Good and Evil (1886)".
    static const Words kPlaces = split(" p. | pp. |Sec.|Ch.|ISBN| Vol.| sec. | ch. ", '|');
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

// True for what {{lang}} calls foreign as a whole.
bool is_marked_foreign(std::string_view flat) {
    size_t first = flat.find_first_not_of(" \"'"), last = flat.find_last_not_of(" .\"'");
    return first != npos && flat[first] == mark::kForeign && flat[last] == mark::kForeignEnd &&
           flat.find(mark::kForeign, first + 1) == npos;
}

// True for flat text that is foreign by its words, by {{lang}} or, where those do not tell, by
// italics.
bool is_foreign(std::string_view flat) {
    if (is_marked_foreign(flat)) return true;
    Language language = guess_language(plain_line(flat));
    return language == Language::kOther || (language == Language::kUnknown && all_in_italics(flat));
}

// "''Cogito, ergo sum.''<br>I think, therefore I am.": the parts from the first English one on.
std::string english_part(std::string_view flat) {
    size_t at = flat.find(mark::kBreak);
    if (at == npos || !is_foreign(flat.substr(0, at))) return "";
    // Few are tried, as each may be as long as the whole.
    for (int tries = 0; at != npos && tries < 8; at = flat.find(mark::kBreak, at + 1)) {
        std::string_view line =
            flat.substr(at + 1, find_or_end(flat, mark::kBreak, at + 1) - at - 1);
        if (guess_language(plain_line(line)) != Language::kEnglish) continue;
        tries++;
        std::string rest = plain_line(flat.substr(at + 1));
        if (guess_language(rest) == Language::kEnglish) return rest;
    }
    return "";
}

// "''Carpe noctem.'' – Seize the night.": what follows foreign words in italics.
std::string english_after_italics(std::string_view flat) {
    flat = trimmed(flat);
    if (!in_italics(flat) || flat.starts_with("'''")) return "";
    size_t end = flat.find("''", 2);
    if (end == npos || end + 10 > flat.size() || !is_foreign(flat.substr(0, end + 2))) return "";
    std::string rest = plain_line(flat.substr(end));
    std::string_view english = rest;
    bool sign = false;
    for (bool more = true; more && !english.empty();) {
        more = false;
        for (std::string_view c :
             {" ", ".", ",", ";", ":", "-", "=", "\xE2\x80\x93", "\xE2\x80\x94"}) {
            if (!english.starts_with(c)) continue;
            english.remove_prefix(c.size());
            more = true;
            sign = sign || (c != " " && c != "." && c != ",");
        }
    }
    if (!sign && !english.starts_with('"')) return "";
    if (2 * english.size() < end || english.size() > 3 * end) return "";
    bool begins = !english.empty() && (is_upper(english[0]) || english[0] == '"');
    return begins && guess_language(english) == Language::kEnglish ? std::string(english) : "";
}

// "''Vox populi, vox dei.'' (The voice of the people is the voice of God.)", "Nox umbra. [Night is a
// shadow.]": what is in the brackets at the end.
std::string english_in_brackets(std::string_view flat) {
    size_t end = flat.find_last_not_of(" .\"");
    if (end == npos || (flat[end] != ')' && flat[end] != ']')) return "";
    const char opening = flat[end] == ')' ? '(' : '[';
    size_t open = flat.rfind(opening, end);
    if (open == npos || open == 0 || (flat[open - 1] != ' ' && flat[open - 1] != mark::kBreak))
        return "";
    std::string_view within = flat.substr(open + 1, end - open - 1);
    if (within.find(flat[end]) != npos) return "";
    std::string_view foreign = trimmed(flat.substr(0, open));
    std::string before = plain_line(foreign), inside = plain_line(within);
    if (2 * inside.size() < before.size() || inside.size() > 3 * before.size()) return "";
    if (!is_foreign(foreign)) return "";
    return guess_language(inside) == Language::kEnglish ? inside : "";
}

// What a source line calls the translation, where it may well be the English of `length`
// characters; else empty.
std::string labelled_translation(const Bullet& bullet, size_t length, size_t& index) {
    for (index = 0; index < bullet.sources.size(); index++) {
        std::string_view source = bullet.sources[index];
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

std::string english_of(const Bullet& bullet, size_t* translation) {
    std::string text = plain_line(bullet.text);
    if (text.empty()) return text;
    size_t unasked = 0;
    size_t& index = translation ? *translation : unasked;
    Language language = is_marked_foreign(bullet.text) ? Language::kOther : guess_language(text);
    if (language == Language::kEnglish) {
        // "An rud is annamh is iontach." has English words; who translates it knows better.
        std::string labelled = labelled_translation(bullet, text.size(), index);
        if (!labelled.empty()) return labelled;
        bool begins_foreign = in_italics(bullet.text) && !trimmed(bullet.text).ends_with("''");
        bool brackets = text.ends_with(')') || text.ends_with(']');
        if (bullet.text.find(mark::kBreak) == npos && !brackets && !begins_foreign) return text;
    }
    std::string part = english_in_brackets(bullet.text);
    if (part.empty()) part = english_part(bullet.text);
    if (part.empty()) part = english_after_italics(bullet.text);
    if (!part.empty()) return part;
    if (language == Language::kEnglish) return text;
    bool foreign = language == Language::kOther || bullet.foreign || all_in_italics(bullet.text);
    std::string best;
    int best_fitness = 0;
    for (size_t i = 0; i < bullet.sources.size(); i++) {
        std::string plain = plain_line(bullet.sources[i]);
        int fit = fitness(bullet.sources[i], plain, text.size(), foreign);
        if (fit <= best_fitness) continue;
        best_fitness = fit;
        best = std::move(plain);
        index = i;
    }
    // What may well be English stays unless a line calls itself a translation or reads as one.
    if (language == Language::kUnknown && best_fitness < 2) {
        index = bullet.sources.size();
        return text;
    }
    return best_fitness > 0 ? best : language == Language::kOther ? "" : text;
}

void strip_source(std::string& plain) {
    if (!plain.ends_with(')')) return;
    size_t open = plain.rfind(" (");
    if (open == npos || open == 0 || plain.size() - open > 120) return;
    if (std::string_view(".!?\"'\x9D").find(plain[open - 1]) == npos) return;
    std::string inside = lower(std::string_view(plain).substr(open + 2));
    static constexpr std::string_view kTranslator[] = {"trans", "tr. ", "page "};
    if (starts_with_any(inside, kTranslator) || reads_as_source(inside)) plain.resize(open);
}

bool reads_as_attribution(std::string_view flat) {
    flat = trimmed(flat);
    if (in_italics(flat) || flat.starts_with(mark::kLink)) return true;
    std::string plain = plain_line(flat);
    if (dashes_at_begin(plain) > 0 || lower(plain.substr(0, 8)) == "see also") return true;
    size_t italics = flat.find("''");
    bool cites = italics != npos && flat.substr(italics, 3) != "'''" && has_year(plain);
    return cites || reads_as_source(plain);
}

}  // namespace quillet
