// How much of a text is new, and how much stood in the training text.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "study/suffix_array.h"

namespace quillet::study {

// The training text, searched by characters and by words.
class TrainingText {
  public:
    // UTF-8 lines.
    explicit TrainingText(const std::vector<std::string>& lines);

    // How far the text follows `line` from each of its characters: matches[i] characters from
    // character i on stand somewhere in one training line.
    std::vector<SuffixArray::Match> matches(const std::string& line) const;
    // The same of words, in lower case and without marks.
    std::vector<size_t> word_matches(const std::string& line) const;

    bool has_line(const std::string& line) const { return whole_.contains(line); }
    bool has_word(const std::string& word) const { return words_.contains(word); }
    // The line that character number `place` of the text stands in.
    const std::string& line_at(uint32_t place) const;

    struct Nearest {
        double similarity = 0;  // Jaccard index of five-letter shingles of the normal forms
        uint32_t line = 0;
    };
    // The training line most like `line`; similarity 0 where none shares a shingle.
    Nearest nearest(const std::string& line) const;

    const std::vector<std::string>& lines() const { return lines_; }
    const SuffixArray& characters() const { return characters_; }

  private:
    std::vector<std::string> lines_;
    std::unordered_set<std::string> whole_;
    std::unordered_map<std::string, uint32_t> words_;  // to their numbers, from 1
    SuffixArray characters_, word_order_;
    std::vector<uint32_t> begins_;                                  // of each line in characters_
    std::unordered_map<uint32_t, std::vector<uint32_t>> shingles_;  // to lines, ascending
    std::vector<uint32_t> shingle_counts_;
};

// New sequences of n by n, as RAVEN counts them (McCoy et al. 2023, "How much do language models
// copy from their training data?"): of all runs of n in the lines, the share that the training text
// lacks.
struct Novelty {
    std::vector<double> characters;  // [n - 1], n = 1, 2, …
    std::vector<double> words;
    double verbatim = 0;                // share of lines that are training lines
    std::vector<double> longest_share;  // of each line's characters, in its longest shared span
    std::vector<double> similarity;     // of each line to its nearest
    std::string copied_line,
        copied_from;  // the longest span that is no whole line: line and source
    size_t copied_begin = 0, copied_length = 0;  // characters of copied_line
};
constexpr size_t kMostCharacters = 40, kMostWords = 10;

// REQUIRES: lines are UTF-8. The nearest lines of the first `nearest` of them are looked for.
Novelty novelty_of(const std::vector<std::string>& lines, const TrainingText& training,
                   size_t nearest);

}  // namespace quillet::study
