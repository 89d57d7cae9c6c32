// What an ONNX GRU, LSTM or RNN node is, with all its options.
// SPDX-License-Identifier: MIT
#pragma once

#include "graph/operators.h"

namespace quillet {

inline bool is_recurrent(const Node& node) {
    return node.op == "GRU" || node.op == "LSTM" || node.op == "RNN";
}

struct Recurrence {
    // In the order of enum quillet_function (runtime/quillet_recurrent_f32.h).
    enum class Kind {
        sigmoid,
        tanh,
        relu,
        affine,
        leaky_relu,
        thresholded_relu,
        scaled_tanh,
        hard_sigmoid,
        elu,
        softsign,
        softplus
    };
    struct Function {
        Kind kind = Kind::sigmoid;
        double alpha = 0, beta = 0;
    };

    int64_t gates, directions, steps, batch, inputs, hidden;
    int64_t layout;  // 1: the batch comes first
    bool reverse;    // one direction, from the end
    bool linear_before_reset, input_forget;
    double clip;            // infinite: none
    Function functions[6];  // f, g, h of each direction

    // Reads and checks a node's attributes and shapes. Throws context's Error.
    explicit Recurrence(const NodeContext& context);

  private:
    void read_functions(const NodeContext& context);
};

}  // namespace quillet
