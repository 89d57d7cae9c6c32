// A cell's float step in training: what stands between the matrix products, forward and backward.
// SPDX-License-Identifier: MIT
#pragma once

// No two rows overlap but where they are the same, element for element.
#if defined(__clang__)
#    define QUILLET_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#    define QUILLET_INDEPENDENT _Pragma("GCC ivdep")
#endif

namespace quillet {

// Where the rows of W or R meet the columns of the work row, which holds the gates going forward
// and the gradients of their pre-activations going backward. All in units of H.
struct CellBlock {
    int first_row;     // of the weights
    int first_column;  // of the work row
    int count;
};

// One stream at one step. Every pointer is to H elements unless said otherwise.
template <class T>
struct CellStep {
    int hidden;
    const T* x;               // pre-activations from below, biases included: gates * H, ONNX order
    const T* p;               // R * (previous state): gates * H, ONNX order
    const T* recurrent_bias;  // gates * H, of use where some stay apart: the others are in x
    const T* previous;        // h(t-1), zero at a line's start
    const T* previous_c;      // of the second state
    T* work;                  // work_columns * H
    T* h;
    T* c;
};

template <class T>
struct CellGradient {
    int hidden;
    const T* previous;
    const T* previous_c;
    const T* c;
    const T* dh;  // of the loss by h(t)
    T* work;      // in: the gates; out: gradients by the pre-activations
    T* carry_h;   // out: what of dh reaches h(t-1) without a product
    T* carry_c;   // in: dc(t) from t+1; out: dc(t-1)
};

template <class T>
struct CellMath {
    void (*forward)(const CellStep<T>& step);
    void (*backward)(const CellGradient<T>& gradient);
};

}  // namespace quillet
