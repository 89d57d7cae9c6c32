// Words that a model made up, and what it thinks of them itself.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compile/plan.h"
#include "run/execute.h"

namespace quillet::study {

// What a model thinks of a line, character by character.
class LineReader {
  public:
    // REQUIRES: the plan outlives it.
    explicit LineReader(const Plan& plan);

    // -log2 of the probability, at temperature 1, of each character of `line` and of its end; a
    // token's bits are shared among its characters. Characters that the alphabet lacks have 0.
    std::vector<double> bits(const std::string& line);

    // Bits a character of the whole line, its end included.
    double bits_per_character(const std::string& line);

  private:
    const Plan& plan_;
    Executor executor_;
    std::vector<int32_t> logits_;
};

struct NewWord {
    std::string word, line;
    double bits = 0;  // a character, in its line
};

// The words of `lines` that `known` does not know, in lower case; each once, where it stands first.
// Words of one letter and those with digits are left out.
std::vector<NewWord> new_words(const std::vector<std::string>& lines, LineReader& reader,
                               const std::function<bool(const std::string&)>& known);

}  // namespace quillet::study
