// Opposites: pairs of words that WordNet calls antonyms.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace quillet::study {

class Antonyms {
  public:
    // The direct antonyms of WordNet's data files in `folder` (data.noun, data.verb, data.adj,
    // data.adv). nullopt where they are not there; throws Error where one cannot be read.
    static std::optional<Antonyms> read(const std::string& folder = "/usr/share/wordnet");

    // Adds the pairs of one data file's text (wndb(5)).
    void add(const std::string& data, const std::string& where);

    // Whether the words, in lower case, or their base forms, are opposites.
    bool opposite(const std::string& a, const std::string& b) const;

    // Whether the word has an antonym at all.
    bool has(const std::string& word) const;

    size_t pairs() const { return pairs_; }

  private:
    void join(const std::string& a, const std::string& b);

    std::unordered_map<std::string, std::unordered_set<std::string>> others_;
    size_t pairs_ = 0;
};

}  // namespace quillet::study
