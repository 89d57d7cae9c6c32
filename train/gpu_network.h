// A network on a device: forward, backward and the optimizer's step over a window, all streams at
// once. The backend is CUDA, or the host in tests.
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstring>
#include <vector>

#include "train/gpu_kernels.h"
#include "train/network.h"
#include "train/optimizer.h"
#include "train/pass.h"

namespace quillet::train::gpu {

// The rates that are fixed for a network's life.
struct Rates {
    float dropout = 0;
    float recurrent_dropout = 0;
    bool averages = false;  // keeps a running mean of the parameters
};

// Whether a network on a device can be made of such cells.
inline bool has_kernels(Cell cell) {
    return cell == Cell::gru || cell == Cell::lstm;
}

// The optimizer's part of a window's controls; `steps` counts from 1.
inline Controls controls_of(const AdamOptions& options, double learning_rate, int64_t steps,
                            float average_share) {
    Controls controls;
    controls.beta1 = static_cast<float>(kBeta1);
    controls.beta2 = static_cast<float>(kBeta2);
    controls.epsilon = static_cast<float>(kEpsilon);
    const auto t = static_cast<double>(steps);
    controls.step_size = static_cast<float>(learning_rate / (1 - std::pow(kBeta1, t)));
    controls.inverse_correction = static_cast<float>(1 / (1 - std::pow(kBeta2, t)));
    controls.clip = static_cast<float>(options.clip);
    controls.decay = static_cast<float>(1 - learning_rate * options.weight_decay);
    controls.average_share = average_share;
    return controls;
}

// A product of row-major matrices, to = first * second + keep * to, each factor transposed or not.
struct Product {
    bool first_transposed, second_transposed;
    int64_t rows, columns, inner;
    const float* first;
    int64_t first_stride;
    const float* second;
    int64_t second_stride;
    float keep;
    float* to;
    int64_t to_stride;
};

// Backend offers
//   T* allocate<T>(size_t count)            zeroed memory of the device, freed with the backend
//   void upload(T* to, const T* from, n), download(T* to, const T* from, n), copy(T* to, from, n)
//   void each(int64_t n, F f)               f(i) for i in 0 .. n - 1, in any order
//   void rows(int64_t n, F f)               f(row, lanes): the lanes of one row together
//   void multiply(const Product&)
//   void replay(int key, F work)            work(), recorded the first time a key is seen
template <class Backend>
class DeviceNetwork {
  public:
    // For batches of `streams` streams and at most `steps` steps.
    DeviceNetwork(Backend& backend, const Layout& layout, int streams, int steps,
                  const Rates& rates);

    // All that decides what comes next; what is empty in `state` stays as it is.
    EngineState state() const {
        return {download(parameters_), download(averaged_), download(mean_), download(square_),
                states()};
    }
    void set_state(const EngineState& state) {
        upload(parameters_, state.parameters), upload(averaged_, state.averaged);
        upload(mean_, state.mean), upload(square_, state.square);
        if (!state.states.empty()) set_states(state.states);
    }
    // The parameters' running mean where one is kept, else they themselves.
    std::vector<float> model() const { return download(averaged_ ? averaged_ : parameters_); }

    // The states that the next window starts from, as Pass::states() orders them.
    std::vector<float> states() const;
    void set_states(const std::vector<float>& states);

    std::vector<float> gradient() const { return download(gradient_); }
    // Replaces the gradient and returns its squared norm.
    double set_gradient(const std::vector<float>& values);

    // Forward and backward over `batch`; gradient() then holds gradient_scale times the loss by
    // every parameter. Returns the loss, summed over counted tokens.
    Results compute_gradient(const Batch& batch, const Controls& controls);
    // The optimizer's step along gradient().
    void update();
    // The loss alone, without dropout, by the parameters or by their running mean.
    double loss(const Batch& batch, bool averaged);

