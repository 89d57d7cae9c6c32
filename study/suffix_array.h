// A suffix array: where in a text, and how far, any sequence occurs.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace quillet::study {

// Over symbols of any kind: characters, or numbers of words.
class SuffixArray {
  public:
    // Sorts by prefix doubling (Manber and Myers 1993): O(n log n) comparisons a doubling, and as
    // many doublings as the longest repeated sequence has binary digits. At most 2^32 - 1 symbols.
    explicit SuffixArray(std::vector<uint32_t> text);

    // The longest beginning of `query` that stands somewhere in the text.
    struct Match {
        size_t length = 0;
        uint32_t place = 0;  // where in the text; one of its places
    };
    Match longest_match(std::span<const uint32_t> query) const;

    // The suffixes that begin with `query`: order()[first .. last); all for an empty one.
    struct Range {
        size_t first = 0, last = 0;
    };
    Range range(std::span<const uint32_t> query) const;
    // Of the suffixes in `within`, which share their first `depth` symbols, those with `symbol`
    // next.
    Range narrowed(Range within, size_t depth, uint32_t symbol) const;

    const std::vector<uint32_t>& text() const { return text_; }
    const std::vector<uint32_t>& order() const { return order_; }

  private:
    std::vector<uint32_t> text_, order_;
};

}  // namespace quillet::study
