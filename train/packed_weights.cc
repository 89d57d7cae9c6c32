// A window's weights as the products want them: input table, packed recurrent matrices.
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

}  // namespace

template <class T>
PackedWeights<T>::PackedWeights(const Layout& the_layout, const Kernels<T>& kernels)
    : layout(the_layout),
      table(static_cast<size_t>(layout.shape.vocabulary) *
            static_cast<size_t>(layout.shape.gates())),
      layers(static_cast<size_t>(layout.shape.layers)),
      output_forward(kernels, layout.shape.hidden, layout.shape.vocabulary),
      output_backward(kernels, layout.shape.vocabulary, layout.shape.hidden) {
    for (Layer& layer : layers) {
        layer.bias = Aligned<T>(static_cast<size_t>(layout.shape.gates()));
        layer.forward = Strassen<T>(kernels, layout.shape.hidden, layout.shape.gates());
        layer.backward = Strassen<T>(kernels, layout.shape.gates(), layout.shape.hidden);
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
    for (int panel = 0; panel < output_forward.panels(); panel++)
        output_forward.pack(panel, output, true);
    for (int panel = 0; panel < output_backward.panels(); panel++)
        output_backward.pack(panel, output, false);
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
    if (index > 0) layer.input = rounded(slots.W, parameters, layer.W, quantized->recurrent);
    View<const T> R = rounded(slots.R, parameters, layer.R, quantized->recurrent);
    int forward = layer.forward.panels();
    workers.share(forward + layer.backward.panels(), [&](int panel) {
        if (panel < forward)
            layer.forward.pack(panel, R, true);
        else
            layer.backward.pack(panel - forward, R, false);
    });
}

template <class T>
void PackedWeights<T>::take_table(const T* parameters, const QuantizedForward* quantized) {
    const Shape& shape = layout.shape;
    Slot rows{"table", 0, shape.vocabulary, shape.gates()};
    View<T> whole = rows.in(table.data());
    const Slot& W = layout.layers[0].W;
    embedding = layout.embedding.in(parameters);
    if (shape.embedding > 0) {
        layers[0].input = W.in(parameters);
        multiply<T>(Transposed::second, 1, embedding, layers[0].input, 0, whole);
    } else {
        std::copy_n(parameters + W.offset, W.size(), table.data());
    }
    for (int v = 0; v < shape.vocabulary; v++) {
        T* row = table.data() + static_cast<int64_t>(v) * shape.gates();
        if constexpr (std::is_same_v<T, float>) {
            if (quantized->table) quantized->table({row, static_cast<size_t>(shape.gates())});
        }
        for (int i = 0; i < shape.gates(); i++) row[i] += layers[0].bias[static_cast<size_t>(i)];
    }
}

template class PackedWeights<float>;
template class PackedWeights<double>;

}  // namespace quillet::train
