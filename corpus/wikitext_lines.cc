// Single lines of flat wikitext as plain text; what their links say.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "corpus/entities.h"
#include "corpus/strings.h"
#include "corpus/wikitext.h"

namespace quillet {
namespace {

// MediaWiki's rule for runs of apostrophes: two are italics, three bold, five both; what is over is
// text. When both are opened an odd number of times, one bold is an apostrophe before italics: the
// one after a single letter, else after a longer word.
struct Run {
    size_t at, length;
};

// The run to be read as an apostrophe and italics; npos for none.
size_t apostrophe_run(std::string_view flat, const std::vector<Run>& runs) {
    size_t bold = 0, italics = 0;
    for (const Run& run : runs) {
        bold += run.length == 3 || run.length >= 5 || run.length == 4;
        italics += run.length == 2 || run.length >= 5;
    }
    if (bold % 2 == 0 || italics % 2 == 0) return npos;
    size_t after_letter = npos, after_word = npos, after_space = npos;
    for (size_t i = 0; i < runs.size(); i++) {
        if (runs[i].length != 3) continue;
        size_t at = runs[i].at;
        char one = at > 0 ? flat[at - 1] : ' ', two = at > 1 ? flat[at - 2] : ' ';
        size_t& kind = one == ' ' ? after_space : two == ' ' ? after_letter : after_word;
        if (kind == npos) kind = i;
    }
    return after_letter != npos ? after_letter : after_word != npos ? after_word : after_space;
}

std::string without_apostrophe_runs(std::string_view flat) {
    std::vector<Run> runs;
    runs.reserve(8);
    for (size_t at = flat.find("''"); at != npos; at = flat.find("''", at)) {
        size_t end = flat.find_first_not_of('\'', at);
        if (end == npos) end = flat.size();
        runs.push_back({at, end - at});
        at = end;
    }
    size_t kept_apostrophe = apostrophe_run(flat, runs);
    std::string text;
    text.reserve(flat.size());
    size_t from = 0;
    for (size_t i = 0; i < runs.size(); i++) {
        text += flat.substr(from, runs[i].at - from);
        size_t markup = runs[i].length >= 5 ? 5 : runs[i].length == 4 ? 3 : runs[i].length;
        if (i == kept_apostrophe) markup = 2;
        text.append(runs[i].length - markup, '\'');
        from = runs[i].at + runs[i].length;
    }
    text += flat.substr(from);
    return text;
}

// "__NOTOC__" at the beginning of `text`: its length, else 0.
size_t magic_word(std::string_view text) {
    if (!text.starts_with("__")) return 0;
    size_t i = 2;
    while (i < text.size() && text[i] >= 'A' && text[i] <= 'Z') i++;
    return i > 4 && text.substr(i).starts_with("__") ? i + 2 : 0;
}

// What plain_line() has to look at.
bool is_telling(char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '&' || c == '_';
}

bool says_proverb(std::string_view text) {
    return text.find("proverb") != npos;
}

bool is_month(std::string_view word) {
    static const WordSet months = word_set(
        "January February March April May June July August September October November December");
    return months.contains(word);
}

// "The Long Path (film)", "BBC".
bool names_work(std::string_view target) {
    static const Words kinds = split(
        "film)|novel)|book)|play)|song)|album)|series)|magazine)|newspaper)|band)|poem)|journal)|"
        "musical)|opera)|video game)|comics)|short story)|essay)",
        '|');
    size_t capitals = static_cast<size_t>(std::count_if(target.begin(), target.end(), is_upper));
    return (target.find(" (") != npos && ends_with_any(target, kinds)) ||
           (capitals > 1 && capitals == target.size());
}

// Not "1890", "4 July", "July 4", "love".
bool may_be_person(std::string_view target) {
    if (target.empty() || (target[0] >= 'a' && target[0] <= 'z')) return false;
    size_t space = find_or_end(target, ' ');
    std::string_view first = target.substr(0, space),
                     rest = target.substr(std::min(space + 1, target.size()));
    if (std::all_of(first.begin(), first.end(), is_digit)) return !rest.empty() && !is_month(rest);
    return !(is_month(first) && std::all_of(rest.begin(), rest.end(), is_digit));
}

}  // namespace

std::string_view trimmed(std::string_view text) {
    return without_ends(text, [](char c) {
        return c == ' ' || (c >= '\t' && c <= '\r') || c == mark::kBreak || c == mark::kInnerLine;
    });
}

std::string_view without_bracket(std::string_view title) {
    return title.substr(0, title.find(" (", 1));
}

std::string marked_link(std::string_view target, std::string_view label) {
    if (target.find_first_of("\x02\x03\n\x05\x06") != npos || label.find(mark::kLink) != npos)
        return std::string(label);
    return mark::kLink + std::string(target) + mark::kLabel + std::string(label) + mark::kLinkEnd;
}

std::string plain_line(std::string_view flat) {
    while (flat.starts_with(' ')) flat.remove_prefix(1);
    std::string quoted;
    if (flat.find("''") != npos) {
        quoted = without_apostrophe_runs(flat);
        flat = quoted;
    }
    std::string plain;
    plain.reserve(flat.size());
    for (size_t at = 0; at < flat.size();) {
        size_t from = at;
        while (at < flat.size() && !is_telling(flat[at])) at++;
        plain += flat.substr(from, at - from);
        if (at == flat.size()) break;
        char c = flat[at];
        size_t length = 0;
        if (c == mark::kLink) {
            at = std::min(flat.find(mark::kLabel, at), flat.size() - 1) + 1;
        } else if (c == '&' && (length = append_entity(flat.substr(at), plain)) > 0) {
            at += length;
        } else if (c == '_' && (length = magic_word(flat.substr(at))) > 0) {
            at += length;
        } else {
            at++;
            if (c == mark::kLinkEnd || c == mark::kLabel || c == mark::kForeign ||
                c == mark::kForeignEnd)
                continue;
            bool kept = static_cast<unsigned char>(c) >= ' ' || c == mark::kUnsupported;
            plain += kept ? c : ' ';
        }
    }
    if (plain.starts_with(' ')) plain.erase(0, plain.find_first_not_of(' '));
    while (plain.ends_with(' ')) plain.pop_back();
    return plain;
}

void decode_harmless_entities(std::string& flat) {
    decode_entities(flat, [](std::string_view meant) {
        return !meant.empty() &&
               (is_high(meant[0]) || meant == "-" || meant == "~" || meant == " ");
    });
}

std::string first_link(std::string_view flat) {
    bool italics = false, quoted = false;
    for (size_t at = 0; at < flat.size(); at++) {
        if (flat[at] == '\'' && flat.substr(at).starts_with("''")) {
            size_t end = skip(flat, '\'', at);
            // Bold alone is no sign of a title.
            if (end - at != 3) italics = !italics;
            at = end - 1;
        } else if (flat[at] == '"') {
            // A mark without a partner quotes nothing.
            quoted = !quoted && flat.find('"', at + 1) != npos;
        } else if (flat[at] == mark::kLink && !italics && !quoted) {
            size_t end = flat.find(mark::kLabel, at), close = flat.find(mark::kLinkEnd, at);
            if (end == npos || close == npos) break;
            std::string name(flat.substr(at + 1, end - at - 1));
            // Works, and what is abbreviated, are no people.
            std::string_view label = flat.substr(end + 1, close > end ? close - end - 1 : 0);
            if (names_work(name) || label.starts_with("''") || label.starts_with("\"")) {
                at = close;
                continue;
            }
            std::replace(name.begin(), name.end(), '_', ' ');
            std::string_view bare =
                without_bracket(std::string_view(name).substr(0, name.find('#')));
            name.resize(bare.find_last_not_of(' ') + 1);
            std::erase_if(name, [](char c) { return static_cast<unsigned char>(c) < ' '; });
            if (says_proverb(name) || says_proverb(flat.substr(close, 12))) return "";
            if (may_be_person(name)) return name;
            at = close;
        }
    }
    return "";
}

bool is_only_links(std::string_view flat) {
    size_t first = flat.find_first_not_of(" '\"");
    if (first == npos || flat[first] != mark::kLink) return false;
    bool inside = false;
    for (size_t i = first; i < flat.size(); i++) {
        char c = flat[i];
        if (c == mark::kLink) inside = true;
        if (c == mark::kLinkEnd) inside = false;
        char small = static_cast<char>(c | 0x20);
        if (flat.substr(i).starts_with("\xE2\x80")) {  // dashes and quotation marks
            i += 2;
            continue;
        }
        if (!inside && ((small >= 'a' && small <= 'z') || static_cast<signed char>(c) < 0))
            return false;
    }
    return true;
}

}  // namespace quillet
