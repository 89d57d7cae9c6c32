// A window's weights as the products want them: input table, packed matrices.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "train/network.h"
#include "train/strassen.h"
#include "train/workers.h"

namespace quillet::train {

// Training for integers: each function replaces one row of weights by the values its integers will
// stand for. The forward pass and the gradients' products see those values; the gradients then move
// the float weights as if there were no rounding.
struct QuantizedForward {
    using RoundRow = std::function<void(std::span<float> row)>;
    RoundRow recurrent;         // a row of R, and of W above layer 0
    RoundRow table;             // a token's row of the input table, biases left out
    RoundRow output;            // a row of the output matrix
    bool rounds_state = false;  // h in what is multiplied: to the nearest 1/127

    bool is_on() const { return recurrent || table || output || rounds_state; }
};

template <class T>
class PackedWeights {
  public:
    // For passes with the same kernels.
    explicit PackedWeights(const Layout& layout,
                           const Kernels<T>& kernels = kernels_for<T>(Instructions::best));

    // Takes `parameters` (layout.size), which must outlive the passes that use this.
    void take(const T* parameters, const QuantizedForward* quantized, Workers& workers);

    struct Layer {
        Aligned<T> W, R;  // rounded copies, when quantized
        Aligned<T>
            bias;  // what is added to W x, G*H: Wb, and Rb where the reset gate has no part in it
        const T* recurrent_bias;     // G*H
        Strassen<T> forward;         // (H, G*H)
        Strassen<T> backward;        // (G*H, H)
        Strassen<T> input_forward;   // (I, G*H); not for layer 0 of a one-hot network
        Strassen<T> input_backward;  // (G*H, I)
    };

    const Layout& layout;
    int table_stride;  // elements from a row to the next
    Aligned<T> table;  // (V, padded G*H): layer 0's W x with its biases
    std::vector<Layer> layers;
    View<const T> embedding;
    Strassen<T> output_forward;   // (H, V)
    Strassen<T> output_backward;  // (V, H)
    const T* output_bias = nullptr;
    bool rounds_state = false;

  private:
    void take_layer(int index, const T* parameters, const QuantizedForward* quantized,
                    Workers& workers);
    void take_table(const T* parameters, const QuantizedForward* quantized);

    Aligned<T> output_;
    typename Strassen<T>::Room room_;
};

}  // namespace quillet::train
