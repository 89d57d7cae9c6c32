// The rule for names: what is left is a person's name, or nothing.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "corpus/attribution.h"
#include "corpus/character_set.h"
#include "corpus/clean.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

// Small words in names, the rare ones too: a name that is told as one may have them.
bool is_small_word_of_name(std::string_view word) {
    static const WordSet rare = word_set(
        "les bint el e ter ten zu zur af av das des do san st. ben bar d' vom et het 't lo a à i "
        "und op til tot abu ap");
    static const Words beginnings = split("al- el- d' d’", ' ');
    return is_particle(word) || rare.contains(word) || starts_with_any(word, beginnings);
}

// True where a word of the name in normal form stands where a name should, or names no one.
bool names_nobody(std::string_view normal) {
    static const WordSet nobody = word_set(
        "anonymous anon unknown ibid proverb proverbs graffiti traditional discussion saying motto "
        "slogan various author source attributed folklore title chorus list news from seen old "
        "overheard quoted bible talmud koran quran idem paraphrasing paraphrase paraphrased "
        "translation translated original variant quote quotation narrator dialogue preface "
        "introduction foreword editorial advertisement inscription epitaph "
        // Groups and places.
        "gallery galleries museum band orchestra choir ensemble quartet singers brothers sisters "
        "boys girls inc ltd llc corporation company university college institute society committee "
        "council government ministry department association league restaurant menu hotel cafe "
        "theatre theater magazine journal newspaper gazette records studios productions "
        "entertainment festival library foundation agency bureau department senate congress "
        "parliament tribune herald beatles encyclopedia encyclopaedia dictionary press conference "
        "radio television channel network podcast blog website wikipedia "
        // What stands in titles of works and in no name.
        "your my our their his her its is are was were be been not with for from let when how why "
        "what where if this that these those we you me us him them it than into about against "
        "without shall will must every everything nothing who whom song songs poems tales stories "
        "chapter volume book books film movie episode season letter letters speech interview");
    Words words = split(normal, ' ');
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return nobody.contains(word); });
}

// "GEORGE HERBERT" as "George Herbert"; initials stay, and numerals as kings have, "LOUIS XIV".
void lower_capitals(std::string& name) {
    if (std::any_of(name.begin(), name.end(), is_lower)) return;
    for (size_t from = 0, end; from < name.size(); from = end + 1) {
        end = find_or_end(name, ' ', from);
        bool numeral = from > 0 && name.find_first_not_of("IVX.,", from) >= end;
        for (size_t i = from + 1; i < end && !numeral; i++) {
            bool inside = is_alpha(name[i - 1]) || name[i - 1] == '\'';
            if (inside && is_upper(name[i])) name[i] = static_cast<char>(name[i] + 32);
        }
    }
}

void cut_at(std::string& name, std::string_view mark) {
    size_t at = name.find(mark);
    if (at != npos && at > 0) name.erase(at);
}

// "Ann Other, 4th Earl of Rain" as "Ann Other"; "Ben Waiter, Jr." as "Ben Waiter Jr."
void drop_title(std::string& name) {
    size_t comma = name.find(", ");
    if (comma == npos || comma + 2 >= name.size()) return;
    std::string_view after = std::string_view(name).substr(comma + 2);
    if (is_digit(after[0]))
        name.resize(comma);
    else if (after == "Jr." || after == "Sr." || after == "Jr" || after == "Sr")
        name.erase(comma, 1);
}

// Takes titles off the front while a whole name is left: "Rt. Rev. Ann Other".
void drop_honorifics(std::string& name) {
    static const WordSet titles = word_set(
        "rt. rt rev. rev revd hon. hon admiral general gen. colonel col. captain capt. capt major "
        "maj. lieutenant lt. sergeant sgt. commander commodore brigadier corporal cpl. marshal "
        "reverend professor prof. prof doctor dr. dr mr. mr mrs. mrs ms. ms miss judge justice "
        "senator sen. congressman congresswoman governor gov. president rabbi archbishop bishop "
        "vice rear right honourable honorable most very the");
    for (Words words = split(name, ' '); words.size() > 2; words = split(name, ' ')) {
        bool title = titles.contains(lower(words[0]));
        // "The Lanterns" is no title before a name, "The Rev. Ann Other" has one.
        if (words[0] == "The") title = titles.contains(lower(words[1]));
        if (!title) return;
        name.erase(0, words[0].size());
        name.erase(0, name.find_first_not_of(' '));
    }
}

}  // namespace

bool tidy_name(std::string& name) {
    for (std::string_view mark : {" (", " [", "\""}) cut_at(name, mark);
    drop_title(name);
    name.resize(name.find_last_not_of(" ,;:_") + 1);
    // "Owen Feltham." but "Sammy Davis Jr." and "Brooks, Jr.": a full stop stays after what is
    // short.
    if (name.ends_with('.') && name.size() - (name.rfind(' ') + 1) > 4) name.pop_back();
    drop_honorifics(name);
    // "BBC", "The Lanterns".
    bool initials = name.size() <= 4 && std::all_of(name.begin(), name.end(), is_upper);
    if (initials || name == "The" || name.starts_with("The ") || name.starts_with("THE "))
        return false;
    lower_capitals(name);
    std::string normal = normalize(name);
    if (normal.empty() || names_nobody(normal)) return false;
    Words words = split(name, ' ');
    for (std::string_view word : words) {
        bool small = is_lower(word[0]) || is_punct(word[0]);
        if (small && (!is_small_word_of_name(word) || word == words.back())) return false;
    }
    bool letters_only = std::all_of(name.begin(), name.end(), [](char c) {
        return is_high(c) || is_alpha(c) || std::string_view(" .-',").find(c) != npos;
    });
    return words.size() <= 5 && letters_only && std::count(name.begin(), name.end(), ',') <= 1;
}

}  // namespace quillet
