// Chiasmus candidates and their scores, after Dubremetz and Nivre.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <vector>

#include "study/rhetoric.h"

namespace quillet::study {
namespace {

constexpr size_t kWindow = 30;  // words from the first to the last

// A … B … B … A: places of words.
struct Places {
    size_t a, b, b2, a2;
};

class Scorer {
  public:
    explicit Scorer(const Clauses& line) : line_(line) {
        for (const Word& word : line.words) stems_.push_back(stem_of(word.text));
    }

    const std::vector<std::string>& stems() const { return stems_; }

    double score(const Places& p) const {
        const auto [hard_left, soft_left] = marks(p.a, p.b);
        const auto [hard_right, soft_right] = marks(p.b2, p.a2);
        const auto [hard_middle, soft_middle] = marks(p.b, p.b2);
        double score = -10.0 * (hard_left + hard_right) - 10.0 * (soft_left + soft_right) -
                       (hard_middle > 1 ? 5.0 * (hard_middle - 1) : 0.0);
        score -= 5.0 * more_repetitions(p);
        const auto left = static_cast<double>(p.b - p.a), right = static_cast<double>(p.a2 - p.b2);
        score -= std::abs(left - right);
        score -= static_cast<double>(p.b2 - p.b - 1);
        return score + likeness(p) + clues(p);
    }

  private:
    // Hard and soft marks between the words `from` and `to`.
    std::pair<int, int> marks(size_t from, size_t to) const {
        std::pair<int, int> count{0, 0};
        for (size_t i = 0; i < line_.ends.size(); i++)
            if (line_.ends[i] > from && line_.ends[i] <= to)
                (line_.marks[i] == ',' ? count.second : count.first)++;
        return count;
    }

    // A or B where the figure does not need them.
    int more_repetitions(const Places& p) const {
        int count = 0;
        for (size_t i = 0; i < stems_.size(); i++)
            count += i != p.a && i != p.b && i != p.b2 && i != p.a2 &&
                     (stems_[i] == stems_[p.a] || stems_[i] == stems_[p.b]);
        return count;
    }

    // What stands between A and B beside what stands between B and A.
    double likeness(const Places& p) const {
        const std::vector<std::string> left(stems_.begin() + static_cast<ptrdiff_t>(p.a) + 1,
                                            stems_.begin() + static_cast<ptrdiff_t>(p.b)),
            right(stems_.begin() + static_cast<ptrdiff_t>(p.b2) + 1,
                  stems_.begin() + static_cast<ptrdiff_t>(p.a2));
        if (left.empty() && right.empty()) return 0;
        double score = left == right ? 5 : 0;
        const double same = shared(left, right, 1);
        score += same + 10 * same / static_cast<double>(std::max(left.size(), right.size()));
        return score + 2 * shared(left, right, 2) + 4 * shared(left, right, 3);
    }

    // Runs of n words that both have.
    static double shared(const std::vector<std::string>& left,
                         const std::vector<std::string>& right, size_t n) {
        double count = 0;
        for (size_t i = 0; i + n <= left.size(); i++)
            count +=
                std::search(right.begin(), right.end(), left.begin() + static_cast<ptrdiff_t>(i),
                            left.begin() + static_cast<ptrdiff_t>(i + n)) != right.end();
        return count;
    }

    // Conjunctions and negations in the middle, "to" inside.
    double clues(const Places& p) const {
        double score = 0;
        bool conjunction = false, negation = false, to = false;
        for (size_t i = p.a + 1; i < p.a2; i++) {
            const std::string& word = line_.words[i].text;
            if (i > p.b && i < p.b2) {
                conjunction |= word == "and" || word == "as" || word == "because" ||
                               word == "for" || word == "yet" || word == "nor" || word == "so" ||
                               word == "or" || word == "but" || word == "than";
                negation |= word == "no" || word == "not" || word == "never" || word == "nothing";
            }
            to |= word == "to";
        }
        score += 2.0 * conjunction + 2.0 * negation + 2.0 * to;
        return score;
    }

    const Clauses& line_;
    std::vector<std::string> stems_;
};

}  // namespace

bool best_crossing(const Clauses& line, Crossing& best) {
    const Scorer scorer(line);
    std::map<std::string, std::vector<size_t>> repeated;
    for (size_t i = 0; i < line.words.size() && i < 96; i++)
        if (!is_function_word(line.words[i].text) && line.words[i].text.size() > 1)
            repeated[scorer.stems()[i]].push_back(i);
    std::erase_if(repeated, [](const auto& entry) { return entry.second.size() < 2; });
    bool any = false;
    const auto consider = [&](const Places& p) {
        const double score = scorer.score(p);
        if (any && score <= best.score) return;
        any = true;
        best = {score, line.words[p.a].text, line.words[p.b].text};
    };
    for (const auto& [a_stem, as] : repeated)
        for (const auto& [b_stem, bs] : repeated) {
            if (a_stem == b_stem) continue;
            for (size_t i = 0; i + 1 < as.size(); i++)
                for (size_t j = 0; j + 1 < bs.size(); j++)
                    if (as[i] < bs[j] && bs[j + 1] < as[i + 1] && as[i + 1] - as[i] <= kWindow)
                        consider({as[i], bs[j], bs[j + 1], as[i + 1]});
        }
    return any;
}

}  // namespace quillet::study
