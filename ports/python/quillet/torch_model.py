"""Runs a recurrent model by PyTorch's own nn.GRU, nn.LSTM and nn.RNN with the ONNX file's weights.

SPDX-License-Identifier: MIT
Gates: ONNX's GRU has z, r, h where PyTorch has r, z, n; its LSTM i, o, f, c where PyTorch has i, f, g, o.
"""
import numpy as np
import torch

from .model import q10
from .onnx import read_onnx
from .operators import array_of
from .tokenizer import Tokenizer

_GATES = {"GRU": (1, 0, 2), "LSTM": (0, 2, 3, 1), "RNN": (0,)}  # PyTorch's gates as indices of ONNX's
_MODULES = {"GRU": torch.nn.GRU, "LSTM": torch.nn.LSTM, "RNN": torch.nn.RNN}


class CannotRun(Exception):
    """The model has no counterpart among PyTorch's modules."""


def _gates_in_order(array, op, hidden):
    return np.concatenate([array[gate * hidden:(gate + 1) * hidden] for gate in _GATES[op]])


def _layer(node, constants):
    """nn.GRU, nn.LSTM or nn.RNN of one layer."""
    if node.op == "GRU" and not node.attributes.get("linear_before_reset", 0):
        raise CannotRun("nn.GRU resets after the multiplication; this GRU before it")
    w, r = constants[node.inputs[1]][0], constants[node.inputs[2]][0]
    rows, hidden = r.shape
    bias = constants[node.inputs[3]][0] if len(node.inputs) > 3 and node.inputs[3] else np.zeros(2 * rows, w.dtype)
    more = {"nonlinearity": "relu"} if node.op == "RNN" and node.attributes.get("activations") == [b"Relu"] else {}
    layer = _MODULES[node.op](w.shape[1], hidden, **more)
    values = {"weight_ih_l0": w, "weight_hh_l0": r, "bias_ih_l0": bias[:rows], "bias_hh_l0": bias[rows:]}
    layer.load_state_dict({name: torch.from_numpy(_gates_in_order(value, node.op, hidden))
                           for name, value in values.items()})
    return layer


def _before(graph, name):
    """The node that makes the value `name`, seen through operators that only change shapes."""
    for node in graph.nodes:
        if name in node.outputs:
            shape_only = node.op in ("Squeeze", "Unsqueeze", "Reshape", "Identity", "Flatten")
            return _before(graph, node.inputs[0]) if shape_only else node
    return None


def _input_table(graph, constants, first):
    """(V, I): what the first layer is fed, by token."""
    node = _before(graph, first.inputs[0])
    if node is not None and node.op == "Gather" and node.inputs[0] in constants:
        return constants[node.inputs[0]]
    if node is not None and node.op == "OneHot":
        return np.eye(int(constants[node.inputs[1]].ravel()[0]), dtype=np.float32)
    raise CannotRun("the first layer is fed neither one-hot rows nor an embedding")


def _output_layer(graph, constants):
    """nn.Linear of logits = W h + b."""
    last = _before(graph, graph.outputs[0].name)
    if last is not None and last.op == "Add":
        bias = next((constants[name] for name in last.inputs if name in constants), None)
        product = next((_before(graph, name) for name in last.inputs if name not in constants), None)
        if bias is not None and product is not None and product.op == "MatMul":
            weight = constants[product.inputs[1]].T
            linear = torch.nn.Linear(weight.shape[1], weight.shape[0])
            linear.load_state_dict({"weight": torch.from_numpy(weight.copy()), "bias": torch.from_numpy(bias.ravel())})
            return linear
    raise CannotRun("the logits are not a product and a bias")


class TorchModel:
    """As model.Model, by PyTorch. Raises CannotRun for a model that is not a stack of GRU, LSTM or RNN."""

    def __init__(self, data):
        torch.set_num_threads(1)
        torch.set_grad_enabled(False)
        graph = read_onnx(data)
        self.line_token = Tokenizer(graph.metadata).line_token
        constants = {name: array_of(tensor) for name, tensor in graph.constants.items()}
        nodes = [node for node in graph.nodes if node.op in _MODULES]
        if not nodes:
            raise CannotRun("PyTorch has modules for float GRU, LSTM and RNN alone")
        self._layers = [_layer(node, constants) for node in nodes]
        self._table = torch.from_numpy(np.array(_input_table(graph, constants, nodes[0])))
        self._linear = _output_layer(graph, constants)
        self.outputs = [value.name for value in graph.outputs]
        self.output_types = [value.type for value in graph.outputs]
        self._places = [(index, part) for index, node in enumerate(nodes) for part in range(1 + (node.op == "LSTM"))]
        names = [name for node in nodes for name in node.outputs[1:] if name]
        if names != self.outputs[1:]:
            raise CannotRun("the states are not those of the layers, in their order")
        self.reset()

    @classmethod
    def of_file(cls, path):
        with open(path, "rb") as file:
            return cls(file.read())

    def reset(self):
        self._states = [None] * len(self._layers)

    def step(self, token):
        x = self._table[token][None, None]
        for index, layer in enumerate(self._layers):
            x, self._states[index] = layer(x, self._states[index])
        self._logits = self._linear(x[0])
        return q10(self._logits.numpy())

    def output(self, index):
        if index == 0:
            return self._logits.numpy()
        layer, part = self._places[index - 1]
        state = self._states[layer]
        return (state[part] if isinstance(state, tuple) else state).numpy()
