// Forward and backward over a window for some of a batch's streams: the work of one thread.
// SPDX-License-Identifier: MIT
#include "train/pass.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "train/random.h"

namespace quillet::train {
namespace {

// Parameters that are worth a message of their own.
constexpr int64_t kLeastPart = 1 << 14;

}  // namespace

Batch::Batch(int the_streams, int the_steps)
    : streams(the_streams), steps(the_steps), all(the_streams) {
    auto n = static_cast<size_t>(streams) * static_cast<size_t>(steps);
    tokens.resize(n);
    targets.resize(n);
    counted.resize(n);
}

int64_t Batch::count() const {
    return std::accumulate(counted.begin(), counted.end(), int64_t{0});
}

template <class T>
Pass<T>::Pass(const Layout& layout, int first_stream, int streams, int steps,
              const Kernels<T>& kernels)
    : layout_(layout),
      kernels_(kernels),
      first_stream_(first_stream),
      streams_(streams),
      steps_(steps),
      hidden_(layout.shape.hidden),
      cell_(row_of(layout.shape.cell)),
      math_(kernels.cells[static_cast<size_t>(layout.shape.cell)]),
      // Rows a power of two apart would share few places in the caches.
      work_stride_(padded(cell_.work_columns * layout.shape.hidden) + kernels.lanes) {
    auto H = static_cast<size_t>(hidden_), S = static_cast<size_t>(streams);
    size_t rows = S * static_cast<size_t>(steps), gates = static_cast<size_t>(layout.shape.gates());
    for (int i = 0; i < layout.shape.layers; i++) {
        Layer layer;
        layer.h = Aligned<T>((rows + S) * H);
        layer.work = Aligned<T>(rows * static_cast<size_t>(work_stride_));
        layer.last_h = Aligned<T>(S * H);
        if (cell_.states.size() > 1) {
            layer.c = Aligned<T>((rows + S) * H);
            layer.last_c = Aligned<T>(S * H);
        }
        layers_.push_back(std::move(layer));
    }
    for (auto* bytes : {&tokens_, &targets_, &counted_, &starts_}) bytes->resize(rows);
    product_ = Aligned<T>(S * static_cast<size_t>(padded(layout.shape.gates())));
    carry_h_ = Aligned<T>(S * static_cast<size_t>(padded(hidden_)));
    recurrent_ = Aligned<T>(carry_h_.size());
    carry_c_ = Aligned<T>(S * H);
    dh_ = Aligned<T>(H);
    zero_ = Aligned<T>(H);
    if (layout.shape.embedding > 0)
        embedding_rows_ = Aligned<T>(static_cast<size_t>(layout.shape.vocabulary) *
                                     static_cast<size_t>(padded(layout.shape.embedding)));
    if (layout.shape.layers > 1)
        inputs_ = Aligned<T>(rows * static_cast<size_t>(padded(layout.shape.gates())));
    dout_ = Aligned<T>(rows * static_cast<size_t>(padded(hidden_)));
    logits_ = Aligned<T>(rows * static_cast<size_t>(padded(layout.shape.vocabulary)));
    bias_sum_ = Aligned<T>(H * static_cast<size_t>(cell_.work_columns));
    table_gradient_ = Aligned<T>(static_cast<size_t>(layout.shape.vocabulary) * gates);
}

template <class T>
void Pass<T>::reset() {
    set_states(std::vector<T>(states().size()));
}

template <class T>
std::vector<T> Pass<T>::states() const {
    std::vector<T> all;
    for (const Layer& layer : layers_)
        for (const Aligned<T>* last : {&layer.last_h, &layer.last_c})
            all.insert(all.end(), last->data(), last->data() + last->size());
    return all;
}

template <class T>
void Pass<T>::set_states(const std::vector<T>& states) {
    auto from = states.begin();
    for (Layer& layer : layers_)
        for (Aligned<T>* last : {&layer.last_h, &layer.last_c}) {
            std::copy_n(from, last->size(), last->data());
            from += static_cast<int64_t>(last->size());
        }
}

// Names the row's dropout: by its place in the whole batch, not in this pass.
template <class T>
uint64_t Pass<T>::place_of(int index, int row) const {
    int step = row / streams_, stream = first_stream_ + row % streams_;
    auto in_window = static_cast<uint64_t>(step) * static_cast<uint64_t>(batch_streams_) +
                     static_cast<uint64_t>(stream);
    return mix(mix(dropout_.place + static_cast<uint64_t>(index)) ^ in_window);
}

template <class T>
double Pass<T>::forward(const PackedWeights<T>& prepared, const Batch& batch,
                        const Dropout& dropout) {
    rows_ = batch.steps * streams_;
    batch_streams_ = batch.all;
    dropout_ = dropout;
    rounds_state_ = prepared.rounds_state;
    for (int t = 0; t < batch.steps; t++) {
        int64_t from = static_cast<int64_t>(t) * batch.streams + first_stream_ - batch.first,
                to = static_cast<int64_t>(t) * streams_;
        std::copy_n(batch.tokens.begin() + from, streams_, tokens_.begin() + to);
        std::copy_n(batch.targets.begin() + from, streams_, targets_.begin() + to);
        std::copy_n(batch.counted.begin() + from, streams_, counted_.begin() + to);
    }
    for (int i = 0; i < rows_; i++)
        starts_[static_cast<size_t>(i)] = tokens_[static_cast<size_t>(i)] == batch.line_token;
    for (int i = 0; i < layout_.shape.layers; i++) {
        forward_layer(prepared, i);
        make_output(i);
    }
    return forward_output(prepared);
}

// Above layer 0: W x + biases of the whole window.
template <class T>
void Pass<T>::forward_inputs(const PackedWeights<T>& prepared, int index) {
    const auto& weights = prepared.layers[static_cast<size_t>(index)];
    const int gates = layout_.shape.gates(), stride = padded(gates);
    weights.input_forward.multiply(view(layers_[static_cast<size_t>(index - 1)].out_at, hidden_),
                                   {inputs_.data(), rows_, gates, stride}, room_);
    for (int64_t row = 0; row < rows_; row++)
        kernels_.add(inputs_.row(row, stride), weights.bias.data(), gates);
}

template <class T>
void Pass<T>::forward_layer(const PackedWeights<T>& prepared, int index) {
    const auto& weights = prepared.layers[static_cast<size_t>(index)];
    Layer& layer = layers_[static_cast<size_t>(index)];
    const int H = hidden_, gates = layout_.shape.gates(), stride = padded(gates);
    if (index > 0) forward_inputs(prepared, index);
    const int64_t size = static_cast<int64_t>(layer.last_h.size());  // of a step's states
    if (rounds_state_ && layer.operand.size() == 0)
        layer.operand = Aligned<T>(layer.h.size() - layer.last_h.size());
    layer.operand_at = rounds_state_ ? layer.operand.data() : layer.h.data();
    std::copy_n(layer.last_h.data(), size, layer.h.data());
    std::copy_n(layer.last_c.data(), layer.last_c.size(), layer.c.data());
    for (int64_t step = 0; step < rows_; step += streams_) {
        if (rounds_state_)
            kernels_.round_to_127th(layer.h.data() + step * H, layer.operand.data() + step * H,
                                    size);
        weights.forward.multiply({layer.operand_at + step * H, streams_, H, H},
                                 {product_.data(), streams_, gates, stride}, room_,
                                 Wanted{lines_of(layer.work, step, work_stride_),
                                        lines_of(layer.h, step + streams_, H)});
        for (int s = 0; s < streams_; s++) {
            const int64_t row = step + s;
            T *work = layer.work.data() + row * work_stride_,
              *product = product_.data() + static_cast<int64_t>(s) * stride;
            const bool starts = starts_[static_cast<size_t>(row)];
            if (starts) std::fill_n(product, gates, T(0));
            const T* x = index > 0 ? inputs_.row(row, stride)
                                   : prepared.table.row(tokens_[static_cast<size_t>(row)],
                                                        prepared.table_stride);
            math_.forward(CellStep<T>{H, x, product, weights.recurrent_bias, before(layer.h, row),
                                      before(layer.c, row), work, layer.h.row(row + streams_, H),
                                      layer.c.row(row + streams_, H)});
        }
    }
    std::copy_n(layer.h.row(rows_, H), size, layer.last_h.data());
    std::copy_n(layer.c.row(rows_, H), layer.last_c.size(), layer.last_c.data());
}

// What the layer above and the output matrix see of h.
template <class T>
void Pass<T>::make_output(int index) {
    Layer& layer = layers_[static_cast<size_t>(index)];
    const T* h = layer.h.data() + static_cast<int64_t>(streams_) * hidden_;
    layer.out_at = h;
    if (!rounds_state_ && dropout_.rate == 0) return;
    if (layer.out.size() == 0) layer.out = Aligned<T>(layer.h.size() - layer.last_h.size());
    int64_t n = static_cast<int64_t>(rows_) * hidden_;
    if (rounds_state_)
        kernels_.round_to_127th(h, layer.out.data(), n);
    else
        std::copy_n(h, n, layer.out.data());
    for (int row = 0; dropout_.rate > 0 && row < rows_; row++)
        kernels_.drop(layer.out.data() + static_cast<int64_t>(row) * hidden_, hidden_,
                      place_of(index, row), dropout_.rate, 0);
    layer.out_at = layer.out.data();
}

// Softmax and cross entropy; leaves p - [target] in logits_, zero where nothing is counted.
template <class T>
double Pass<T>::forward_output(const PackedWeights<T>& prepared) {
    const int V = layout_.shape.vocabulary, stride = padded(V);
    prepared.output_forward.multiply(view(layers_.back().out_at, hidden_),
                                     {logits_.data(), rows_, V, stride}, room_);
    double loss = 0;
    for (int64_t row = 0; row < rows_; row++) {
        T* p = logits_.data() + row * stride;
        const size_t goal = targets_[static_cast<size_t>(row)];
        T most = 0, target = p[goal] + prepared.output_bias[goal];
        const T sum = kernels_.exponentials(p, prepared.output_bias, V, &most);
        bool counts = counted_[static_cast<size_t>(row)];
        kernels_.scale(p, counts ? 1 / sum : T(0), V);
        if (!counts) continue;
        p[goal] -= 1;
        loss += static_cast<double>(most - target) + std::log(static_cast<double>(sum));
    }
    return loss;
}

template <class T>
void Pass<T>::backward(const PackedWeights<T>& prepared, T scale, T* gradient, const Ready& ready) {
    const int H = hidden_, V = layout_.shape.vocabulary, stride = padded(V);
    for (int64_t row = 0; row < rows_; row++)
        kernels_.scale(logits_.data() + row * stride, scale, V);
    const View<const T> errors{logits_.data(), rows_, V, stride};
    multiply_over_rows<T>(kernels_, errors, view(layers_.back().out_at, H),
                          layout_.output.in(gradient), rows_room_);
    prepared.output_backward.multiply(errors, {dout_.data(), rows_, H, padded(H)}, room_);
    T* bias = gradient + layout_.output_bias.offset;
    std::fill_n(bias, V, T(0));
    for (int64_t row = 0; row < rows_; row++) kernels_.add(bias, errors.data + row * stride, V);
    if (ready) ready(layout_.output.offset, layout_.size);
    for (int i = layout_.shape.layers - 1; i >= 0; i--)
        backward_layer(prepared, i, gradient, ready);
}

template <class T>
void Pass<T>::backward_layer(const PackedWeights<T>& prepared, int index, T* gradient,
                             const Ready& ready) {
    std::fill_n(carry_h_.data(), carry_h_.size(), T(0));
    std::fill_n(recurrent_.data(), recurrent_.size(), T(0));
    std::fill_n(carry_c_.data(), carry_c_.size(), T(0));
    std::fill_n(bias_sum_.data(), bias_sum_.size(), T(0));
    if (index == 0) std::fill_n(table_gradient_.data(), table_gradient_.size(), T(0));
    for (int step = rows_ - streams_; step >= 0; step -= streams_)
        backward_step(prepared, index, step);
    backward_biases(index, gradient);
    if (index == 0)
        backward_table(prepared, gradient);
    else
        backward_inputs(prepared, index, gradient);
    const LayerSlots& slots = layout_.layers[static_cast<size_t>(index)];
    if (ready) ready(index == 0 ? 0 : slots.W.offset, slots.R.offset);
    backward_recurrent(index, gradient, ready);
}

// One step of every stream; `step` is its first row.
template <class T>
void Pass<T>::backward_step(const PackedWeights<T>& prepared, int index, int step) {
    const int H = hidden_, gates = layout_.shape.gates(), width = work_stride_,
              carry_stride = padded(H);
    Layer& layer = layers_[static_cast<size_t>(index)];
    for (int s = 0; s < streams_; s++) {
        int64_t row = step + s;
        T *work = layer.work.data() + row * width,
          *carry = carry_h_.data() + static_cast<int64_t>(s) * carry_stride;
        T* dout = dout_.data() + row * carry_stride;
        if (dropout_.rate > 0)
            kernels_.drop(dout, H, place_of(index, static_cast<int>(row)), dropout_.rate, 0);
        const T* recurrent = recurrent_.data() + static_cast<int64_t>(s) * carry_stride;
        T* dh = dh_.data();
        kernels_.add_three(dh, dout, carry, recurrent, H);
        math_.backward(CellGradient<T>{H, before(layer.h, row), before(layer.c, row),
                                       layer.c.row(row + streams_, H), dh_.data(), work, carry,
                                       carry_c_.data() + static_cast<int64_t>(s) * H});
        // Of layer 0 the input's biases are the sum of the table's rows.
        const int own = index > 0 ? 0 : cell_.input_columns * H;
        kernels_.add(bias_sum_.data() + own, work + own, cell_.work_columns * H - own);
        if (index > 0) continue;
        T* table_row = table_gradient_.data() +
                       static_cast<int64_t>(tokens_[static_cast<size_t>(row)]) * gates;
        for (const CellBlock& block : cell_.input)
            kernels_.add(table_row + block.first_row * H, work + block.first_column * H,
                         block.count * H);
    }
    const CellBlock block = cell_.recurrent[0];
    View<const T> errors{
        layer.work.data() + static_cast<int64_t>(step) * width + block.first_column * H, streams_,
        gates, width};
    prepared.layers[static_cast<size_t>(index)].backward.multiply(
        errors, {recurrent_.data(), streams_, H, carry_stride}, room_,
        Wanted{lines_of(layer.work, step - streams_, width), lines_of(layer.h, step - streams_, H),
               lines_of(dout_, step - streams_, carry_stride)});
    for (int s = 0; s < streams_; s++) {
        if (!starts_[static_cast<size_t>(step + s)]) continue;
        std::fill_n(carry_h_.data() + static_cast<int64_t>(s) * carry_stride, H, T(0));
        std::fill_n(recurrent_.data() + static_cast<int64_t>(s) * carry_stride, H, T(0));
        std::fill_n(carry_c_.data() + static_cast<int64_t>(s) * H, H, T(0));
    }
}

// Above layer 0: the input weights' gradients of the whole window, and what goes on to the layer
// below (into dout_).
template <class T>
void Pass<T>::backward_inputs(const PackedWeights<T>& prepared, int index, T* gradient) {
    const int H = hidden_, gates = layout_.shape.gates(), stride = padded(gates);
    const Aligned<T>& work = layers_[static_cast<size_t>(index)].work;
    for (int64_t row = 0; row < rows_; row++)
        for (const CellBlock& block : cell_.input)
            std::copy_n(work.row(row, work_stride_) + block.first_column * H, block.count * H,
                        inputs_.row(row, stride) + block.first_row * H);
    const View<const T> errors{inputs_.data(), rows_, gates, stride};
    multiply_over_rows<T>(kernels_, errors, view(layers_[static_cast<size_t>(index - 1)].out_at, H),
                          layout_.layers[static_cast<size_t>(index)].W.in(gradient), rows_room_);
    prepared.layers[static_cast<size_t>(index)].input_backward.multiply(
        errors, {dout_.data(), rows_, H, padded(H)}, room_);
}

// The recurrent weights' gradients of the whole window. Where they are waited for, the matrix comes
// in parts that are worth sending; the last brings the biases, which stand behind it.
template <class T>
void Pass<T>::backward_recurrent(int index, T* gradient, const Ready& ready) {
    const int H = hidden_, width = work_stride_;
    const LayerSlots& slots = layout_.layers[static_cast<size_t>(index)];
    Layer& layer = layers_[static_cast<size_t>(index)];
    int64_t sent = slots.R.offset;
    for (const CellBlock& block : cell_.recurrent) {
        // What stands before a line's start had no part in it.
        T* errors = layer.work.data() + block.first_column * H;
        for (int64_t row = 0; row < rows_; row++)
            if (starts_[static_cast<size_t>(row)])
                std::fill_n(errors + row * width, block.count * H, T(0));
        const bool in_parts = ready && int64_t{H} * H >= kLeastPart;
        const int part = in_parts ? H : block.count * H;
        for (int row = 0; row < block.count * H; row += part) {
            const int64_t at = slots.R.offset + (int64_t{block.first_row} * H + row) * H;
            multiply_over_rows<T>(kernels_, {errors + row, rows_, part, width},
                                  view(layer.operand_at, H), {gradient + at, part, H, H},
                                  rows_room_);
            const int64_t end = at + int64_t{part} * H;
            if (!in_parts || end == slots.R.offset + slots.R.size()) continue;
            ready(sent, end);
            sent = end;
        }
    }
    if (ready) ready(sent, slots.Rb.offset + slots.Rb.size());
}

template <class T>
void Pass<T>::backward_biases(int index, T* gradient) {
    const LayerSlots& slots = layout_.layers[static_cast<size_t>(index)];
    const int H = hidden_, gates = layout_.shape.gates();
    for (int64_t v = 0; index == 0 && v < layout_.shape.vocabulary; v++)
        for (const CellBlock& block : cell_.input)
            kernels_.add(bias_sum_.data() + block.first_column * H,
                         table_gradient_.data() + v * gates + block.first_row * H, block.count * H);
    auto take = [&](const Slot& slot, const CellBlock& block) {
        std::copy_n(bias_sum_.data() + block.first_column * H, block.count * H,
                    gradient + slot.offset + block.first_row * H);
    };
    for (const CellBlock& block : cell_.input) take(slots.Wb, block);
    for (const CellBlock& block : cell_.recurrent) take(slots.Rb, block);
}

// From the input table's rows to what they were made from.
template <class T>
void Pass<T>::backward_table(const PackedWeights<T>& prepared, T* gradient) {
    const Slot& W = layout_.layers[0].W;
    const Shape& shape = layout_.shape;
    if (shape.embedding == 0) {
        std::copy_n(table_gradient_.data(), W.size(), gradient + W.offset);
        return;
    }
    View<const T> table{table_gradient_.data(), shape.vocabulary, shape.gates(), shape.gates()};
    multiply_over_rows<T>(kernels_, table, prepared.embedding, W.in(gradient), embedding_room_);
    // What pads a row of a product is overwritten, which the gradient has no room for.
    const int E = shape.embedding, stride = padded(E);
    prepared.layers[0].input_backward.multiply(
        table, {embedding_rows_.data(), shape.vocabulary, E, stride}, room_);
    for (int64_t v = 0; v < shape.vocabulary; v++)
        std::copy_n(embedding_rows_.row(v, stride), E, gradient + layout_.embedding.offset + v * E);
}

template class Pass<float>;
template class Pass<double>;

}  // namespace quillet::train
