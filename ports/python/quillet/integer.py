"""The cells of integer models in numpy, by the formulas of docs/integer.md: exact, and many times faster than node by node.

SPDX-License-Identifier: MIT
"""
import re

import numpy as np

from .onnx import OnnxError
from .operators import array_of

_C_LIMIT = 65535      # of an LSTM's cell state
_FLOAT_EXACT = 1 << 24  # float32 holds every integer up to it, so sums below it are exact in any order


def _asr(x, k):
    """x shifted right by k, 1 at least, rounded; no intermediate leaves 32 bits, as whoever made the model has proven."""
    return ((x >> (k - 1)) + 1) >> 1


def _look_up(table, x):
    """table[clip(asr(x, 4), -512, 511) + 512] of pre-activations, Q10."""
    return table[np.minimum(np.maximum(_asr(x, 4), -512), 511) + 512]


class _Scales:
    """asr(m * x, k), where k may be 0."""

    def __init__(self, m, divisor):
        k = np.log2(divisor).astype(np.int32)
        left = (k == 0).astype(np.int32)
        self._m, self._k = m << left, k + left - 1

    def __call__(self, x, at=slice(None)):
        return (((x * self._m[at]) >> self._k[at]) + 1) >> 1


class _Matrix:
    """Weights, stored by columns in the file, with a scale a row."""

    def __init__(self, take, name):
        q = take(name)
        small = int(np.abs(q.astype(np.int64)).sum(axis=0).max()) * 127 < _FLOAT_EXACT
        self._type = np.float32 if small else np.float64
        self._weights = np.ascontiguousarray(q.T.astype(self._type))
        self._scales = _Scales(take(name + "_m"), take(name + "_divisor"))

    def times(self, x):
        """The product with x in Q10."""
        return self._scales((self._weights @ x.astype(self._type)).astype(np.int32))


class _Table:
    """Rows by tokens."""

    def __init__(self, take, name):
        self._rows, self._scales = take(name).astype(np.int32), _Scales(take(name + "_m"), take(name + "_divisor"))

    def row(self, token):
        """In Q10."""
        return self._scales(self._rows[token], token)


class _Skips:
    """What a layer or the logits read besides the layer below: of lower layers by matrices, of the token by a table."""

    def __init__(self, constants, take, name, layers):
        self._table = _Table(take, name + "_token") if name + "_token" in constants else None
        self._parts = [(layer, _Matrix(take, f"{name}_{i}")) for i, layer in enumerate(layers) if f"{name}_{i}" in constants]

    def added(self, g, token):
        if self._table:
            g = g + self._table.row(token)
        for layer, matrix in self._parts:
            g = g + matrix.times(layer.x)
        return g


class _Layer:
    """A layer with its states: h and, of an LSTM, c, none where it keeps none; x is h in 8 bits."""

    def __init__(self, constants, take, name, layers, keeps_state):
        self._below = layers[-1] if layers else None
        self._recurrent = _Matrix(take, name + ".R") if keeps_state else None
        self._input = _Matrix(take, name + ".W") if layers else None
        self._skips = _Skips(constants, take, name + ".W", layers)
        self._bias = take(name + ".b")
        self._sigmoid, self._tanh = (take(table).astype(np.int32) if table in constants else None
                                     for table in ("sigmoid_table", "tanh_table"))
        self.hidden = take(name + ".R").shape[0] if keeps_state else len(self._bias)
        self.reset()

    def reset(self):
        self.h = self.c = self.x = np.zeros(self.hidden, np.int32)

    def step(self, token, row):
        """`row`: the token's row of the input table in Q10."""
        read = row if self._input is None else self._input.times(self._below.x)
        if self._recurrent is None:
            self._advance(read, self._skips.added(self._bias, token))
        else:
            self._advance(self._recurrent.times(self.x), self._skips.added(read + self._bias, token))
        self.x = (self.h + 128) >> 8

    @property
    def states(self):
        return [] if self._recurrent is None else [self.h]


class _Gru(_Layer):
    def __init__(self, constants, take, name, *rest):
        super().__init__(constants, take, name, *rest)
        self._b_hn = take(name + ".b_hn")

    def _advance(self, p, g):
        two = 2 * self.hidden
        zr = _look_up(self._sigmoid, p[:two] + g[:two])
        z, r = zr[:self.hidden], zr[self.hidden:]
        n = _look_up(self._tanh, g[two:] + _asr(r * (p[two:] + self._b_hn), 14))
        self.h = n + _asr(z * (self.h - n), 14)


class _Lstm(_Layer):
    def _advance(self, p, g):
        pre, hidden = p + g, self.hidden
        iof = _look_up(self._sigmoid, pre[:3 * hidden])
        added = _asr(iof[:hidden] * _look_up(self._tanh, pre[3 * hidden:]), 3)
        c = _asr(iof[2 * hidden:] * self.c + added, 14)
        self.c = np.minimum(np.maximum(c, -_C_LIMIT), _C_LIMIT)
        bent = self._tanh[np.minimum(np.maximum(_asr(self.c * 129, 13), -512), 511) + 512]
        self.h = _asr(iof[hidden:2 * hidden] * bent, 14)

    @property
    def states(self):
        return [self.h, self.c]


class _Rnn(_Layer):
    def _advance(self, p, g):
        self.h = _look_up(self._tanh, p + g)


class _RnnRelu(_Layer):
    def _advance(self, p, g):
        self.h = _asr(np.minimum(np.maximum(p + g, 0), 1024) * 127, 2)


# By the name of a layer without its number; the second says whether it keeps a state.
_CELLS = {"gru": (_Gru, True), "lstm": (_Lstm, True), "rnn": (_Rnn, True), "rnn_relu": (_RnnRelu, True), "tanh": (_Rnn, False),
          "relu": (_RnnRelu, False)}


class IntegerCells:
    """What an integer model (integer-1) computes, taken from the constants of its graph."""

    def __init__(self, graph, name="model"):
        def take(key):
            if key not in graph.constants:
                raise OnnxError(f"{name}: has no constant '{key}'")
            return array_of(graph.constants[key])

        found = (re.fullmatch(r"(\w+?)(\d*)\.b", key) for key in graph.constants)
        self._layers = []
        for name in sorted((each for each in found if each and each[1] in _CELLS), key=lambda each: int(each[2] or 0)):
            kind, keeps_state = _CELLS[name[1]]
            self._layers.append(kind(graph.constants, take, name[1] + name[2], list(self._layers), keeps_state))
        self._table = _Table(take, "table")
        self._output, self._bias = _Matrix(take, "output.weight"), take("output.bias")
        self._skips = _Skips(graph.constants, take, "output.weight", self._layers)

    def reset(self):
        """All states zero."""
        for layer in self._layers:
            layer.reset()

    def step(self, token):
        """Feeds `token`; returns the logits (1, V) and the states (1, 1, H), int32, in the file's order."""
        row = self._table.row(token)
        for layer in self._layers:
            layer.step(token, row)
        logits = self._skips.added(self._output.times(self._layers[-1].x) + self._bias, token)
        return [logits[None]] + [state[None, None] for layer in self._layers for state in layer.states]
