#!/usr/bin/env python3
"""Writes tests/vectors/gradients.json: loss and gradients of small networks by PyTorch's nn.GRU and nn.LSTM.

Run once, with a Python that has torch (Debian: python3-torch); the tests read the file and need no torch.
SPDX-License-Identifier: MIT
"""
import json
import pathlib

import numpy
import torch

OUT = pathlib.Path(__file__).resolve().parent.parent / "tests/vectors/gradients.json"
# PyTorch's gates, as ONNX orders them: z, r, h of r, z, n; i, o, f, c of i, f, g, o.
ONNX_ORDER = {"gru": (1, 0, 2), "lstm": (0, 3, 1, 2)}
CASES = [
    {"cell": cell, "layers": layers, "embedding": embedding, "hidden": hidden, "vocabulary": 6, "streams": 3, "steps": 9}
    for cell in ("gru", "lstm")
    for layers, embedding, hidden in ((1, 0, 5), (2, 4, 4))
]


class Network(torch.nn.Module):
    def __init__(self, case):
        super().__init__()
        recurrent = {"gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[case["cell"]]
        width = case["embedding"] or case["vocabulary"]
        self.case = case
        self.embedding = torch.nn.Embedding(case["vocabulary"], width)
        if not case["embedding"]:
            self.embedding.weight = torch.nn.Parameter(torch.eye(width), requires_grad=False)
        self.recurrent = recurrent(width, case["hidden"], case["layers"])
        self.output = torch.nn.Linear(case["hidden"], case["vocabulary"])

    def loss(self, tokens, targets):
        """Mean cross entropy; the state is zero where token 0, the line token, begins a line."""
        shape = (self.case["layers"], self.case["streams"], self.case["hidden"])
        states = [torch.zeros(shape) for _ in range(1 if self.case["cell"] == "gru" else 2)]
        logits = []
        for row in tokens:
            keep = (row != 0).float()[None, :, None]
            states = [state * keep for state in states]
            state = states[0] if len(states) == 1 else tuple(states)
            out, state = self.recurrent(self.embedding(row)[None], state)
            states = [state] if len(states) == 1 else list(state)
            logits.append(self.output(out[0]))
        return torch.nn.functional.cross_entropy(torch.cat(logits), targets.reshape(-1))


def reordered(case, tensor):
    gates = tensor.reshape(-1, case["hidden"], *tensor.shape[1:])
    return torch.cat([gates[i] for i in ONNX_ORDER[case["cell"]]])


def named(case, network, value):
    """value(parameter) under our names and in our order; the one-hot table has a row a token."""
    tensors = {"embedding": value(network.embedding.weight)} if case["embedding"] else {}
    for i in range(case["layers"]):
        for ours, theirs in (("W", "weight_ih"), ("R", "weight_hh"), ("Wb", "bias_ih"), ("Rb", "bias_hh")):
            tensor = reordered(case, value(getattr(network.recurrent, f"{theirs}_l{i}")))
            tensors[f"layers.{i}.{ours}"] = tensor.T if ours == "W" and i == 0 and not case["embedding"] else tensor
    tensors["output"] = value(network.output.weight)
    tensors["output_bias"] = value(network.output.bias)
    return {name: [float(f"{x:.8g}") for x in tensor.reshape(-1).tolist()] for name, tensor in tensors.items()}


def run(case, seed):
    torch.manual_seed(seed)
    random = numpy.random.RandomState(seed)
    network = Network(case)
    tokens = torch.tensor(random.randint(0, case["vocabulary"], (case["steps"], case["streams"])))
    targets = torch.tensor(random.randint(0, case["vocabulary"], (case["steps"], case["streams"])))
    parameters = named(case, network, lambda parameter: parameter.detach())
    loss = network.loss(tokens, targets)
    loss.backward()
    return {
        **case,
        "tokens": tokens.reshape(-1).tolist(),
        "targets": targets.reshape(-1).tolist(),
        "parameters": parameters,
        "loss": loss.item(),
        "gradients": named(case, network, lambda parameter: parameter.grad),
    }


def main():
    cases = [run(case, seed) for seed, case in enumerate(CASES)]
    record = {"about": "time-major tokens and targets, token 0 starts a line; gates in ONNX order; made by "
                       f"tools/make_torch_gradients.py with torch {torch.__version__}", "cases": cases}
    OUT.write_text(json.dumps(record, indent=1).replace(",\n    ", ", ").replace("[\n    ", "[") + "\n")


main()
