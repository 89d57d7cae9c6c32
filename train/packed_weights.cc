// A window's weights as the products want them: input table, packed matrices.
// SPDX-License-Identifier: MIT
#include "train/packed_weights.h"

#include <algorithm>

namespace quillet::train {
namespace {

// The tensor of `slot`, its rows replaced in `copy` when `round` is there.
template <class T>
View<const T> rounded(const Slot& slot, const T* parameters, Aligned<T>& copy,
                      const QuantizedForward::RoundRow& round) {
    View<const T> view = slot.in(parameters);
    if constexpr (std::is_same_v<T, float>) {
        if (round && view.data) {
            if (copy.size() == 0) copy = Aligned<T>(static_cast<size_t>(slot.size()));
            std::copy_n(view.data, slot.size(), copy.data());
            for (int r = 0; r < slot.rows; r++)
                round({copy.data() + static_cast<int64_t>(r) * slot.columns,
                       static_cast<size_t>(slot.columns)});
            view.data = copy.data();
        }
    }
    return view;
}

// `matrix` turned for the way forward, and as it is for the way back.
template <class T>
void pack(Strassen<T>& forward, Strassen<T>& backward, View<const T> matrix, Workers& workers) {
    const int panels = forward.panels();
    workers.share(panels + backward.panels(), [&](int panel) {
        if (panel < panels)
            forward.pack(panel, matrix, true);
        else
            backward.pack(panel - panels, matrix, false);
    });
}

}  // namespace

template <class T>
PackedWeights<T>::PackedWeights(const Layout& the_layout, const Kernels<T>& kernels)
    : layout(the_layout),
      table_stride(padded(kernels, layout.shape.gates())),
      table(static_cast<size_t>(layout.shape.vocabulary) * static_cast<size_t>(table_stride)),
      layers(static_cast<size_t>(layout.shape.layers)),
      output_forward(kernels, layout.shape.hidden, layout.shape.vocabulary),
      output_backward(kernels, layout.shape.vocabulary, layout.shape.hidden) {
    const int gates = layout.shape.gates();
    for (size_t i = 0; i < layers.size(); i++) {
        Layer& layer = layers[i];
        layer.bias = Aligned<T>(static_cast<size_t>(gates));
        layer.forward = Strassen<T>(kernels, layout.shape.hidden, gates);
        layer.backward = Strassen<T>(kernels, gates, layout.shape.hidden);
        if (i == 0 && layout.shape.embedding == 0) continue;
        const int inputs = layout.layers[i].W.columns;
        layer.input_forward = Strassen<T>(kernels, inputs, gates);
        layer.input_backward = Strassen<T>(kernels, gates, inputs);
    }
}

template <class T>
void PackedWeights<T>::take(const T* parameters, const QuantizedForward* quantized,
                            Workers& workers) {
    static const QuantizedForward kNone;
    if (!quantized) quantized = &kNone;
    rounds_state = quantized->rounds_state;
    for (int i = 0; i < layout.shape.layers; i++) take_layer(i, parameters, quantized, workers);
    take_table(parameters, quantized);
    View<const T> output = rounded(layout.output, parameters, output_, quantized->output);
    pack(output_forward, output_backward, output, workers);
    output_bias = parameters + layout.output_bias.offset;
}

template <class T>
void PackedWeights<T>::take_layer(int index, const T* parameters, const QuantizedForward* quantized,
                                  Workers& workers) {
    const LayerSlots& slots = layout.layers[static_cast<size_t>(index)];
    Layer& layer = layers[static_cast<size_t>(index)];
    const T *Wb = parameters + slots.Wb.offset, *Rb = parameters + slots.Rb.offset;
    // The other gates' recurrent biases stay with the recurrent product.
    int joined = row_of(layout.shape.cell).joined_biases * layout.shape.hidden;
    for (int i = 0; i < layout.shape.gates(); i++)
        layer.bias[static_cast<size_t>(i)] = Wb[i] + (i < joined ? Rb[i] : T(0));
    layer.recurrent_bias = Rb;
    pack(layer.forward, layer.backward, rounded(slots.R, parameters, layer.R, quantized->recurrent),
         workers);
    if (index == 0 && layout.shape.embedding == 0) return;
    // Of layer 0 the table is rounded instead.
    const QuantizedForward::RoundRow round = index > 0 ? quantized->recurrent : nullptr;
    pack(layer.input_forward, layer.input_backward, rounded(slots.W, parameters, layer.W, round),
         workers);
}

template <class T>
void PackedWeights<T>::take_table(const T* parameters, const QuantizedForward* quantized) {
    const Shape& shape = layout.shape;
    embedding = layout.embedding.in(parameters);
    if (shape.embedding > 0)
        layers[0].input_forward.multiply(
            embedding, {table.data(), shape.vocabulary, shape.gates(), table_stride}, room_);
    const T* W = parameters + layout.layers[0].W.offset;
    for (int v = 0; v < shape.vocabulary; v++) {
        T* row = table.row(v, table_stride);
        if (shape.embedding == 0) std::copy_n(W + int64_t{v} * shape.gates(), shape.gates(), row);
        if constexpr (std::is_same_v<T, float>) {
            if (quantized->table) quantized->table({row, static_cast<size_t>(shape.gates())});
        }
        for (int i = 0; i < shape.gates(); i++) row[i] += layers[0].bias[static_cast<size_t>(i)];
    }
}

template class PackedWeights<float>;
template class PackedWeights<double>;

}  // namespace quillet::train
