// Words that a model made up, and what it thinks of them itself.
// SPDX-License-Identifier: MIT
#include "study/invented.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_set>

#include "base/tokenizer.h"
#include "base/utf8.h"
#include "corpus/strings.h"
#include "study/clauses.h"

namespace quillet::study {
namespace {

double bits_of(const std::vector<int32_t>& logits, uint8_t token) {
    const double most = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (int32_t logit : logits) sum += std::exp((logit - most) / 1024);
    return (std::log(sum) + (most - logits[token]) / 1024) / std::log(2.0);
}

}  // namespace

LineReader::LineReader(const Plan& plan)
    : plan_(plan), executor_(plan), logits_(static_cast<size_t>(plan.alphabet.size())) {}

std::vector<double> LineReader::bits(const std::string& line) {
    const std::u32string text = decode_utf8(line, "a line");
    std::vector<uint8_t> tokens;
    std::map<char32_t, int64_t> unknown;
    Tokenizer(plan_.alphabet).encode(text, tokens, unknown);
    tokens.push_back(static_cast<uint8_t>(plan_.alphabet.line_token()));
    executor_.reset();
    std::vector<double> result(text.size() + 1);
    size_t place = 0;
    int before = plan_.alphabet.line_token();
    for (uint8_t token : tokens) {
        executor_.step(before, logits_.data());
        const double bits = bits_of(logits_, token);
        const std::u32string& piece = plan_.alphabet.pieces()[token];
        for (size_t i = 0; i < piece.size(); i++) {
            while (place < text.size() && unknown.count(text[place])) place++;
            result[std::min(place++, text.size())] += bits / static_cast<double>(piece.size());
        }
        before = token;
    }
    return result;
}

double LineReader::bits_per_character(const std::string& line) {
    const std::vector<double> all = bits(line);
    return std::accumulate(all.begin(), all.end(), 0.0) / static_cast<double>(all.size());
}

std::vector<NewWord> new_words(const std::vector<std::string>& lines, LineReader& reader,
                               const std::function<bool(const std::string&)>& known) {
    std::vector<NewWord> result;
    std::unordered_set<std::string> seen;
    for (const std::string& line : lines) {
        std::vector<double> bits;
        for (const Word& word : clauses_of(line).words) {
            const size_t length = count_characters(word.text);
            if (length < 2 || word.text.find_first_of("0123456789") != std::string::npos) continue;
            if (known(word.text) || !seen.insert(word.text).second) continue;
            if (bits.empty()) bits = reader.bits(line);
            const size_t first = count_characters(std::string_view(line).substr(0, word.begin));
            double sum = 0;
            for (size_t i = first; i < first + length && i < bits.size(); i++) sum += bits[i];
            result.push_back({word.text, line, sum / static_cast<double>(length)});
        }
    }
    return result;
}

}  // namespace quillet::study
