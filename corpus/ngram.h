// The yardstick: how well plain counting predicts a text, an interpolated Witten-Bell character
// n-gram.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace quillet {

// Counts of characters after contexts of 0 to `context` characters. Lines stand for themselves: a
// context goes back to the line's beginning at most, where it holds the line's end before it, as
// for a model whose state is reset at each line.
//
//   P(c | h) = (N(h c) + T(h) P(c | h')) / (N(h) + T(h)),   h' = h without its first character, P(c
//   | ) below it = 1 / V
//
// with N the counts, T(h) how many different characters were seen after h, V how many characters
// there are. (Witten and Bell, "The zero-frequency problem", IEEE Trans. Inf. Theory 37, 1991,
// method C, interpolated.)
class NgramModel {
  public:
    // `context` from 0 to 32 characters. Throws Error otherwise.
    explicit NgramModel(int context);

    // Counts a line (without its end) and its end.
    void add(std::u32string_view line);

    struct Score {
        double bits = 0;          // -log2 of the probability of it all
        uint64_t characters = 0;  // with the end of each line
        double bits_per_character() const {
            return characters ? bits / static_cast<double>(characters) : 0;
        }
    };

    // Adds the score of a line and its end to `score`. Characters never counted have the share 1 /
    // V as well; V counts one for all of them.
    void score(std::u32string_view line, Score& score) const;

  private:
    struct Node {
        uint64_t count = 0;     // N of the characters on the way to it
        uint64_t followed = 0;  // N of it as a context
        uint32_t types = 0;     // T
    };

    uint32_t child(uint32_t node, char32_t c) const;

    size_t orders_;                                    // lengths of contexts, 0 among them
    std::vector<Node> nodes_;                          // a tree of contexts, the root first
    std::unordered_map<uint64_t, uint32_t> children_;  // node and character to node
};

// Trains on the lines of `train` and scores those of `text`, each ended by '\n'. Throws Error for a
// context out of range.
NgramModel::Score score_ngram(int context, std::u32string_view train, std::u32string_view text);

}  // namespace quillet
