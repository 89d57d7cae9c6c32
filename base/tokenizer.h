// Text to tokens: characters first, then an alphabet's merges in their order (byte-pair encoding).
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/alphabet.h"

namespace quillet {

class Tokenizer {
  public:
    explicit Tokenizer(const Alphabet& alphabet);

    // Adds the tokens of `text` to `tokens`: one a character, then each merge in order of priority
    // replaces its pairs, leftmost first. Merges do not reach over a newline, so that lines may be
    // encoded together or one by one. Characters that the alphabet lacks are left out, as though
    // the text had none, and counted in `unknown`.
    void encode(std::u32string_view text, std::vector<uint8_t>& tokens,
                std::map<char32_t, int64_t>& unknown) const;

  private:
    int token_of(char32_t character) const;  // -1 where there is none
    void merge(std::vector<uint8_t>& line) const;

    Alphabet alphabet_;
    std::vector<int16_t> direct_;  // the token of each character below 256, or -1
    std::vector<uint16_t> rank_;   // of a pair, by left * 256 + right; kNoRank where none merges
    std::vector<uint8_t> merged_;  // the token that a rank makes
};

}  // namespace quillet
