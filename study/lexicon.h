// Words of a language and their inflected forms.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace quillet::study {

// WordNet's words, reduced by its own morphology (morphy(7WN)), words of grammar, which it lacks, and others.
class Lexicon {
  public:
    enum Part { noun, verb, adjective, adverb };

    // The words of WordNet's indexes in `folder` (index.noun, …) and its irregular forms (noun.exc, …),
    // of those files that are there.
    void add_wordnet(const std::string& folder);
    // The text of an index or a list of irregular forms.
    void add_index(Part part, std::string_view text);
    void add_exceptions(Part part, std::string_view text);

    // A word of no known part of speech.
    void add(const std::string& word) { others_.insert(word); }

    // Whether `word`, in lower case, is a word or a regular or irregular form of one: a noun's plural, a
    // verb's -s, -ed, -ing and, in old texts, -eth and -est, an adjective's -er and -est, anything's
    // -'s. `elsewhere` knows more words, which may be nouns and verbs.
    bool has(const std::string& word,
             const std::function<bool(const std::string&)>& elsewhere) const;

  private:
    static constexpr size_t kParts = 4;

    bool has_form(const std::string& word,
                  const std::function<bool(const std::string&)>& elsewhere) const;

    std::array<std::unordered_set<std::string>, kParts> words_;
    std::array<std::unordered_map<std::string, std::vector<std::string>>, kParts> exceptions_;
    std::unordered_set<std::string> others_;
};

}  // namespace quillet::study
