// An epoch of a text cut into parallel streams, and its windows as batches.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "train/pass.h"
#include "train/text.h"

namespace quillet::train {

// Streams first … first + count - 1 of a batch.
struct StreamRange {
    int first = 0, count = 0;

    friend bool operator==(const StreamRange&, const StreamRange&) = default;
};

class Streams {
  public:
    // `tokens` in windows of at most `steps` characters of `streams` streams, all windows equally
    // long. Streams begin at line starts unless a line is as long as a stream.
    Streams(const Tokens& tokens, int line_token, int streams, int steps);

    // The same with lines in the order that `shuffle` names.
    Streams(const Tokens& tokens, int line_token, int streams, int steps, uint64_t shuffle);

    int windows() const { return windows_; }
    uint64_t shuffle() const { return shuffle_; }  // 0: lines in the text's order
    int streams() const { return static_cast<int>(begin_.size()) - 1; }
    int steps() const { return steps_; }
    int64_t characters() const { return static_cast<int64_t>(sequence_.size()); }

    // Window `window` into `batch`, whose size is made to fit: of all streams, or of those of
    // `range`.
    void fill(int window, Batch& batch) const { fill(window, batch, {0, streams()}); }
    void fill(int window, Batch& batch, const StreamRange& range) const;

    // What `weights` (a token's each) give the counted targets of window `window`.
    int64_t sum(int window, const std::vector<int64_t>& weights) const;

  private:
    void cut(const std::vector<int64_t>& starts, int streams, int steps);

    std::vector<uint8_t> sequence_;  // every line ends with the line token
    std::vector<int64_t> begin_;     // of each stream, then the end
    uint64_t shuffle_ = 0;
    int line_token_, steps_ = 1, windows_ = 0;
};

}  // namespace quillet::train
