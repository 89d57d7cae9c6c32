// How much of a text is new, and how much stood in the training text.
// SPDX-License-Identifier: MIT
#include "study/novelty.h"

#include <algorithm>

#include "base/utf8.h"
#include "corpus/character_set.h"
#include "corpus/duplicates.h"
#include "study/clauses.h"

namespace quillet::study {
namespace {

constexpr uint32_t kLineEnd = 0;  // no character and no number of a word

std::vector<uint32_t> symbols_of(const std::string& line) {
    const std::u32string characters = decode_utf8(line, "a line");
    return {characters.begin(), characters.end()};
}

std::vector<uint32_t> all_characters(const std::vector<std::string>& lines) {
    std::vector<uint32_t> all;
    for (const std::string& line : lines) {
        const std::vector<uint32_t> symbols = symbols_of(line);
        all.insert(all.end(), symbols.begin(), symbols.end());
        all.push_back(kLineEnd);
    }
    return all;
}

std::vector<uint32_t> all_words(const std::vector<std::string>& lines,
                                std::unordered_map<std::string, uint32_t>& numbers) {
    std::vector<uint32_t> all;
    for (const std::string& line : lines) {
        for (const Word& word : clauses_of(line).words)
            all.push_back(numbers.try_emplace(word.text, static_cast<uint32_t>(numbers.size()) + 1)
                              .first->second);
        all.push_back(kLineEnd);
    }
    return all;
}

// Adds to total[n - 1] the runs of n and to fresh[n - 1] those longer than what matches.
void count_runs(const std::vector<size_t>& matches, std::vector<uint64_t>& fresh,
                std::vector<uint64_t>& total) {
    for (size_t i = 0; i < matches.size(); i++)
        for (size_t n = 1; n <= total.size() && i + n <= matches.size(); n++) {
            total[n - 1]++;
            fresh[n - 1] += matches[i] < n;
        }
}

std::vector<double> shares(const std::vector<uint64_t>& fresh, const std::vector<uint64_t>& total) {
    std::vector<double> result;
    for (size_t i = 0; i < total.size() && total[i] > 0; i++)
        result.push_back(static_cast<double>(fresh[i]) / static_cast<double>(total[i]));
    return result;
}

}  // namespace

TrainingText::TrainingText(const std::vector<std::string>& lines)
    : lines_(lines),
      whole_(lines.begin(), lines.end()),
      characters_(all_characters(lines)),
      word_order_(all_words(lines, words_)) {
    uint32_t begin = 0;
    for (uint32_t i = 0; i < lines_.size(); i++) {
        begins_.push_back(begin);
        begin += static_cast<uint32_t>(symbols_of(lines_[i]).size()) + 1;
        const std::vector<uint32_t> shingles = shingles_of(normalize(lines_[i]));
        shingle_counts_.push_back(static_cast<uint32_t>(shingles.size()));
        for (uint32_t shingle : shingles) shingles_[shingle].push_back(i);
    }
}

std::vector<SuffixArray::Match> TrainingText::matches(const std::string& line) const {
    const std::vector<uint32_t> query = symbols_of(line);
    std::vector<SuffixArray::Match> result;
    for (size_t i = 0; i < query.size(); i++)
        result.push_back(characters_.longest_match(std::span(query).subspan(i)));
    return result;
}

std::vector<size_t> TrainingText::word_matches(const std::string& line) const {
    std::vector<uint32_t> query;
    for (const Word& word : clauses_of(line).words) {
        const auto found = words_.find(word.text);
        query.push_back(found == words_.end() ? UINT32_MAX : found->second);
    }
    std::vector<size_t> result;
    for (size_t i = 0; i < query.size(); i++)
        result.push_back(word_order_.longest_match(std::span(query).subspan(i)).length);
    return result;
}

const std::string& TrainingText::line_at(uint32_t place) const {
    const auto after = std::upper_bound(begins_.begin(), begins_.end(), place);
    return lines_[static_cast<size_t>(after - begins_.begin()) - 1];
}

TrainingText::Nearest TrainingText::nearest(const std::string& line) const {
    const std::vector<uint32_t> shingles = shingles_of(normalize(line));
    std::unordered_map<uint32_t, uint32_t> shared;
    for (uint32_t shingle : shingles) {
        const auto found = shingles_.find(shingle);
        if (found == shingles_.end()) continue;
        for (uint32_t other : found->second) shared[other]++;
    }
    Nearest best;
    for (const auto& [other, count] : shared) {
        const double similarity =
            count / static_cast<double>(shingles.size() + shingle_counts_[other] - count);
        if (similarity > best.similarity || (similarity == best.similarity && other < best.line))
            best = {similarity, other};
    }
    return best;
}

Novelty novelty_of(const std::vector<std::string>& lines, const TrainingText& training,
                   size_t nearest) {
    Novelty result;
    std::vector<uint64_t> fresh(kMostCharacters), total(kMostCharacters), fresh_words(kMostWords),
        total_words(kMostWords);
    uint64_t verbatim = 0;
    for (const std::string& line : lines) {
        const std::vector<SuffixArray::Match> matches = training.matches(line);
        std::vector<size_t> lengths;
        size_t longest = 0;
        for (size_t i = 0; i < matches.size(); i++) {
            lengths.push_back(matches[i].length);
            if (matches[i].length > matches[longest].length) longest = i;
        }
        count_runs(lengths, fresh, total);
        count_runs(training.word_matches(line), fresh_words, total_words);
        const bool whole = training.has_line(line);
        verbatim += whole;
        if (matches.empty()) continue;
        const size_t length = matches[longest].length;
        result.longest_share.push_back(static_cast<double>(length) /
                                       static_cast<double>(matches.size()));
        if (!whole && length > result.copied_length) {
            result.copied_line = line;
            result.copied_from = training.line_at(matches[longest].place);
            result.copied_begin = longest;
            result.copied_length = length;
        }
    }
    for (size_t i = 0; i < std::min(nearest, lines.size()); i++)
        result.similarity.push_back(training.nearest(lines[i]).similarity);
    result.characters = shares(fresh, total);
    result.words = shares(fresh_words, total_words);
    result.verbatim =
        lines.empty() ? 0 : static_cast<double>(verbatim) / static_cast<double>(lines.size());
    return result;
}

}  // namespace quillet::study