  private:
    struct Layer {
        float *before, *before_c, *h, *c, *out, *work, *inputs, *last_h, *last_c;
    };
    std::vector<float> download(const float* from) const;
    void upload(float* to, const std::vector<float>& values) {
        backend_.upload(to, values.data(), values.size());
    }
    void take(const Batch& batch);
    void forward(const float* parameters, bool trains);
    void prepare(const float* parameters, bool trains);
    void forward_layer(const float* parameters, int index, bool trains);
    void backward();
    void backward_layer(int index);
    void layer_products(int index);
    void bias_gradients(int index);
    void table_gradients();
    void sum_results(bool with_gradient);
    Results results() const;
    void multiply(bool first_transposed, bool second_transposed, int64_t rows, int64_t columns,
                  int64_t inner, const float* first, int64_t first_stride, const float* second,
                  int64_t second_stride, float keep, float* to, int64_t to_stride) {
        backend_.multiply({first_transposed, second_transposed, rows, columns, inner, first,
                           first_stride, second, second_stride, keep, to, to_stride});
    }
    WindowTokens tokens() const { return {tokens_, targets_, counted_, line_token_, streams_}; }
    // Columns of biases that are joined: those of the others stay with the recurrent product.
    int joined() const { return row_.joined_biases * layout_.shape.hidden; }
    // Where a work row has the gradients that the recurrent product takes, in the order of R's rows.
    int64_t recurrent_column() const {
        return int64_t{row_.recurrent[0].first_column} * layout_.shape.hidden;
    }
    int64_t rows() const { return static_cast<int64_t>(steps_) * streams_; }
    const float* layer_R(const float* parameters, int index, bool trains) const;

