// The rule for names: what is left is a person's name, or nothing.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cctype>

#include "corpus/clean.h"
#include "corpus/fold.h"

namespace quillet {
namespace {

// Words in small letters that names may hold.
constexpr std::string_view kParticles[] = {
    "de",  "van", "von",  "der",   "den", "la", "le",  "les", "du",  "di",  "da",  "of",  "the",
    "bin", "ibn", "bint", "al",    "el",  "y",  "e",   "ter", "ten", "zu",  "zur", "af",  "av",
    "dos", "das", "del",  "della", "des", "do", "san", "st.", "ben", "bar", "d'",  "vom", "et",
    "het", "'t",  "lo",   "a",     "à",   "i",  "und", "op",  "til", "tot", "abu", "ap",
};

// What stands where a name should, or names no one.
constexpr std::string_view kNobody[] = {
    "anonymous",  "anon",   "unknown", "ibid",   "proverb", "proverbs", "graffiti", "traditional",
    "discussion", "saying", "motto",   "slogan", "various", "author",   "source",   "attributed",
    "folklore",   "title",  "chorus",  "list",   "news",    "from",     "seen",     "old",
    "overheard",  "quoted", "bible",   "talmud", "koran",   "quran",    "idem",
};

bool is_particle(std::string_view word) {
    return std::find(std::begin(kParticles), std::end(kParticles), word) != std::end(kParticles) ||
           word.starts_with("al-") || word.starts_with("el-") || word.starts_with("d'") ||
           word.starts_with("d\xE2\x80\x99");
}

bool names_nobody(std::string_view bare) {
    size_t from = 0;
    while (from < bare.size()) {
        size_t end = std::min(bare.find(' ', from), bare.size());
        std::string_view word = bare.substr(from, end - from);
        if (std::find(std::begin(kNobody), std::end(kNobody), word) != std::end(kNobody))
            return true;
        from = end + 1;
    }
    return false;
}

// "GEORGE HERBERT" as "George Herbert"; initials and numerals stay.
void lower_capitals(std::string& name) {
    bool all = std::none_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (!all) return;
    for (size_t i = 1; i < name.size(); i++) {
        bool inside = std::isalpha(static_cast<unsigned char>(name[i - 1])) || name[i - 1] == '\'';
        size_t end = i;
        while (end < name.size() && name[end] != ' ') end++;
        if (inside && name[i] >= 'A' && name[i] <= 'Z') name[i] = static_cast<char>(name[i] + 32);
    }
}

void cut_at(std::string& name, std::string_view mark) {
    size_t at = name.find(mark);
    if (at != std::string::npos && at > 0) name.erase(at);
}

// "Ann Other, 4th Earl of Rain" as "Ann Other"; "Ben Waiter, Jr." as "Ben Waiter Jr."
void drop_title(std::string& name) {
    size_t comma = name.find(", ");
    if (comma == std::string::npos || comma + 2 >= name.size()) return;
    std::string_view after = std::string_view(name).substr(comma + 2);
    if (std::isdigit(static_cast<unsigned char>(after[0])))
        name.resize(comma);
    else if (after == "Jr." || after == "Sr." || after == "Jr" || after == "Sr")
        name.erase(comma, 1);
}

}  // namespace

Verdict tidy_name(std::string& name) {
    std::string before = name;
    cut_at(name, " (");
    cut_at(name, " [");
    cut_at(name, "\"");
    drop_title(name);
    while (!name.empty() && (name.back() == ' ' || name.back() == ',' || name.back() == ';' ||
                             name.back() == ':' || name.back() == '_'))
        name.pop_back();
    // "Owen Feltham." but "Sammy Davis Jr." and "Brooks, Jr.": a full stop stays after what is
    // short.
    size_t space = name.rfind(' ');
    size_t last_word = name.size() - (space == std::string::npos ? 0 : space + 1);
    if (name.ends_with('.') && last_word > 4) name.pop_back();
    lower_capitals(name);
    std::string bare;
    bare_form(name, bare);
    if (bare.empty() || names_nobody(bare)) return Verdict::kRejected;
    size_t words = 0;
    for (size_t i = 0; i < name.size(); words++) {
        size_t end = std::min(name.find(' ', i), name.size());
        std::string_view word = std::string_view(name).substr(i, end - i);
        bool small = !word.empty() && ((word[0] >= 'a' && word[0] <= 'z') ||
                                       std::ispunct(static_cast<unsigned char>(word[0])));
        if (small && !is_particle(word)) return Verdict::kRejected;
        if (small && end == name.size()) return Verdict::kRejected;
        i = end + 1;
    }
    bool letters_only = std::all_of(name.begin(), name.end(), [](char c) {
        return static_cast<signed char>(c) < 0 || std::isalpha(static_cast<unsigned char>(c)) ||
               c == ' ' || c == '.' || c == '-' || c == '\'' || c == ',';
    });
    if (words > 5 || !letters_only || std::count(name.begin(), name.end(), ',') > 1)
        return Verdict::kRejected;
    return name == before ? Verdict::kKept : Verdict::kChanged;
}

}  // namespace quillet
