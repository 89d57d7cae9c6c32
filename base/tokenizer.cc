// Text to tokens: characters first, then an alphabet's merges in their order (byte-pair encoding).
// SPDX-License-Identifier: MIT
#include "base/tokenizer.h"

#include <algorithm>

namespace quillet {
namespace {

constexpr uint16_t kNoRank = 0xFFFF;

size_t pair_of(uint8_t left, uint8_t right) {
    return static_cast<size_t>(left) * 256 + right;
}

}  // namespace

Tokenizer::Tokenizer(const Alphabet& alphabet)
    : alphabet_(alphabet), direct_(256, -1), rank_(65536, kNoRank) {
    for (char32_t c = 0; c < 256; c++)
        if (auto token = alphabet_.token(c)) direct_[c] = *token;
    for (const Merge& merge : alphabet_.merges()) {
        rank_[pair_of(merge.left, merge.right)] = static_cast<uint16_t>(merged_.size());
        merged_.push_back(
            *alphabet_.token(alphabet_.pieces()[merge.left] + alphabet_.pieces()[merge.right]));
    }
}

int Tokenizer::token_of(char32_t character) const {
    if (character < direct_.size()) return direct_[character];
    auto token = alphabet_.token(character);
    return token ? *token : -1;
}

void Tokenizer::encode(std::u32string_view text, std::vector<uint8_t>& tokens,
                       std::map<char32_t, int64_t>& unknown) const {
    std::vector<uint8_t> line;
    for (size_t i = 0; i <= text.size(); i++) {
        const bool end = i == text.size();
        if (!end && text[i] != U'\n') {
            if (int token = token_of(text[i]); token >= 0)
                line.push_back(static_cast<uint8_t>(token));
            else
                unknown[text[i]]++;
            continue;
        }
        merge(line);
        tokens.insert(tokens.end(), line.begin(), line.end());
        if (!end) tokens.push_back(static_cast<uint8_t>(alphabet_.line_token()));
        line.clear();
    }
}

// A merge joins only what earlier ones made, so ranks rise from pass to pass: at most a pass a
// merge.
void Tokenizer::merge(std::vector<uint8_t>& line) const {
    if (merged_.empty()) return;
    for (;;) {
        uint16_t best = kNoRank;
        for (size_t i = 0; i + 1 < line.size(); i++)
            best = std::min(best, rank_[pair_of(line[i], line[i + 1])]);
        if (best == kNoRank) return;
        size_t to = 0;
        for (size_t from = 0; from < line.size(); from++, to++) {
            bool joins =
                from + 1 < line.size() && rank_[pair_of(line[from], line[from + 1])] == best;
            line[to] = joins ? merged_[best] : line[from];
            from += joins;
        }
        line.resize(to);
    }
}

}  // namespace quillet
