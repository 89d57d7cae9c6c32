/* ONNX's recurrent operators whole: GRU, LSTM and RNN over a sequence, in either direction.
 * SPDX-License-Identifier: MIT */
#include "quillet_recurrent_f32.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "quillet_math_f32.h"

/* One direction of a layer. */
typedef struct direction {
    const quillet_recurrence* layer;
    const float *W, *R, *bias, *peephole, *numbers;
    const int32_t* functions;
    float limit;
    float *from_x, *from_h, *reset;
} direction;

static float recurrent_clipped(const direction* d, float x) {
    return x > d->limit ? d->limit : x < -d->limit ? -d->limit : x;
}

/* Function number f of the layer, of a sum that is clipped first. */
static float recurrent_apply(const direction* d, int f, float x) {
    const float alpha = d->numbers[2 * f], beta = d->numbers[2 * f + 1];
    x = recurrent_clipped(d, x);
    switch (d->functions[f]) {
        case QUILLET_SIGMOID:
            return quillet_sigmoid_f32(x);
        case QUILLET_TANH:
            return quillet_tanh_f32(x);
        case QUILLET_RELU:
            return x > 0 ? x : 0;
        case QUILLET_AFFINE:
            return alpha * x + beta;
        case QUILLET_LEAKY_RELU:
            return x < 0 ? alpha * x : x;
        case QUILLET_THRESHOLDED_RELU:
            return x > alpha ? x : 0;
        case QUILLET_SCALED_TANH:
            return alpha * quillet_tanh_f32(beta * x);
        case QUILLET_HARD_SIGMOID:
            return fmaxf(0, fminf(1, alpha * x + beta));
        case QUILLET_ELU:
            return x > 0 ? x : alpha * expm1f(x);
        case QUILLET_SOFTSIGN:
            return x / (1 + fabsf(x));
        default:
            return fmaxf(0, x) + log1pf(quillet_exp_f32(-fabsf(x)));
    }
}

static float recurrent_dot(const float* a, const float* b, int32_t count) {
    float sum = 0;
    for (int32_t i = 0; i < count; i++) sum += a[i] * b[i];
    return sum;
}

static void recurrent_gru(const direction* d, float* h) {
    const int32_t H = d->layer->hidden;
    const float* b = d->bias + 3 * H;
    for (int32_t i = 0; i < H; i++)
        d->reset[i] = recurrent_apply(d, 0, d->from_x[H + i] + d->from_h[H + i]) *
                      (d->layer->linear_before_reset ? 1 : h[i]);
    for (int32_t i = 0; i < H; i++) {
        const float z = recurrent_apply(d, 0, d->from_x[i] + d->from_h[i]);
        const float recurrent =
            d->layer->linear_before_reset
                ? d->reset[i] * d->from_h[2 * H + i]
                : recurrent_dot(d->R + (2 * H + i) * H, d->reset, H) + b[2 * H + i];
        const float n = recurrent_apply(d, 1, d->from_x[2 * H + i] + recurrent);
        d->from_h[i] = n + z * (h[i] - n);
    }
    memcpy(h, d->from_h, (size_t)H * sizeof *h);
}

static void recurrent_lstm(const direction* d, float* h, float* c) {
    const int32_t H = d->layer->hidden;
    for (int32_t k = 0; k < H; k++) {
        const float* p = d->peephole;
        const float i = recurrent_apply(d, 0, d->from_x[k] + d->from_h[k] + p[k] * c[k]);
        const float f =
            d->layer->input_forget
                ? 1 - i
                : recurrent_apply(
                      d, 0, d->from_x[2 * H + k] + d->from_h[2 * H + k] + p[2 * H + k] * c[k]);
        const float g = recurrent_apply(d, 1, d->from_x[3 * H + k] + d->from_h[3 * H + k]);
        const float next = f * c[k] + i * g;
        const float o =
            recurrent_apply(d, 0, d->from_x[H + k] + d->from_h[H + k] + p[H + k] * next);
        c[k] = next;
        h[k] = o * recurrent_apply(d, 2, next);
    }
}

static void recurrent_step(const direction* d, const float* x, float* h, float* c) {
    const quillet_recurrence* layer = d->layer;
    const int32_t rows = layer->cell * layer->hidden;
    for (int32_t row = 0; row < rows; row++) {
        d->from_x[row] = recurrent_dot(d->W + row * layer->inputs, x, layer->inputs) + d->bias[row];
        d->from_h[row] =
            recurrent_dot(d->R + row * layer->hidden, h, layer->hidden) + d->bias[rows + row];
    }
    if (layer->cell == 3) {
        recurrent_gru(d, h);
    } else if (layer->cell == 4) {
        recurrent_lstm(d, h, c);
    } else {
        for (int32_t i = 0; i < rows; i++)
            h[i] = recurrent_apply(d, 0, d->from_x[i] + d->from_h[i]);
    }
}

void quillet_recurrent_f32(float* y, float* h, float* c, float* scratch, const float* x,
                           const float* W, const float* R, const float* bias, const float* peephole,
                           const int32_t* lengths, const float* numbers, const int32_t* table) {
    quillet_recurrence layer;
    memcpy(&layer, table, sizeof layer);
    const int32_t rows = layer.cell * layer.hidden;
    for (int32_t way = 0; way < layer.directions; way++) {
        direction d = {&layer,
                       W + way * rows * layer.inputs,
                       R + way * rows * layer.hidden,
                       bias + way * 2 * rows,
                       peephole + way * 3 * layer.hidden,
                       numbers + 1 + 6 * way,
                       layer.functions + 3 * way,
                       numbers[0],
                       scratch,
                       scratch + rows,
                       scratch + 2 * rows};
        const int backwards = way == 1 || layer.reverse;
        for (int32_t line = 0; line < layer.lines; line++) {
            float* state = h + way * layer.state_direction + line * layer.state_line;
            float* cell = c + way * layer.state_direction + line * layer.state_line;
            int32_t length = lengths[line] < 0             ? 0
                             : lengths[line] < layer.steps ? lengths[line]
                                                           : layer.steps;
            for (int32_t t = 0; t < layer.steps; t++) {
                const int32_t at = backwards && t < length ? length - 1 - t : t;
                float* to = y + at * layer.y_step + line * layer.y_line + way * layer.y_direction;
                if (t < length) {
                    recurrent_step(&d, x + at * layer.x_step + line * layer.x_line, state, cell);
                    memcpy(to, state, (size_t)layer.hidden * sizeof *to);
                } else {
                    memset(to, 0, (size_t)layer.hidden * sizeof *to);
                }
            }
        }
    }
}
