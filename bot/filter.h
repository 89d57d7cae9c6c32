// Which of a model's lines may be posted, and why the others may not.
// SPDX-License-Identifier: MIT
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace quillet {

// The words of a line in corpus/'s normal form: lower case, accents and apostrophes of every shape
// dropped, so that "Ne’er" and "Ne'er" are one word; other marks part words.
std::vector<std::string> bare_words(std::string_view line);

class Filter {
  public:
    Filter(int shortest, int longest) : shortest_(size_t(shortest)), longest_(size_t(longest)) {}

    // Words that no line may have, one a line of `list`; '#' begins a comment. A word of several
    // words is refused as a phrase.
    void refuse_words(std::string_view list);
    // Lines that no line may be, or be near to (five-letter shingles, as corpus/ compares).
    void refuse_lines(const std::vector<std::string>& lines);

    // Why `line` may not be posted; empty: it may.
    std::string complaint(const std::string& line) const;

  private:
    size_t shortest_, longest_;
    std::set<std::string> words_;  // " word " and " two words "
    std::vector<std::string> lines_;
    std::set<std::string> bare_lines_;
};

}  // namespace quillet
