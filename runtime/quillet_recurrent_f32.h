/* ONNX's recurrent operators whole: GRU, LSTM and RNN over a sequence, in either direction.
 * SPDX-License-Identifier: MIT */
#ifndef QUILLET_RECURRENT_F32_H
#define QUILLET_RECURRENT_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a layer is; a table of int32_t in this order. Strides are in elements: x and y have one for steps and
 * one for lines, of a direction's results y has y_direction; h, c have state_direction and state_line. */
typedef struct quillet_recurrence {
    int32_t cell;                /* gates: 1 RNN, 3 GRU, 4 LSTM */
    int32_t directions, reverse; /* reverse: the first direction runs from the end */
    int32_t steps, lines, inputs, hidden;
    int32_t linear_before_reset, input_forget;
    int32_t x_step, x_line, y_step, y_line, y_direction, state_direction, state_line;
    int32_t functions[6]; /* enum quillet_function, three for each direction */
} quillet_recurrence;

enum quillet_function {
    QUILLET_SIGMOID,
    QUILLET_TANH,
    QUILLET_RELU,
    QUILLET_AFFINE,
    QUILLET_LEAKY_RELU,
    QUILLET_THRESHOLDED_RELU,
    QUILLET_SCALED_TANH,
    QUILLET_HARD_SIGMOID,
    QUILLET_ELU,
    QUILLET_SOFTSIGN,
    QUILLET_SOFTPLUS
};

/* y, the outputs of every step; h and c, states, the first values in, the last out; W, R, bias (2 * gates *
 * hidden) and peephole (3 * hidden) follow for each direction. lengths: steps of each line. numbers: the
 * clip limit, then alpha and beta of each function. scratch: 2 * gates * hidden + hidden. Formulas and gate
 * orders are ONNX's. */
void quillet_recurrent_f32(float* y, float* h, float* c, float* scratch, const float* x,
                           const float* W, const float* R, const float* bias, const float* peephole,
                           const int32_t* lengths, const float* numbers, const int32_t* table);

#ifdef __cplusplus
}
#endif

#endif
