// The GPU's kernels between the matrix products, each a function object called once an element or
// once a row; compiled for the host as well, where the tests hold them to the CPU's gradients.
// SPDX-License-Identifier: MIT
#pragma once

#include "train/gpu_portable.h"

namespace quillet::train::gpu {

// What changes from window to window, in device memory, so that a recorded window can be replayed.
struct Controls {
    uint64_t dropout_place = 0;  // names the window's dropout, Dropout::place
    uint64_t recurrent_place =
        0;                     // names the window's recurrent dropout, before the layer's number
    float gradient_scale = 0;  // of the loss
    float beta1 = 0, beta2 = 0, epsilon = 0;
    float step_size = 0;           // learning rate / (1 - beta1^t)
    float inverse_correction = 0;  // 1 / (1 - beta2^t)
    float clip = 0;                // the gradient's largest norm
    float decay = 1;               // factor of matrices a step
    float average_share = 0;       // of the parameters in their running mean, 0: none is kept
};

struct Results {
    double loss = 0;          // sum of -ln p(target) over counted tokens
    double squared_norm = 0;  // of the gradient, before clipping
};

// A window's tokens, (steps, streams).
struct WindowTokens {
    const uint8_t *tokens, *targets, *counted;
    int line_token, streams;

    // Whether a line starts with row `row`: nothing before it counts.
    QUILLET_BOTH bool starts(int64_t row) const { return tokens[row] == line_token; }
};

// table[v, g] = rows[v, g] + the biases that do not pass through the reset gate. An element each.
struct AddBias {
    const float *rows, *Wb, *Rb;
    float* to;
    int gates, joined;  // columns; below `joined` Rb belongs to the input's side

    QUILLET_BOTH void operator()(int64_t i) const {
        const int64_t g = i % gates;
        to[i] = (rows ? rows[i] : 0.f) + Wb[g] + (g < joined ? Rb[g] : 0.f);
    }
};

// What the recurrent cells share: where a step finds its inputs and leaves its results.
struct CellStep {
    WindowTokens window;
    int64_t first_row;  // of the step
    int64_t rows;       // of the window
    int hidden;
    const float* table;    // (V, G): layer 0's inputs by token, or null
    const float* inputs;   // (rows, G): other layers' inputs
    const float* product;  // (streams, G): R times `before`
    const float* Rb;       // (G)
    float* before;         // (rows, H): h before each step, zero where a line starts
    float* before_c;       // (rows, H), LSTM
    float* h;              // (rows, H): after each step
    float* c;              // (rows, H), LSTM
    float* work;           // (rows, 4H): the gates, then their gradients

    QUILLET_BOTH const float* input(int64_t row, int gates) const {
        return table ? table + static_cast<int64_t>(window.tokens[row]) * gates
                     : inputs + row * gates;
    }
    // Leaves the new h where the next step and the outputs look for it.
    QUILLET_BOTH void put_h(int64_t row, int j, float value) const {
        h[row * hidden + j] = value;
        const int64_t next = row + window.streams;
        if (next >= rows) return;
        before[next * hidden + j] = window.starts(next) ? 0.f : value;
    }
    QUILLET_BOTH void put_c(int64_t row, int j, float value) const {
        c[row * hidden + j] = value;
        const int64_t next = row + window.streams;
        if (next < rows) before_c[next * hidden + j] = window.starts(next) ? 0.f : value;
    }
};

// The states that a window starts from, zero where a line starts. An element of (streams, H) each.
struct FirstState {
    WindowTokens window;
    int hidden;
    const float *last_h, *last_c;
    float *before, *before_c;

    QUILLET_BOTH void operator()(int64_t i) const {
        const bool starts = window.starts(i / hidden);
        before[i] = starts ? 0.f : last_h[i];
        if (last_c) before_c[i] = starts ? 0.f : last_c[i];
    }
};

// What a backward step shares. An element of (streams, H) each.
struct CellBack {
    WindowTokens window;
    int64_t first_row, rows;
    int hidden;
    const Controls* controls;
    int layer;
    float dropout;             // rate
    const float* dout;         // (rows, H): by the layer's output
    const float* recurrent;    // (streams, H): by h, what comes through R of the step after
    float *carry_h, *carry_c;  // (streams, H): by h and c, what comes without a product
    const float *before, *before_c, *c;
    float* work;

