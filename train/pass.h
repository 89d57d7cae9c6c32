// Forward and backward over a window for some of a batch's streams: the work of one thread.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "train/packed_weights.h"

namespace quillet::train {

// A window of `steps` characters of `streams` streams, time-major: element t * streams + s.
// A line token as input starts a line: the state before it is zero.
struct Batch {
    Batch(int streams, int steps);

    int streams, steps;
    int first = 0, all;  // streams `first` on of a batch of `all`, where others have the rest
    std::vector<uint8_t> tokens, targets;
    std::vector<uint8_t> counted;  // 0 where a stream has ended: no loss there
    int line_token = 0;

    int64_t count() const;  // of counted characters
};

// Elements that dropout zeroes: decided by place alone, whichever thread does the work.
struct Dropout {
    float rate = 0;      // of each layer's output, [0, 1)
    uint64_t place = 0;  // names the window
};

template <class T>
class Pass {
  public:
    // For streams first_stream … first_stream + streams - 1 of batches that hold them, and up to
    // `steps` steps.
    Pass(const Layout& layout, int first_stream, int streams, int steps,
         const Kernels<T>& kernels = kernels_for<T>(Instructions::best));

    // All states zero, as at the start of a text.
    void reset();

    // The sum of -ln p(target) over counted characters. States carry on from the last call.
    double forward(const PackedWeights<T>& prepared, const Batch& batch, const Dropout& dropout);

    // Called with a range of the gradient's elements that are as they stay: each element once, in
    // the same ranges and order by every pass over one layout.
    using Ready = std::function<void(int64_t begin, int64_t end)>;

    // Writes `gradient` (layout.size): scale * the last forward's loss by every parameter,
    // truncated to the window.
    void backward(const PackedWeights<T>& prepared, T scale, T* gradient,
                  const Ready& ready = nullptr);

    // The states that the next window starts from: per layer h, then c: streams * H each.
    std::vector<T> states() const;
    void set_states(const std::vector<T>& states);

  private:
    struct Layer {
        // Before every step and after the last, c for an LSTM: ((steps + 1) * streams, H). Where a
        // line starts, what stands before it is taken as zero.
        Aligned<T> h, c;
        Aligned<T> operand, out, work;  // (steps * streams, H), work (…, work columns)
        Aligned<T> last_h, last_c;      // (streams, H): what the window ended with
        const T* operand_at = nullptr;  // h before a row's step, or what it is rounded to
        const T* out_at = nullptr;      // h after it, or what dropout and rounding leave of it
    };

    void forward_layer(const PackedWeights<T>& prepared, int index);
    void forward_inputs(const PackedWeights<T>& prepared, int index);
    void make_output(int index);
    double forward_output(const PackedWeights<T>& prepared);
    void backward_layer(const PackedWeights<T>& prepared, int index, T* gradient,
                        const Ready& ready);
    void backward_step(const PackedWeights<T>& prepared, int index, int step);
    void backward_inputs(const PackedWeights<T>& prepared, int index, T* gradient);
    void backward_recurrent(int index, T* gradient, const Ready& ready);
    void backward_biases(int index, T* gradient);
    void backward_table(const PackedWeights<T>& prepared, T* gradient);

    View<const T> view(const T* data, int columns) const { return {data, rows_, columns, columns}; }
    View<T> view(T* data, int columns) const { return {data, rows_, columns, columns}; }
    // What a row's step finds of h or c: zero where a line starts.
    const T* before(const Aligned<T>& states, int64_t row) const {
        return starts_[static_cast<size_t>(row)] ? zero_.data() : states.row(row, hidden_);
    }
    // A step's rows, of which `first` is the first; none before the window.
    CacheLines lines_of(const Aligned<T>& all, int64_t first, int stride) const {
        const int64_t bytes = stride * int64_t{sizeof(T)};
        if (first < 0) return {};
        return {all.data() + first * stride, (streams_ * bytes + 63) / 64, 64};
    }
    uint64_t place_of(int index, int row) const;

    int padded(int columns) const { return train::padded(kernels_, columns); }

    const Layout& layout_;
    const Kernels<T>& kernels_;
    int first_stream_, streams_, steps_, hidden_;
    const CellRow& cell_;
    const CellMath<T>& math_;
    int work_stride_;  // elements from a work row to the next
    int rows_ = 0;     // steps * streams of the current window
    int batch_streams_ = 0;
    Dropout dropout_;
    bool rounds_state_ = false;
    std::vector<uint8_t> tokens_, targets_, counted_, starts_;  // this pass's part of the batch
    std::vector<Layer> layers_;
    Aligned<T> product_;  // (streams, padded G*H)
    // Above layer 0, (steps * streams, padded G*H): W x with biases, then the gradients by it.
    Aligned<T> inputs_;
    Aligned<T> carry_h_;  // (streams, padded H): by h before the step, without what comes through R
    Aligned<T> carry_c_;  // (streams, H)
    Aligned<T> dh_, zero_;  // (H)
    Aligned<T> dout_;       // (steps * streams, padded H): by the output of the layer in work
    Aligned<T> logits_;     // (steps * streams, padded V), then probabilities less the target's one
    Aligned<T> bias_sum_;   // (work columns * H)
    Aligned<T> table_gradient_;  // (V, G*H)
    Aligned<T> recurrent_;       // (streams, padded H): by h before the step, what comes through R
    Aligned<T> embedding_rows_;  // (V, padded E): the embedding's gradient
    Packed<T> rows_room_;        // of multiply_over_rows() by H columns
    Packed<T> embedding_room_;   // of that by E columns
    typename Strassen<T>::Room room_;
};

}  // namespace quillet::train
