"""An ONNX graph as a list of numpy calls.

SPDX-License-Identifier: MIT
"""
import numpy as np

from .onnx import NoOperator, OnnxError
from .operators import OPERATORS, SEVERAL_OUTPUTS, Site, array_of

_ABSENT, _UNUSED = 0, 1  # slots: an input that is left out, outputs that nobody reads


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


class Program:
    """A graph whose nodes are made into calls once; those with constant inputs alone have run already."""

    def __init__(self, graph, name):
        """`name` is the file in errors. Raises OnnxError."""
        self._name, self._values, slots = name, [None, None], {"": _ABSENT}
        constants = {key: array_of(tensor) for key, tensor in graph.constants.items()}

        def slot_of(value):
            if value not in slots:
                slots[value] = len(self._values)
                self._values.append(constants.get(value))
            return slots[value]

        self._inputs = [slot_of(value.name) for value in graph.inputs]
        self._calls = []
        for node in graph.nodes:
            function = self._operator(node, graph.opset, constants)
            reads = [slot_of(value) for value in node.inputs]
            writes = [slot_of(value) if value else _UNUSED for value in node.outputs]
            call = _bind(function, self._values, reads, writes, node.op in SEVERAL_OUTPUTS)
            if all(value == "" or value in constants for value in node.inputs):
                call()
                constants.update((value, self._values[slots[value]]) for value in node.outputs if value)
            else:
                self._calls.append(call)
        for value in graph.outputs:
            if value.name not in slots:
                raise OnnxError(f"{name}: output {value.name!r} is made by no node")
        self._outputs = [slots[value.name] for value in graph.outputs]

    def _operator(self, node, opset, constants):
        where = f"{self._name}: node {node.name!r}: operator {node.op} (opset {opset})"
        if node.domain not in ("", "ai.onnx") or node.op not in OPERATORS:
            raise NoOperator(f"the Python port has no operator {node.op} ({self._name}: node {node.name!r})")
        site = Site(node.attributes, opset, node.inputs, [constants.get(value) for value in node.inputs])
        try:
            return OPERATORS[node.op](site)
        except NotImplementedError as error:
            raise NoOperator(f"the Python port has no such {node.op} ({self._name}: node {node.name!r}): {error}") from error
        except (ValueError, KeyError, IndexError) as error:
            raise OnnxError(f"{where}: {error}") from error

    def run(self, inputs):
        """The outputs, a list of arrays, from `inputs`, an array each, both in the graph's order."""
        values = self._values
        for slot, array in zip(self._inputs, inputs):
            values[slot] = array
        for call in self._calls:
            call()
        return [values[slot] for slot in self._outputs]
