"""Runs an ONNX model one token at a time with numpy: integer models by their cells, others operator by operator.

SPDX-License-Identifier: MIT
"""
import json

import numpy as np

from .integer import IntegerCells
from .onnx import OnnxError, check_format, read_onnx
from .operators import DTYPES
from .program import Program
from .tokenizer import Tokenizer

LOGIT_LIMIT = float(1 << 24)


def q10(logits):
    """The contract's integers of `logits` (contract 2): floats times 1024, rounded half away from zero, clamped."""
    if logits.dtype.kind == "f":
        scaled = logits.astype(np.float64) * 1024.0
        rounded = np.trunc(scaled + np.copysign(0.5, scaled))
        logits = np.fmin(np.fmax(rounded, -LOGIT_LIMIT), LOGIT_LIMIT).astype(np.int64)  # not a number: the lowest
    return logits.ravel().tolist()


def _zeros(value):
    """An array for the input `value`; one for a dimension that the file leaves open."""
    return np.zeros([abs(size) for size in value.shape], DTYPES[value.type])


class Model:
    """A model with its states; inputs and outputs as docs/FORMATS.md says: the token, then the states, and the logits,
    then the next states in the same order."""

    def __init__(self, data, name="model", by_operators=False):
        """`data`: the ONNX file's bytes; `name` is it in errors; `by_operators`: integer models as well. Raises OnnxError."""
        try:
            graph = read_onnx(data)
            check_format(graph.metadata)
            self.tokenizer = Tokenizer(graph.metadata)
        except OnnxError as error:
            raise OnnxError(f"{name}: {error}") from error
        self.name, self.metadata = name, graph.metadata
        if len(graph.inputs) != len(graph.outputs):
            raise OnnxError(f"{name}: is no Quillet model: its states do not pair up")
        self.alphabet, self.line_token = self.tokenizer.pieces, self.tokenizer.line_token
        is_integer = self.metadata.get("quillet.format") == "integer-1" and not by_operators
        self._cells = IntegerCells(graph, name) if is_integer else None
        self._program = None if is_integer else Program(graph, name)
        self.outputs = [value.name for value in graph.outputs]
        self.output_types = [value.type for value in graph.outputs]
        self._zeros = [_zeros(value) for value in graph.inputs]
        self._tokens = [self._zeros[0] + self._zeros[0].dtype.type(token) for token in range(len(self.alphabet))]
        self.reset()

    @classmethod
    def of_file(cls, path):
        with open(path, "rb") as file:
            return cls(file.read(), str(path))

    def settings(self):
        """The sampling settings that the file recommends, as a dict; empty where it has none. Raises OnnxError."""
        try:
            found = json.loads(self.metadata.get("quillet.sampling") or "{}")
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise OnnxError(f"{self.name}: metadata quillet.sampling: is not a JSON object")
        return {name: value for name, value in found.items() if value is not None}

    def reset(self):
        """All states zero."""
        self._states = self._zeros[1:]
        if self._cells:
            self._cells.reset()

    def step(self, token):
        """Feeds `token`; returns the logits, a list of Q10 integers."""
        self._last = self._cells.step(token) if self._cells else self._program.run([self._tokens[token], *self._states])
        self._states = self._last[1:]
        return q10(self._last[0])

    def output(self, index):
        """The array of output `index` after the last step."""
        return self._last[index]
