// Figures of speech in a line.
// SPDX-License-Identifier: MIT
#include "study/rhetoric.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace quillet::study {
namespace {

using Clause = std::span<const Word>;

bool one_of(const std::string& word, std::initializer_list<std::string_view> list) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

// Two clauses that begin alike by one of these alone do so by grammar.
bool is_weak(const std::string& word) {
    return one_of(word,
                  {"the", "a",   "an",  "of",   "in",  "to",    "it",   "he",   "she", "they", "i",
                   "we",  "you", "and", "that", "who", "which", "is",   "with", "for", "as",   "at",
                   "on",  "by",  "his", "her",  "its", "their", "this", "from", "but"});
}

// A clause without the conjunction it begins with.
Clause without_conjunction(Clause clause) {
    if (clause.size() > 1 &&
        one_of(clause[0].text, {"and", "but", "or", "nor", "yet", "so", "for", "while", "then"}))
        return clause.subspan(1);
    return clause;
}

std::vector<Clause> clauses(const Clauses& line) {
    std::vector<Clause> result;
    for (size_t i = 0; i < line.count(); i++) result.push_back(without_conjunction(line.clause(i)));
    return result;
}

double repetition_of(const Clauses& line) {
    std::map<std::string, std::pair<int, size_t>> stems;  // times and characters
    size_t characters = 0;
    for (const Word& word : line.words) {
        characters += word.text.size();
        if (is_function_word(word.text)) continue;
        auto& [times, size] = stems[stem_of(word.text)];
        times++;
        size += word.text.size();
    }
    size_t repeated = 0;
    for (const auto& [stem, of] : stems) repeated += of.first > 1 ? of.second : 0;
    return characters ? static_cast<double>(repeated) / static_cast<double>(characters) : 0;
}

// How many words two clauses share at their beginning.
size_t common_beginning(Clause a, Clause b) {
    size_t n = 0;
    while (n < a.size() && n < b.size() && a[n].text == b[n].text) n++;
    return n;
}

size_t common_end(Clause a, Clause b) {
    size_t n = 0;
    while (n < a.size() && n < b.size() && a[a.size() - 1 - n].text == b[b.size() - 1 - n].text)
        n++;
    return n;
}

bool has_anaphora(const std::vector<Clause>& all) {
    for (size_t i = 0; i + 1 < all.size(); i++) {
        if (all[i].size() < 2) continue;
        // The clause that repeats may stand behind one that does not: "if …, …; if …, …".
        for (size_t j = i + 1; j <= i + 2 && j < all.size(); j++) {
            const size_t same = common_beginning(all[i], all[j]);
            if (all[j].size() < 2 || same == 0 || same == all[j].size()) continue;
            if (same >= 2 || !is_weak(all[i][0].text)) return true;
            if (j == i + 1 && j + 1 < all.size() && all[j + 1].size() > 1 &&
                !one_of(all[i][0].text, {"the", "a", "an"}) &&
                common_beginning(all[j], all[j + 1]) > 0)
                return true;
        }
    }
    return false;
}

bool has_epiphora(const std::vector<Clause>& all) {
    for (size_t i = 0; i + 1 < all.size(); i++) {
        for (size_t j = i + 1; j <= i + 2 && j < all.size(); j++) {
            if (all[i].size() < 2 || all[j].size() < 2) continue;
            const size_t same = common_end(all[i], all[j]);
            if (same == 0 || same == all[i].size() || same == all[j].size()) continue;
            if (same >= 2 || !is_function_word(all[i].back().text)) return true;
        }
    }
    return false;
}

// Both clauses are of the same build: function words are the same, content words stand where content
// words stand.
bool same_build(Clause a, Clause b) {
    if (a.size() != b.size() || a.size() < 2) return false;
    size_t same_function = 0, changed = 0;
    for (size_t i = 0; i < a.size(); i++) {
        const bool function = is_function_word(a[i].text);
        if (function != is_function_word(b[i].text)) return false;
        if (a[i].text != b[i].text) {
            if (function && !one_of(a[i].text, {"a", "an", "the", "his", "her", "its", "their"}))
                return false;
            changed += !function;
        } else {
            same_function++;
        }
    }
    return changed > 0 && (same_function > 0 || a.size() > 2);
}

bool has_isocolon(const std::vector<Clause>& all) {
    for (size_t i = 0; i + 1 < all.size(); i++) {
        if (!same_build(all[i], all[i + 1])) continue;
        if (all[i].size() >= 3) return true;
        if (i + 2 < all.size() && same_build(all[i + 1], all[i + 2])) return true;
    }
    return false;
}

// "not X but Y", with at most ten words of X.
bool not_but(const std::vector<Word>& words, std::string& found) {
    for (size_t i = 0; i + 3 < words.size(); i++) {
        if (!one_of(words[i].text, {"not", "never"})) continue;
        for (size_t j = i + 2; j + 1 < words.size() && j < i + 12; j++) {
            if (words[j].text != "but") continue;
            found = "not … but";
            return true;
        }
    }
    return false;
}

bool better_than(const std::vector<Word>& words, std::string& found) {
    for (size_t i = 0; i + 3 < words.size(); i++) {
        if (!one_of(words[i].text, {"better", "rather", "sooner", "worse"})) continue;
        for (size_t j = i + 2; j + 1 < words.size() && j < i + 16; j++) {
            if (words[j].text != "than") continue;
            found = words[i].text + " … than";
            return true;
        }
    }
    return false;
}

// The place of the copula where the clause is "X is Y": one to four words, it, one to five.
size_t copula_of(Clause clause) {
    for (size_t i = 1; i < clause.size() && i <= 4; i++)
        if (one_of(clause[i].text, {"is", "are", "was", "were"}))
            return i + 1 < clause.size() && clause.size() - i <= 6 ? i : 0;
    return 0;
}

// "X is Y, Z is W".
bool parallel_copula(const std::vector<Clause>& all, std::string& found) {
    for (size_t i = 0; i + 1 < all.size(); i++) {
        const size_t first = copula_of(all[i]), second = copula_of(all[i + 1]);
        if (first == 0 || second == 0 || all[i][first].text != all[i + 1][second].text) continue;
        const std::string &x = all[i][first - 1].text, &z = all[i + 1][second - 1].text;
        if (x == z || is_function_word(x) || is_function_word(z)) continue;
        if (all[i].back().text == all[i + 1].back().text) continue;
        found = x + " " + all[i][first].text + " …, " + z + " " + all[i + 1][second].text + " …";
        return true;
    }
    return false;
}

bool has_opposites(const std::vector<Word>& words, const Antonyms& antonyms, std::string& found) {
    constexpr size_t kFar = 14;
    std::vector<size_t> places;
    for (size_t i = 0; i < words.size(); i++)
        if (!is_function_word(words[i].text) && antonyms.has(words[i].text)) places.push_back(i);
    for (size_t i : places)
        for (size_t j : places) {
            if (j < i + 2 || j > i + kFar) continue;
            if (!antonyms.opposite(words[i].text, words[j].text)) continue;
            found = words[i].text + ", " + words[j].text;
            return true;
        }
    return false;
}

bool has_antithesis(const Clauses& line, const std::vector<Clause>& all, const Antonyms* antonyms,
                    std::string& found) {
    return not_but(line.words, found) || better_than(line.words, found) ||
           parallel_copula(all, found) || (antonyms && has_opposites(line.words, *antonyms, found));
}

}  // namespace

Figures figures_of(std::string_view text, const Antonyms* antonyms) {
    const Clauses line = clauses_of(text);
    const std::vector<Clause> all = clauses(line);
    Figures figures;
    figures.repetition = repetition_of(line);
    figures.anaphora = has_anaphora(all);
    figures.epiphora = has_epiphora(all);
    figures.chiasmus = best_crossing(line, figures.crossing) && figures.crossing.score >= kChiasmus;
    figures.antithesis = has_antithesis(line, all, antonyms, figures.opposites);
    figures.isocolon = has_isocolon(all);
    return figures;
}

}  // namespace quillet::study
