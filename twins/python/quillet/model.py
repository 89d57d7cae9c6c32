"""Runs an ONNX model one character at a time with numpy, operator by operator.

SPDX-License-Identifier: MIT
"""
import json

import numpy as np

from .onnx import OnnxError, read_onnx
from .operators import DTYPES, OPERATORS, SEVERAL_OUTPUTS, Site, array_of

LOGIT_LIMIT = float(1 << 24)
_ABSENT, _UNUSED = 0, 1  # slots: an input that is left out, outputs that nobody reads


def q10(logits):
    """The contract's integers of `logits` (contract 2): floats times 1024, rounded half away from zero, clamped."""
    if logits.dtype.kind == "f":
        scaled = logits.astype(np.float64) * 1024.0
        rounded = np.trunc(scaled + np.copysign(0.5, scaled))
        logits = np.fmax(np.fmin(rounded, LOGIT_LIMIT), -LOGIT_LIMIT).astype(np.int64)  # not a number: the lowest
    return logits.ravel().tolist()


def _bind(function, values, reads, writes, several):
    """A call without arguments that runs `function` from the slots `reads` of `values` to the slots `writes`;
    `several` where it returns a tuple."""
    if several:
        def run():
            for slot, result in zip(writes, function(*[values[slot] for slot in reads])):
                values[slot] = result
        return run
    to, = writes
    if len(reads) == 1:
        a, = reads

        def run():
            values[to] = function(values[a])
    elif len(reads) == 2:
        a, b = reads

        def run():
            values[to] = function(values[a], values[b])
    else:
        def run():
            values[to] = function(*[values[slot] for slot in reads])
    return run


class Model:
    """A model with its states; inputs and outputs as docs/FORMATS.md says: the token, then the states, and the logits,
    then the next states in the same order."""

    def __init__(self, data, name="model"):
        """`data`: the ONNX file's bytes; `name` is it in errors. Raises OnnxError."""
        try:
            graph = read_onnx(data)
        except OnnxError as error:
            raise OnnxError(f"{name}: {error}") from error
        self.name, self.metadata = name, graph.metadata
        self.alphabet = graph.metadata.get("quillet.alphabet", "")
        if "\n" not in self.alphabet or len(graph.inputs) != len(graph.outputs):
            raise OnnxError(f"{name}: is not a Quillet model: it has no alphabet or its states do not pair up")
        self.line_token = self.alphabet.index("\n")
        self._compile(graph)
        self._token_type = DTYPES[graph.inputs[0].type]
        self._token_shape = [abs(size) for size in graph.inputs[0].shape]
        self._tokens = [np.full(self._token_shape, i, self._token_type) for i in range(len(self.alphabet))]
        self._zeros = [np.zeros([abs(size) for size in value.shape], DTYPES[value.type]) for value in graph.inputs[1:]]
        self.reset()

    @classmethod
    def of_file(cls, path):
        with open(path, "rb") as file:
            return cls(file.read(), str(path))

    def _compile(self, graph):
        """Turns nodes into calls over a list of values; those with constant inputs alone run now."""
        values, slots = [None, None], {"": _ABSENT}
        constants = {name: array_of(tensor) for name, tensor in graph.constants.items()}

        def slot_of(name):
            if name not in slots:
                slots[name] = len(values)
                values.append(constants.get(name))
            return slots[name]

        self._inputs = [slot_of(value.name) for value in graph.inputs]
        self._program = []
        for node in graph.nodes:
            function = self._operator(node, graph.opset, constants)
            reads = [slot_of(name) for name in node.inputs]
            writes = [slot_of(name) if name else _UNUSED for name in node.outputs]
            run = _bind(function, values, reads, writes, node.op in SEVERAL_OUTPUTS)
            if all(name == "" or name in constants for name in node.inputs):
                run()
                constants.update((name, values[slots[name]]) for name in node.outputs if name)
            else:
                self._program.append(run)
        missing = [value.name for value in graph.outputs if value.name not in slots]
        if missing:
            raise OnnxError(f"{self.name}: output {missing[0]!r} is made by no node")
        self._values = values
        self.outputs = [value.name for value in graph.outputs]
        self.output_types = [value.type for value in graph.outputs]
        self._outputs = [slots[name] for name in self.outputs]

    def _operator(self, node, opset, constants):
        where = f"{self.name}: node {node.name!r}: operator {node.op} (opset {opset})"
        if node.domain not in ("", "ai.onnx") or node.op not in OPERATORS:
            raise OnnxError(f"{where} is not supported")
        site = Site(node.attributes, opset, node.inputs, [constants.get(name) for name in node.inputs])
        try:
            return OPERATORS[node.op](site)
        except (ValueError, KeyError, IndexError) as error:
            raise OnnxError(f"{where}: {error}") from error

    def settings(self):
        """The sampling settings that the file recommends, as a dict; empty where it has none."""
        return json.loads(self.metadata.get("quillet.sampling", "{}"))

    def reset(self):
        """All states zero."""
        self._states = self._zeros

    def step(self, token):
        """Feeds `token`; returns the logits, a list of Q10 integers."""
        values = self._values
        values[self._inputs[0]] = self._tokens[token]
        for slot, state in zip(self._inputs[1:], self._states):
            values[slot] = state
        for run in self._program:
            run()
        self._states = [values[slot] for slot in self._outputs[1:]]
        return q10(values[self._outputs[0]])

    def output(self, index):
        """The array of output `index` after the last step."""
        return self._values[self._outputs[index]]
