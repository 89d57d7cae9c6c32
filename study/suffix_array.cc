// A suffix array by prefix doubling.
// SPDX-License-Identifier: MIT
#include "study/suffix_array.h"

#include <algorithm>
#include <numeric>

namespace quillet::study {
namespace {

// Ranks of suffixes by their first `depth` symbols; equal ones share the rank of the last of them.
class Doubling {
  public:
    Doubling(const std::vector<uint32_t>& text, std::vector<uint32_t>& order)
        : order_(order), ranks_(text.begin(), text.end()), keys_(text.size()) {
        std::iota(order.begin(), order.end(), 0);
        std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
            return text[a] < text[b] || (text[a] == text[b] && a < b);
        });
        keys_ = ranks_;
        split(0, order.size());
    }

    // Sorts the groups of equal rank by the rank `depth` symbols on; false when there were none.
    bool double_from(size_t depth) {
        bool any = false;
        for (size_t first = 0; first < order_.size();) {
            const size_t last = ranks_[order_[first]] + size_t{1};
            if (last - first > 1) {
                any = true;
                sort_group(first, last, depth);
            }
            first = last;
        }
        return any;
    }

  private:
    void sort_group(size_t first, size_t last, size_t depth) {
        for (size_t i = first; i < last; i++) {
            const size_t next = order_[i] + depth;
            keys_[order_[i]] = next < ranks_.size() ? ranks_[next] + 1 : 0;
        }
        std::sort(order_.begin() + static_cast<ptrdiff_t>(first),
                  order_.begin() + static_cast<ptrdiff_t>(last),
                  [&](uint32_t a, uint32_t b) { return keys_[a] < keys_[b]; });
        split(first, last);
    }

    // New ranks for order_[first .. last), sorted by keys_.
    void split(size_t first, size_t last) {
        for (size_t end = last; end > first;) {
            size_t begin = end - 1;
            const uint32_t key = keys_[order_[begin]];
            while (begin > first && keys_[order_[begin - 1]] == key) begin--;
            for (size_t i = begin; i < end; i++) ranks_[order_[i]] = static_cast<uint32_t>(end - 1);
            end = begin;
        }
    }

    std::vector<uint32_t>& order_;
    std::vector<uint32_t> ranks_, keys_;
};

}  // namespace

SuffixArray::SuffixArray(std::vector<uint32_t> text)
    : text_(std::move(text)), order_(text_.size()) {
    Doubling doubling(text_, order_);
    for (size_t depth = 1; doubling.double_from(depth); depth *= 2) {
    }
}

SuffixArray::Match SuffixArray::longest_match(std::span<const uint32_t> query) const {
    // Where the query would stand among the suffixes: one of its neighbors there has most in common
    // with it. Both ends' common lengths are kept, so that each symbol is compared few times.
    const auto common = [&](uint32_t place, size_t known) {
        while (known < query.size() && place + known < text_.size() &&
               text_[place + known] == query[known])
            known++;
        return known;
    };
    size_t low = 0, high = order_.size(), low_common = 0, high_common = 0;
    Match best;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const uint32_t place = order_[middle];
        const size_t length = common(place, std::min(low_common, high_common));
        if (length > best.length) best = {length, place};
        if (length == query.size()) return best;
        const bool less = place + length >= text_.size() || text_[place + length] < query[length];
        if (less) {
            low = middle + 1;
            low_common = length;
        } else {
            high = middle;
            high_common = length;
        }
    }
    return best;
}

SuffixArray::Range SuffixArray::narrowed(Range within, size_t depth, uint32_t symbol) const {
    const auto begin = order_.begin() + static_cast<ptrdiff_t>(within.first),
               end = order_.begin() + static_cast<ptrdiff_t>(within.last);
    // A suffix that ends at `depth` comes before all that go on.
    const auto first = std::partition_point(begin, end, [&](uint32_t place) {
        return place + depth >= text_.size() || text_[place + depth] < symbol;
    });
    const auto last = std::partition_point(
        first, end, [&](uint32_t place) { return text_[place + depth] == symbol; });
    return {static_cast<size_t>(first - order_.begin()),
            static_cast<size_t>(last - order_.begin())};
}

SuffixArray::Range SuffixArray::range(std::span<const uint32_t> query) const {
    Range range{0, order_.size()};
    for (size_t depth = 0; depth < query.size() && range.first < range.last; depth++)
        range = narrowed(range, depth, query[depth]);
    return range;
}

}  // namespace quillet::study
