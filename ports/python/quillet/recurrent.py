"""ONNX's operators GRU, LSTM and RNN in numpy, one direction.

SPDX-License-Identifier: MIT
Source: ONNX operators GRU-14, LSTM-14 and RNN-14. S steps, B lines, I inputs, H hidden units; gates z, r, h (GRU) and
i, o, f, c (LSTM). X (S, B, I), W (1, G*H, I), R (1, G*H, H), bias (1, 2*G*H), states (1, B, H).
"""
import numpy as np

_HALF = np.float32(0.5)


def sigmoid(x):
    return np.tanh(x * _HALF) * _HALF + _HALF


def _check(site, activations):
    """Raises ValueError for an attribute or input that this reader does not do."""
    attributes = site.attributes
    given = [name.decode() for name in attributes.get("activations", [])] or activations
    for wrong, what in ((attributes.get("direction", b"forward") != b"forward", "direction"),
                        (attributes.get("layout", 0) != 0, "layout"),
                        (attributes.get("input_forget", 0) != 0, "input_forget"),
                        ("clip" in attributes, "clip"),
                        (given != activations, "activations"),
                        (site.has_input(4), "sequence_lens"),
                        (site.has_input(7), "peepholes")):
        if wrong:
            raise NotImplementedError(f"{what} other than the default is not supported")
    for index, name in ((1, "W"), (2, "R")):
        if site.constant(index) is None:
            raise NotImplementedError(f"{name} is not a constant")


def _weights(site, gates):
    """W and R transposed, (I, G*H) and (H, G*H), the two halves of the bias, and H."""
    w, r = site.constant(1)[0], site.constant(2)[0]
    hidden = r.shape[1]
    bias = site.constant(3)
    bias = np.zeros(2 * gates * hidden, r.dtype) if bias is None else bias[0]
    return (np.ascontiguousarray(w.T), np.ascontiguousarray(r.T), bias[:gates * hidden], bias[gates * hidden:], hidden)


def _over_steps(step, hidden, count=1):
    """The operator of `step`, (row of X, `count` states) -> the next states, whose first is the row of Y."""
    def run(x, w, r, bias=None, lengths=None, *begin):
        begin += (None,) * (count - len(begin))
        states = [np.zeros((x.shape[1], hidden), x.dtype) if state is None else state[0] for state in begin]
        rows = []
        for row in x:
            states = step(row, *states)
            rows.append(states[0][None])
        return (rows[0][None] if len(rows) == 1 else np.stack(rows)), *(state[None] for state in states)

    return run


def make_gru(site):
    """(X, W, R, bias, -, h) -> Y (S, 1, B, H), the last h (1, B, H)."""
    _check(site, ["Sigmoid", "Tanh"])
    wt, rt, wb, rb, hidden = _weights(site, 3)
    before_reset = site.attributes.get("linear_before_reset", 0) != 0
    two = 2 * hidden

    def step(x, h):
        g, p = x @ wt + wb, h @ rt + rb
        zr = sigmoid(g[:, :two] + p[:, :two])
        z, r = zr[:, :hidden], zr[:, hidden:]
        inner = r * p[:, two:] if before_reset else (r * h) @ rt[:, two:] + rb[two:]
        n = np.tanh(g[:, two:] + inner)
        return (n + z * (h - n),)

    return _over_steps(step, hidden)


def make_rnn(site):
    """(X, W, R, bias, -, h) -> Y (S, 1, B, H), the last h (1, B, H)."""
    relu = site.attributes.get("activations") == [b"Relu"]
    _check(site, ["Relu" if relu else "Tanh"])
    wt, rt, wb, rb, hidden = _weights(site, 1)
    bias_sum = wb + rb

    def step(x, h):
        pre = x @ wt + h @ rt + bias_sum
        return (np.maximum(pre, 0) if relu else np.tanh(pre),)

    return _over_steps(step, hidden)


def make_lstm(site):
    """(X, W, R, bias, -, h, c) -> Y (S, 1, B, H), the last h and c (1, B, H)."""
    _check(site, ["Sigmoid", "Tanh", "Tanh"])
    wt, rt, wb, rb, hidden = _weights(site, 4)
    bias_sum, three = wb + rb, 3 * hidden

    def step(x, h, c):
        g = x @ wt + h @ rt + bias_sum
        iof = sigmoid(g[:, :three])
        c = iof[:, 2 * hidden:] * c + iof[:, :hidden] * np.tanh(g[:, three:])
        return iof[:, hidden:2 * hidden] * np.tanh(c), c

    return _over_steps(step, hidden, 2)
