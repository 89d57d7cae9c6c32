// Which of a model's lines may be posted.
// SPDX-License-Identifier: MIT
#include "bot/filter.h"

#include <sstream>

#include "base/utf8.h"
#include "corpus/character_set.h"
#include "corpus/duplicates.h"

namespace quillet {
namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string result = " ";
    for (const std::string& word : words) result += word + " ";
    return result;
}

}  // namespace

std::vector<std::string> bare_words(std::string_view line) {
    std::vector<std::string> words;
    std::istringstream normal(normalize(line));
    for (std::string word; normal >> word;) words.push_back(word);
    return words;
}

void Filter::refuse_words(std::string_view list) {
    while (!list.empty()) {
        size_t end = list.find_first_of("\r\n");  // "\r" alone ended lines once
        std::string_view line = list.substr(0, end);
        list = end == std::string_view::npos ? "" : list.substr(end + 1);
        std::vector<std::string> words = bare_words(line.substr(0, line.find('#')));
        if (!words.empty()) words_.insert(joined(words));
    }
}

void Filter::refuse_lines(const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
        lines_.push_back(line);
        bare_lines_.insert(joined(bare_words(line)));
    }
}

std::string Filter::complaint(const std::string& line) const {
    size_t characters = 0;
    for (std::string_view rest = line; !rest.empty(); characters++)
        if (!take_utf8(rest)) return "is not UTF-8";
    if (characters < shortest_) return "is too short";
    if (characters > longest_) return "is too long";
    std::vector<std::string> words = bare_words(line);
    if (words.size() < 3) return "has fewer than three words";
    for (size_t i = 1; i < words.size(); i++)
        if (words[i] == words[i - 1]) return "has \"" + words[i] + "\" twice in a row";
    if (std::string_view(".!?").find(line.back()) == std::string_view::npos)
        return "has no end of a sentence";
    std::string bare = joined(words);
    for (const std::string& word : words_)
        if (bare.find(word) != std::string::npos)
            return "has \"" + word.substr(1, word.size() - 2) + "\"";
    if (bare_lines_.count(bare)) return "is known";
    for (const std::string& known : lines_)
        if (jaccard_similarity(line, known) >= kNearThreshold) return "is near \"" + known + "\"";
    return "";
}

}  // namespace quillet