    // dL/dh of element (s, j) at this step; `carried` tells whether the step after belongs to the
    // same line.
    QUILLET_BOTH float dh(int64_t s, int j, bool& carried) const {
        const int64_t row = first_row + s, next = row + window.streams;
        carried = next < rows && !window.starts(next);
        float value = dout[row * hidden + j];
        if (dropout > 0) {
            const uint64_t in_window = static_cast<uint64_t>(row);
            const uint64_t place =
                mixed(mixed(controls->dropout_place + static_cast<uint64_t>(layer)) ^ in_window);
            value *= dropout_factor(place, j, dropout);
        }
        if (carried) value += carry_h[s * hidden + j] + recurrent[s * hidden + j];
        return value;
    }
};

// The cells' formulas, with the work rows of cells/gru_step.h and its like.
struct GruForward {
    CellStep at;

    QUILLET_BOTH void operator()(int64_t i) const {
        const int H = at.hidden, j = static_cast<int>(i % H);
        const int64_t s = i / H, row = at.first_row + s;
        const float *x = at.input(row, 3 * H), *p = at.product + s * 3 * H;
        const float z = sigmoid_of(x[j] + p[j]), r = sigmoid_of(x[H + j] + p[H + j]);
        const float q = p[2 * H + j] + at.Rb[2 * H + j];
        const float n = tanh_of(x[2 * H + j] + r * q);
        at.put_h(row, j, n + z * (at.before[row * H + j] - n));
        float* work = at.work + row * 4 * H;
        work[j] = n, work[H + j] = z, work[2 * H + j] = r, work[3 * H + j] = q;
    }
};

struct GruBackward {
    CellBack at;

    QUILLET_BOTH void operator()(int64_t i) const {
        const int H = at.hidden, j = static_cast<int>(i % H);
        const int64_t s = i / H, row = at.first_row + s;
        bool carried;
        const float dh = at.dh(s, j, carried), before = at.before[row * H + j];
        float* work = at.work + row * 4 * H;
        const float n = work[j], z = work[H + j], r = work[2 * H + j], q = work[3 * H + j];
        const float dn = dh * (1 - z) * (1 - n * n);
        at.carry_h[i] = dh * z;
        work[H + j] = dh * (before - n) * z * (1 - z);
        work[2 * H + j] = dn * q * r * (1 - r);
        work[j] = dn;
        work[3 * H + j] = dn * r;
    }
};

struct LstmForward {
    CellStep at;

    QUILLET_BOTH void operator()(int64_t i) const {
        const int H = at.hidden, j = static_cast<int>(i % H);
        const int64_t s = i / H, row = at.first_row + s;
        const float *x = at.input(row, 4 * H), *p = at.product + s * 4 * H;
        const float in = sigmoid_of(x[j] + p[j]), out = sigmoid_of(x[H + j] + p[H + j]);
        const float forget = sigmoid_of(x[2 * H + j] + p[2 * H + j]);
        const float g = tanh_of(x[3 * H + j] + p[3 * H + j]);
        const float c = forget * at.before_c[row * H + j] + in * g;
        at.put_c(row, j, c);
        at.put_h(row, j, out * tanh_of(c));
        float* work = at.work + row * 4 * H;
        work[j] = in, work[H + j] = out, work[2 * H + j] = forget, work[3 * H + j] = g;
    }
};

struct LstmBackward {
    CellBack at;

    QUILLET_BOTH void operator()(int64_t i) const {
        const int H = at.hidden, j = static_cast<int>(i % H);
        const int64_t s = i / H, row = at.first_row + s;
        bool carried;
        const float dh = at.dh(s, j, carried), before = at.before_c[row * H + j];
        float* work = at.work + row * 4 * H;
        const float in = work[j], out = work[H + j], forget = work[2 * H + j], g = work[3 * H + j];
        const float t = tanh_of(at.c[row * H + j]);
        const float dc = (carried ? at.carry_c[i] : 0.f) + dh * out * (1 - t * t);
        at.carry_c[i] = dc * forget;
        at.carry_h[i] = 0;
        work[j] = dc * g * in * (1 - in);
        work[H + j] = dh * t * out * (1 - out);
        work[2 * H + j] = dc * before * forget * (1 - forget);
        work[3 * H + j] = dc * in * (1 - g * g);
    }
};

// What the layer above sees of h: dropped. An element of (rows, H) each.
struct MakeOutput {
    const Controls* controls;
    int hidden, layer;
    float dropout;
    const float* h;
    float* to;

    QUILLET_BOTH void operator()(int64_t i) const {
        const auto row = static_cast<uint64_t>(i / hidden);
        const uint64_t place =
            mixed(mixed(controls->dropout_place + static_cast<uint64_t>(layer)) ^ row);
        to[i] = dropout > 0 ? h[i] * dropout_factor(place, i % hidden, dropout) : h[i];
    }
};

// Softmax and cross entropy: leaves scale * (p - [target]) in the logits, zero where a row does not
// count, and the row's loss. A row each.
struct Softmax {
    WindowTokens window;
    const Controls* controls;
    const float* bias;  // (V)
    int vocabulary;
    float* logits;  // (rows, V)
    float* losses;  // (rows)

