// An epoch of a text cut into parallel streams, and its windows as batches.
// SPDX-License-Identifier: MIT
#include "train/streams.h"

#include <algorithm>
#include <numeric>

#include "train/random.h"

namespace quillet::train {

Streams::Streams(const Tokens& tokens, int line_token, int streams, int steps)
    : sequence_(tokens.values), line_token_(line_token) {
    cut(tokens.starts, streams, steps);
}

Streams::Streams(const Tokens& tokens, int line_token, int streams, int steps, uint64_t shuffle)
    : shuffle_(shuffle), line_token_(line_token) {
    std::vector<size_t> order(static_cast<size_t>(tokens.lines()));
    std::iota(order.begin(), order.end(), size_t{0});
    Random random(shuffle, 2);
    for (size_t i = order.size(); i > 1; i--) std::swap(order[i - 1], order[random.below(i)]);
    sequence_.reserve(tokens.values.size());
    std::vector<int64_t> starts;
    for (size_t line : order) {
        starts.push_back(characters());
        sequence_.insert(sequence_.end(), tokens.values.begin() + tokens.starts[line],
                         tokens.values.begin() + tokens.starts[line + 1]);
    }
    starts.push_back(characters());
    cut(starts, streams, steps);
}

void Streams::cut(const std::vector<int64_t>& starts, int streams, int steps) {
    int64_t share = (characters() + streams - 1) / streams, longest = 0;
    begin_.push_back(0);
    for (int s = 1; s < streams; s++) {
        int64_t even = std::min(s * share, characters());
        int64_t line = *std::lower_bound(starts.begin(), starts.end(), even);
        begin_.push_back(std::max(begin_.back(), line - even <= share ? line : even));
    }
    begin_.push_back(characters());
    for (int s = 0; s < streams; s++)
        longest =
            std::max(longest, begin_[static_cast<size_t>(s) + 1] - begin_[static_cast<size_t>(s)]);
    windows_ = static_cast<int>((longest + steps - 1) / steps);
    steps_ = static_cast<int>((longest + windows_ - 1) / std::max(windows_, 1));
}

void Streams::fill(int window, Batch& batch, const StreamRange& range) const {
    if (batch.streams != range.count || batch.steps != steps_) batch = Batch(range.count, steps_);
    batch.line_token = line_token_;
    batch.first = range.first;
    batch.all = streams();
    auto line = static_cast<uint8_t>(line_token_);
    for (int s = 0; s < range.count; s++) {
        const auto stream = static_cast<size_t>(range.first + s);
        int64_t end = begin_[stream + 1];
        int64_t at = begin_[stream] + static_cast<int64_t>(window) * steps_;
        for (int t = 0; t < steps_; t++, at++) {
            auto i =
                static_cast<size_t>(t) * static_cast<size_t>(range.count) + static_cast<size_t>(s);
            bool inside = at < end;
            batch.counted[i] = inside;
            batch.tokens[i] = inside && at > 0 ? sequence_[static_cast<size_t>(at) - 1] : line;
            batch.targets[i] = inside ? sequence_[static_cast<size_t>(at)] : line;
        }
    }
}

int64_t Streams::sum(int window, const std::vector<int64_t>& weights) const {
    int64_t sum = 0;
    for (size_t s = 0; s + 1 < begin_.size(); s++) {
        const int64_t at = begin_[s] + static_cast<int64_t>(window) * steps_,
                      end = std::min(begin_[s + 1], at + steps_);
        for (int64_t i = at; i < end; i++) sum += weights[sequence_[static_cast<size_t>(i)]];
    }
    return sum;
}

}  // namespace quillet::train
