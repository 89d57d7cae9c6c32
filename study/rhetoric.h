// Figures of speech in a line: repetition, anaphora, epiphora, chiasmus, antithesis, isocolon.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "study/antonyms.h"
#include "study/clauses.h"

namespace quillet::study {

// A chiasmus candidate: words A … B … B … A in another form perhaps, and how likely it is meant.
struct Crossing {
    double score = 0;
    std::string first, second;  // A and B as they stand at first
};

// The best candidate of the line, of stems of content words within 30 words; false: there is none.
// The score weighs the features that Dubremetz and Nivre rank by (2015, "Rhetorical figure
// detection: the case of chiasmus"): marks between the words and the words inside B … B count
// against it, likeness of what stands between A and B with what stands between B and A, and
// conjunctions, negations and "to" count for it.
bool best_crossing(const Clauses& line, Crossing& best);

// Above this score a candidate counts as a chiasmus.
constexpr double kChiasmus = 5;

struct Figures {
    double repetition = 0;  // share of the words' characters that stand in repeated content words
    bool anaphora = false;  // clauses side by side begin with the same words
    bool epiphora = false;  // clauses side by side end with the same words
    bool chiasmus = false;
    bool antithesis = false;  // opposites by WordNet, or a pattern: not X but Y; better X than Y; X
                              // is Y, Z is W
    bool isocolon = false;    // clauses side by side with the same pattern of words
    Crossing crossing;        // where chiasmus
    std::string opposites;    // "night, day", or the pattern
};

// The figures of a UTF-8 line. Without `antonyms` (may be null) antithesis is found by patterns alone.
Figures figures_of(std::string_view line, const Antonyms* antonyms);

}  // namespace quillet::study
