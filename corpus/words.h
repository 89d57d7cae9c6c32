// The word filter: finds words and phrases of a list, as whole words only.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace quillet {

// A list is a text file with a word or phrase a line; '#' begins a comment line. Case, accents and
// punctuation do not count. The filter errs towards rejecting: the plural and the possessive of a
// word are found too, words joined by hyphens also as one, and words written with asterisks whatever
// they may be. A word inside another ("ass" in "Passau") is not found.
class WordList {
  public:
    // Adds the lines of `path`. Throws Error when it cannot be read or is not UTF-8 text.
    void add_file(const std::string& path);
    void add(std::string_view word_or_phrase);
    size_t size() const { return size_; }

    // The first listed word in `text`, as the list has it; empty when there is none.
    std::string find(std::string_view text) const;

  private:
    std::string find_normal(std::string_view normal, bool phrases) const;

    std::unordered_set<std::string> words_;
    std::unordered_map<std::string, std::vector<std::string>> phrases_;  // by their first word
    size_t size_ = 0;
};

}  // namespace quillet