    QUILLET_BOTH void operator()(int64_t row, Lanes lanes) const {
        float* p = logits + row * vocabulary;
        float most = -3.4e38f;
        for (int v = lanes.index; v < vocabulary; v += lanes.count) {
            p[v] += bias[v];
            most = p[v] > most ? p[v] : most;
        }
        most = lanes.largest(most);
        const int target = window.targets[row];
        double own = 0, at_target = 0;
        for (int v = lanes.index; v < vocabulary; v += lanes.count) {
            if (v == target) at_target = most - p[v];
            p[v] = exp_of(p[v] - most);
            own += p[v];
        }
        const double sum = lanes.sum(own), loss = lanes.sum(at_target);
        const bool counts = window.counted[row] != 0;
        const float scale = counts ? controls->gradient_scale : 0.f;
        const float share = scale / static_cast<float>(sum);
        for (int v = lanes.index; v < vocabulary; v += lanes.count)
            p[v] = p[v] * share - (v == target ? scale : 0.f);
        if (lanes.index == 0) losses[row] = counts ? static_cast<float>(loss + log(sum)) : 0.f;
    }
};

// onehot[row, v] = 1 where row's token is v. An element each.
struct OneHot {
    WindowTokens window;
    int vocabulary;
    float* to;

    QUILLET_BOTH void operator()(int64_t i) const {
        to[i] = window.tokens[i / vocabulary] == i % vocabulary ? 1.f : 0.f;
    }
};

struct Fill {
    float* to;
    float value;

    QUILLET_BOTH void operator()(int64_t i) const { to[i] = value; }
};

// to[row] = the sum of values (or of their squares) of block `row`. A row each.
struct SumBlocks {
    static constexpr int64_t kBlock = 4096;
    const float* values;
    int64_t count;
    bool squares;
    double* to;

    QUILLET_BOTH static int64_t blocks(int64_t count) { return (count + kBlock - 1) / kBlock; }
    QUILLET_BOTH void operator()(int64_t row, Lanes lanes) const {
        const int64_t begin = row * kBlock, all = begin + kBlock, end = all < count ? all : count;
        double own = 0;
        for (int64_t i = begin + lanes.index; i < end; i += lanes.count) {
            const double value = values[i];
            own += squares ? value * value : value;
        }
        const double sum = lanes.sum(own);
        if (lanes.index == 0) to[row] = sum;
    }
};

// The last of both sums, one row alone.
struct SumResults {
    const double *losses, *squares;
    int64_t loss_count, square_count;
    Results* to;

    QUILLET_BOTH void operator()(int64_t, Lanes lanes) const {
        double loss = 0, square = 0;
        for (int64_t i = lanes.index; i < loss_count; i += lanes.count) loss += losses[i];
        for (int64_t i = lanes.index; i < square_count; i += lanes.count) square += squares[i];
        loss = lanes.sum(loss), square = lanes.sum(square);
        if (lanes.index == 0) to->loss = loss, to->squared_norm = square;
    }
};

// Recurrent dropout of a layer's R, in the weights that are used and in the gradient alike. An
// element each.
struct DropRecurrent {
    const Controls* controls;
    int layer;
    float rate;
    const float* from;
    float* to;

    QUILLET_BOTH void operator()(int64_t i) const {
        const uint64_t place = mixed(controls->recurrent_place) + static_cast<uint64_t>(layer);
        to[i] = from[i] * dropout_factor(mixed(place), i, rate);
    }
};

// AdamW with clipping, and the running mean of the parameters. An element each.
struct AdamStep {
    const Controls* controls;
    const Results* results;
    const uint8_t* is_matrix;
    const float* gradient;
    float *parameters, *mean, *square, *averaged;

    QUILLET_BOTH void operator()(int64_t i) const {
        const Controls& by = *controls;
        const double norm = sqrt(results->squared_norm);
        const float scale = norm > by.clip ? static_cast<float>(by.clip / norm) : 1.f;
        const float g = gradient[i] * scale;
        const float m = by.beta1 * mean[i] + (1 - by.beta1) * g;
        const float v = by.beta2 * square[i] + (1 - by.beta2) * g * g;
        mean[i] = m, square[i] = v;
        const float move = by.step_size * m / (sqrtf(v * by.inverse_correction) + by.epsilon);
        const float p = parameters[i] * (is_matrix[i] ? by.decay : 1.f) - move;
        parameters[i] = p;
        if (averaged) averaged[i] += by.average_share * (p - averaged[i]);
    }
};

}  // namespace quillet::train::gpu
