// The word filter: finds words and phrases of a list, as whole words only.
// SPDX-License-Identifier: MIT
#pragma once

#include <bitset>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace quillet {

// A list is a text file with a word or phrase a line; '#' begins a comment line. Case, accents and
// punctuation do not count. In doubt it rejects: the plural and the possessive of a word are found
// too, words joined by hyphens also as one, and words written with asterisks whatever they may be.
// A word inside another ("ass" in "Passau") is not found.
class WordList {
  public:
    // Adds the lines of `path`. Throws Error when it cannot be read.
    void add_file(const std::filesystem::path& path);
    void add(std::string_view word_or_phrase);
    size_t size() const { return size_; }

    // The first listed word in `text`, as the list has it; empty when there is none.
    std::string find(std::string_view text) const;

  private:
    // The first of the words that spaces part in `bare` that is listed, or begins a listed phrase.
    std::string find_bare(std::string_view bare, bool phrases) const;
    std::string phrase_at(std::string_view from, std::string_view word) const;
    bool listed(std::string_view word, std::string& found) const;
    static size_t beginning_of(uint64_t first_bytes, size_t length);

    // Which beginnings (first four letters) the words to be found have, hashed: most words of a
    // text are seen here not to be listed.
    std::bitset<size_t{1} << 15> beginnings_;
    std::unordered_set<std::string> words_;
    std::unordered_map<std::string, std::vector<std::string>> phrases_;  // by their first word
    size_t size_ = 0;
};

}  // namespace quillet
