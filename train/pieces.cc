// Which neighboring characters of a text are worth a token of their own.
// SPDX-License-Identifier: MIT
#include "train/pieces.h"

#include <algorithm>

namespace quillet::train {
namespace {

// The text as tokens, and how often each pair of neighbors occurs in a line.
class PairCounts {
  public:
    PairCounts(std::vector<uint8_t> tokens, uint8_t line_token)
        : tokens_(std::move(tokens)), line_token_(line_token), counts_(65536) {
        for (size_t i = 0; i + 1 < tokens_.size(); i++) count(tokens_[i], tokens_[i + 1], 1);
    }

    int64_t operator()(int left, int right) const {
        return counts_[static_cast<size_t>(left * 256 + right)];
    }

    // Replaces each pair, leftmost first, by `whole`.
    void merge(Merge pair, uint8_t whole) {
        const size_t size = tokens_.size();
        size_t to = 0;
        for (size_t from = 0; from < size; from++, to++) {
            tokens_[to] = tokens_[from];
            if (tokens_[from] != pair.left || from + 1 == size || tokens_[from + 1] != pair.right)
                continue;
            from++;
            count(pair.left, pair.right, -1);
            tokens_[to] = whole;
            if (to > 0) {
                count(tokens_[to - 1], pair.left, -1);
                count(tokens_[to - 1], whole, 1);
            }
            if (from + 1 < size) {
                count(pair.right, tokens_[from + 1], -1);
                count(whole, tokens_[from + 1], 1);
            }
        }
        tokens_.resize(to);
    }

  private:
    void count(uint8_t left, uint8_t right, int by) {
        if (left != line_token_ && right != line_token_) counts_[left * 256u + right] += by;
    }

    std::vector<uint8_t> tokens_;
    uint8_t line_token_;
    std::vector<int64_t> counts_;
};

}  // namespace

Alphabet learn_pieces(const Lines& lines, const Alphabet& alphabet, int size) {
    PairCounts counts(encode(lines, alphabet).values, static_cast<uint8_t>(alphabet.line_token()));
    std::vector<std::u32string> pieces = alphabet.pieces();
    std::vector<Merge> merges;
    while (static_cast<int>(pieces.size()) < size) {
        Merge best{0, 0};
        int64_t most = 1;
        const int count = static_cast<int>(pieces.size());
        for (int left = 0; left < count; left++) {
            for (int right = 0; right < count; right++) {
                if (counts(left, right) <= most) continue;
                const std::u32string whole =
                    pieces[static_cast<size_t>(left)] + pieces[static_cast<size_t>(right)];
                if (whole.size() > kMaxPieceLength ||
                    std::find(pieces.begin(), pieces.end(), whole) != pieces.end())
                    continue;
                most = counts(left, right);
                best = {static_cast<uint8_t>(left), static_cast<uint8_t>(right)};
            }
        }
        if (most < 2) break;
        counts.merge(best, static_cast<uint8_t>(pieces.size()));
        merges.push_back(best);
        pieces.push_back(pieces[best.left] + pieces[best.right]);
    }
    return {std::move(pieces), std::move(merges)};
}

}  // namespace quillet::train