    Backend& backend_;
    const Layout& layout_;
    const CellRow& row_;
    const Rates rates_;
    int streams_, most_steps_, steps_ = 0, line_token_ = 0;
    std::vector<Layer> layers_;
    float *parameters_, *gradient_, *mean_, *square_, *averaged_ = nullptr, *dropped_ = nullptr;
    float *table_, *table_gradient_, *product_, *carry_h_, *carry_c_, *recurrent_, *dout_, *logits_,
        *onehot_, *ones_, *losses_;
    double *squares_, *loss_sums_;
    uint8_t *tokens_, *targets_, *counted_, *is_matrix_;
    Controls* controls_;
    Results* results_;
};

template <class Backend>
DeviceNetwork<Backend>::DeviceNetwork(Backend& backend, const Layout& layout, int streams,
                                      int steps, const Rates& rates)
    : backend_(backend),
      layout_(layout),
      row_(row_of(layout.shape.cell)),
      rates_(rates),
      streams_(streams),
      most_steps_(steps) {
    const Shape& shape = layout.shape;
    const auto H = static_cast<size_t>(shape.hidden), S = static_cast<size_t>(streams),
               G = static_cast<size_t>(shape.gates()), V = static_cast<size_t>(shape.vocabulary),
               rows = S * static_cast<size_t>(steps), all = static_cast<size_t>(layout.size);
    auto floats = [&](size_t n) { return backend_.template allocate<float>(n); };
    auto bytes = [&](size_t n) { return backend_.template allocate<uint8_t>(n); };
    const bool lstm = row_.states.size() > 1;
    for (int i = 0; i < shape.layers; i++) {
        Layer layer{};
        layer.before = floats(rows * H);
        layer.h = floats(rows * H);
        if (lstm) layer.before_c = floats(rows * H), layer.c = floats(rows * H);
        layer.out = rates.dropout > 0 ? floats(rows * H) : layer.h;
        layer.work = floats(rows * 4 * H);
        layer.inputs = i > 0 ? floats(rows * G) : nullptr;
        layer.last_h = floats(S * H);
        if (lstm) layer.last_c = floats(S * H);
        layers_.push_back(layer);
    }
    parameters_ = floats(all);
    gradient_ = floats(all);
    mean_ = floats(all);
    square_ = floats(all);
    if (rates.averages) averaged_ = floats(all);
    if (rates.recurrent_dropout > 0) dropped_ = floats(all);
    table_ = floats(V * G);
    table_gradient_ = floats(V * G);
    product_ = floats(S * G);
    carry_h_ = floats(S * H);
    carry_c_ = floats(S * H);
    recurrent_ = floats(S * H);
    dout_ = floats(rows * H);
    logits_ = floats(rows * V);
    onehot_ = floats(rows * V);
    ones_ = floats(rows);
    losses_ = floats(rows);
    squares_ =
        backend_.template allocate<double>(static_cast<size_t>(SumBlocks::blocks(layout.size)));
    loss_sums_ = backend_.template allocate<double>(
        static_cast<size_t>(SumBlocks::blocks(static_cast<int64_t>(rows))));
    tokens_ = bytes(rows);
    targets_ = bytes(rows);
    counted_ = bytes(rows);
    is_matrix_ = bytes(all);
    controls_ = backend_.template allocate<Controls>(1);
    results_ = backend_.template allocate<Results>(1);
    std::vector<uint8_t> is_matrix(all);
    for (const Slot& slot : layout.all())
        std::memset(is_matrix.data() + slot.offset, slot.is_matrix,
                    static_cast<size_t>(slot.size()));
    backend_.upload(is_matrix_, is_matrix.data(), all);
    backend_.each(static_cast<int64_t>(rows), Fill{ones_, 1.f});
}

template <class Backend>
std::vector<float> DeviceNetwork<Backend>::download(const float* from) const {
    std::vector<float> values(from ? static_cast<size_t>(layout_.size) : 0);
    if (from) backend_.download(values.data(), from, values.size());
    return values;
}

template <class Backend>
std::vector<float> DeviceNetwork<Backend>::states() const {
    const auto size = static_cast<size_t>(streams_) * static_cast<size_t>(layout_.shape.hidden);
    std::vector<float> all, part(size);
    for (const Layer& layer : layers_)
        for (int c = 0; c < 2; c++) {
            const float* last = c ? layer.last_c : layer.last_h;
            if (!last) continue;
            backend_.download(part.data(), last, size);
            all.insert(all.end(), part.begin(), part.end());
        }
    return all;
}

template <class Backend>
void DeviceNetwork<Backend>::set_states(const std::vector<float>& states) {
    const auto size = static_cast<size_t>(streams_) * static_cast<size_t>(layout_.shape.hidden);
    const float* from = states.data();
    for (const Layer& layer : layers_)
        for (int c = 0; c < 2; c++) {
            float* last = c ? layer.last_c : layer.last_h;
            if (!last) continue;
            backend_.upload(last, from, size);
            from += size;
        }
}

template <class Backend>
void DeviceNetwork<Backend>::take(const Batch& batch) {
    steps_ = batch.steps;
    line_token_ = batch.line_token;
    backend_.upload(tokens_, batch.tokens.data(), batch.tokens.size());
    backend_.upload(targets_, batch.targets.data(), batch.targets.size());
    backend_.upload(counted_, batch.counted.data(), batch.counted.size());
}

template <class Backend>
Results DeviceNetwork<Backend>::compute_gradient(const Batch& batch, const Controls& controls) {
    take(batch);
    backend_.upload(controls_, &controls, 1);
    backend_.replay(steps_ * 2, [&] {
        forward(parameters_, true);
        backward();
        sum_results(true);
    });
    return results();
}

template <class Backend>
Results DeviceNetwork<Backend>::results() const {
    Results results;
    backend_.download(&results, results_, 1);
    return results;
}

template <class Backend>
double DeviceNetwork<Backend>::set_gradient(const std::vector<float>& values) {
    upload(gradient_, values);
    sum_results(true);
    return results().squared_norm;
}

template <class Backend>
void DeviceNetwork<Backend>::update() {
    backend_.each(layout_.size, AdamStep{controls_, results_, is_matrix_, gradient_, parameters_,
                                         mean_, square_, averaged_});
}

template <class Backend>
double DeviceNetwork<Backend>::loss(const Batch& batch, bool averaged) {
    take(batch);
    Controls none;
    backend_.upload(controls_, &none, 1);
    backend_.replay(steps_ * 2 + 1, [&] {
        forward(averaged && averaged_ ? averaged_ : parameters_, false);
        sum_results(false);
    });
    return results().loss;
}

template <class Backend>
const float* DeviceNetwork<Backend>::layer_R(const float* parameters, int index,
                                             bool trains) const {
    const int64_t offset = layout_.layers[static_cast<size_t>(index)].R.offset;
    return (trains && dropped_ ? dropped_ : parameters) + offset;
}

// The input table, and R without what recurrent dropout leaves out.
template <class Backend>
void DeviceNetwork<Backend>::prepare(const float* parameters, bool trains) {
    const Shape& shape = layout_.shape;
    const LayerSlots& first = layout_.layers[0];
    const int64_t V = shape.vocabulary, G = shape.gates();
    const float* rows = parameters + first.W.offset;
    if (shape.embedding > 0) {
        multiply(false, true, V, G, shape.embedding, parameters + layout_.embedding.offset,
                 shape.embedding, rows, shape.embedding, 0, table_, G);
        rows = table_;
    }
    backend_.each(V * G, AddBias{rows, parameters + first.Wb.offset, parameters + first.Rb.offset,
                                 table_, shape.gates(), joined()});
    for (int i = 0; trains && dropped_ && i < shape.layers; i++) {
        const Slot& R = layout_.layers[static_cast<size_t>(i)].R;
        backend_.each(R.size(), DropRecurrent{controls_, i, rates_.recurrent_dropout,
                                              parameters + R.offset, dropped_ + R.offset});
    }
}

template <class Backend>
void DeviceNetwork<Backend>::forward(const float* parameters, bool trains) {
    const int64_t H = layout_.shape.hidden, V = layout_.shape.vocabulary;
    prepare(parameters, trains);
    for (int i = 0; i < layout_.shape.layers; i++) forward_layer(parameters, i, trains);
    multiply(false, true, rows(), V, H, layers_.back().out, H, parameters + layout_.output.offset,
             H, 0, logits_, V);
    backend_.rows(rows(), Softmax{tokens(), controls_, parameters + layout_.output_bias.offset,
                                  static_cast<int>(V), logits_, losses_});
}

template <class Backend>
void DeviceNetwork<Backend>::forward_layer(const float* parameters, int index, bool trains) {
    const Shape& shape = layout_.shape;
    const LayerSlots& slots = layout_.layers[static_cast<size_t>(index)];
    const Layer& layer = layers_[static_cast<size_t>(index)];
    const int64_t H = shape.hidden, G = shape.gates(), S = streams_;
    if (index > 0) {
        const Layer& below = layers_[static_cast<size_t>(index - 1)];
        multiply(false, true, rows(), G, H, below.out, H, parameters + slots.W.offset, H, 0,
                 layer.inputs, G);
        backend_.each(rows() * G,
                      AddBias{layer.inputs, parameters + slots.Wb.offset,
                              parameters + slots.Rb.offset, layer.inputs, shape.gates(), joined()});
    }
    backend_.each(S * H, FirstState{tokens(), shape.hidden, layer.last_h, layer.last_c,
                                    layer.before, layer.before_c});
    const float* R = layer_R(parameters, index, trains);
    for (int64_t row = 0; row < rows(); row += S) {
        multiply(false, true, S, G, H, layer.before + row * H, H, R, H, 0, product_, G);
        const CellStep step{tokens(),
                            row,
                            rows(),
                            shape.hidden,
                            index == 0 ? table_ : nullptr,
                            layer.inputs,
                            product_,
                            parameters + slots.Rb.offset,
                            layer.before,
                            layer.before_c,
                            layer.h,
                            layer.c,
                            layer.work};
        if (row_.cell == Cell::gru)
            backend_.each(S * H, GruForward{step});
        else
            backend_.each(S * H, LstmForward{step});
    }
    const int64_t last = rows() - S;
    backend_.copy(layer.last_h, layer.h + last * H, static_cast<size_t>(S * H));
    if (layer.last_c) backend_.copy(layer.last_c, layer.c + last * H, static_cast<size_t>(S * H));
    if (layer.out != layer.h)
        backend_.each(rows() * H, MakeOutput{controls_, shape.hidden, index,
                                             trains ? rates_.dropout : 0, layer.h, layer.out});
}

template <class Backend>
void DeviceNetwork<Backend>::backward() {
    const int64_t H = layout_.shape.hidden, V = layout_.shape.vocabulary;
    multiply(true, false, V, H, rows(), logits_, V, layers_.back().out, H, 0,
             gradient_ + layout_.output.offset, H);
    multiply(false, false, 1, V, rows(), ones_, rows(), logits_, V, 0,
             gradient_ + layout_.output_bias.offset, V);
    multiply(false, false, rows(), H, V, logits_, V, parameters_ + layout_.output.offset, H, 0,
             dout_, H);
    for (int i = layout_.shape.layers - 1; i >= 0; i--) {
        backward_layer(i);
        bias_gradients(i);
        layer_products(i);
    }
    table_gradients();
}

template <class Backend>
void DeviceNetwork<Backend>::backward_layer(int index) {
    const Layer& layer = layers_[static_cast<size_t>(index)];
    const int64_t H = layout_.shape.hidden, G = layout_.shape.gates(), S = streams_;
    const float* R = layer_R(parameters_, index, true);
    for (int64_t row = rows() - S; row >= 0; row -= S) {
        const CellBack step{tokens(),       row,      rows(),         layout_.shape.hidden,
                            controls_,      index,    rates_.dropout, dout_,
                            recurrent_,     carry_h_, carry_c_,       layer.before,
                            layer.before_c, layer.c,  layer.work};
        if (row_.cell == Cell::gru)
            backend_.each(S * H, GruBackward{step});
        else
            backend_.each(S * H, LstmBackward{step});
        const float* errors = layer.work + row * 4 * H + recurrent_column();
        if (row > 0) multiply(false, false, S, H, G, errors, 4 * H, R, H, 0, recurrent_, H);
    }
}

// The biases' gradients: sums of the work rows' columns. A GRU's work row is n, z, r, q.
template <class Backend>
void DeviceNetwork<Backend>::bias_gradients(int index) {
    const LayerSlots& slots = layout_.layers[static_cast<size_t>(index)];
    const float* work = layers_[static_cast<size_t>(index)].work;
    const int64_t H = layout_.shape.hidden, G = layout_.shape.gates();
    auto sum = [&](int64_t column, int64_t count, int64_t to) {
        multiply(false, false, 1, count, rows(), ones_, rows(), work + column, 4 * H, 0,
                 gradient_ + to, count);
    };
    if (row_.apart_biases() == 0) {
        sum(0, G, slots.Wb.offset);
        backend_.copy(gradient_ + slots.Rb.offset, gradient_ + slots.Wb.offset,
                      static_cast<size_t>(G));
        return;
    }
    sum(H, 3 * H, slots.Rb.offset);
    backend_.copy(gradient_ + slots.Wb.offset, gradient_ + slots.Rb.offset,
                  static_cast<size_t>(2 * H));
    sum(0, H, slots.Wb.offset + 2 * H);
}

// The matrices' gradients over the whole window, and what goes on to the layer below, into dout_.
template <class Backend>
void DeviceNetwork<Backend>::layer_products(int index) {
    const LayerSlots& slots = layout_.layers[static_cast<size_t>(index)];
    const Layer& layer = layers_[static_cast<size_t>(index)];
    const int64_t H = layout_.shape.hidden, G = layout_.shape.gates(), V = layout_.shape.vocabulary;
    const float* errors = layer.work + recurrent_column();
    multiply(true, false, G, H, rows(), errors, 4 * H, layer.before, H, 0,
             gradient_ + slots.R.offset, H);
    if (dropped_)
        backend_.each(slots.R.size(),
                      DropRecurrent{controls_, index, rates_.recurrent_dropout,
                                    gradient_ + slots.R.offset, gradient_ + slots.R.offset});
    float keep = 0;
    if (index == 0) backend_.each(rows() * V, OneHot{tokens(), layout_.shape.vocabulary, onehot_});
    for (const CellBlock& block : row_.input) {
        const float* part = layer.work + block.first_column * H;
        const int64_t first = block.first_row * H, count = block.count * H;
        if (index == 0) {
            multiply(true, false, V, count, rows(), onehot_, V, part, 4 * H, 0,
                     table_gradient_ + first, G);
            continue;
        }
        const Layer& below = layers_[static_cast<size_t>(index - 1)];
        multiply(true, false, count, H, rows(), part, 4 * H, below.out, H, 0,
                 gradient_ + slots.W.offset + first * H, H);
        multiply(false, false, rows(), H, count, part, 4 * H,
                 parameters_ + slots.W.offset + first * H, H, keep, dout_, H);
        keep = 1;
    }
}

// From the input table's rows to what they were made from.
template <class Backend>
void DeviceNetwork<Backend>::table_gradients() {
    const Shape& shape = layout_.shape;
    const Slot& W = layout_.layers[0].W;
    const int64_t V = shape.vocabulary, G = shape.gates(), E = shape.embedding;
    if (E == 0) {
        backend_.copy(gradient_ + W.offset, table_gradient_, static_cast<size_t>(V * G));
        return;
    }
    multiply(true, false, G, E, V, table_gradient_, G, parameters_ + layout_.embedding.offset, E, 0,
             gradient_ + W.offset, E);
    multiply(false, false, V, E, G, table_gradient_, G, parameters_ + W.offset, E, 0,
             gradient_ + layout_.embedding.offset, E);
}

template <class Backend>
void DeviceNetwork<Backend>::sum_results(bool with_gradient) {
    const int64_t blocks = with_gradient ? SumBlocks::blocks(layout_.size) : 0;
    if (with_gradient) backend_.rows(blocks, SumBlocks{gradient_, layout_.size, true, squares_});
    const int64_t loss_blocks = SumBlocks::blocks(rows());
    backend_.rows(loss_blocks, SumBlocks{losses_, rows(), false, loss_sums_});
    backend_.rows(1, SumResults{loss_sums_, squares_, loss_blocks, blocks, results_});
}

}  // namespace quillet::train::gpu
