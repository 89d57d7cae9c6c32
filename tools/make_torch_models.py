#!/usr/bin/python3
"""Exports tiny character models from PyTorch to ONNX as people do, with PyTorch's own outputs beside each.

  tools/make_torch_models.py              the few of tests/models/ again (needs torch; any of 1.13 and later)
  tools/make_torch_models.py --all DIR    every combination, to try the reader with
  QUILLET_TORCH_MODELS=DIR graph_test --gtest_filter='TorchModels*'

Each NAME.onnx has a NAME.json: {"torch", "opset", "runs": [{"inputs": {name: {"shape", "values"}}, "outputs": …}]}.
SPDX-License-Identifier: MIT
"""
import argparse
import itertools
import json
import pathlib
import warnings

import torch
from torch import nn

VOCABULARY, HIDDEN, EMBEDDING = 12, 8, 6
ROOT = pathlib.Path(__file__).resolve().parent.parent


class CharacterModel(nn.Module):
    """Tokens to logits; the state goes in and out as tensors where `passes_state`, and starts at zero elsewhere."""

    def __init__(self, cell, layers, embeds, passes_state, batch_first):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, EMBEDDING) if embeds else None
        kind = {"gru": nn.GRU, "lstm": nn.LSTM, "rnn": nn.RNN}[cell]
        self.rnn = kind(EMBEDDING if embeds else VOCABULARY, HIDDEN, layers, batch_first=batch_first)
        self.output = nn.Linear(HIDDEN, VOCABULARY)
        self.cell, self.layers, self.passes_state, self.batch_first = cell, layers, passes_state, batch_first

    def forward(self, token, *state):
        x = self.embedding(token) if self.embedding else nn.functional.one_hot(token, VOCABULARY).float()
        if not self.passes_state:
            return self.output(self.rnn(x)[0])
        y, after = self.rnn(x, state if self.cell == "lstm" else state[0])
        return (self.output(y), *after) if self.cell == "lstm" else (self.output(y), after)

    def state_names(self):
        return ([] if not self.passes_state else ["h", "c"] if self.cell == "lstm" else ["h"])

    def example(self, batch, sequence):
        shape = (batch, sequence) if self.batch_first else (sequence, batch)
        token = torch.randint(VOCABULARY, shape)
        return (token, *(torch.randn(self.layers, batch, HIDDEN) for _ in self.state_names()))


def described(tensor):
    return {"shape": list(tensor.shape), "values": [round(v, 9) for v in tensor.flatten().tolist()]}


def vectors(model, inputs, outputs, sizes):
    """Runs of PyTorch itself, for each (batch, sequence) of `sizes`."""
    for batch, sequence in sizes:
        example = model.example(batch, sequence)
        with torch.no_grad():
            result = model(*example)
        result = result if isinstance(result, tuple) else (result,)
        yield {"inputs": {n: described(t) for n, t in zip(inputs, example)},
               "outputs": {n: described(t) for n, t in zip(outputs, result)}}


def export(folder, cell, layers, embeds, passes_state, batch_first, dynamic, opset):
    torch.manual_seed(opset)
    name = f"{cell}{layers}-{'embedding' if embeds else 'onehot'}-{'state' if passes_state else 'zero'}" \
           f"{'-batchfirst' if batch_first else ''}{'-dynamic' if dynamic else ''}-opset{opset}"
    model = CharacterModel(cell, layers, embeds, passes_state, batch_first).eval()
    states = model.state_names()
    inputs, outputs = ["token", *states], ["logits", *(s + "_next" for s in states)]
    axes = {0: "batch", 1: "sequence"} if batch_first else {0: "sequence", 1: "batch"}
    dynamic_axes = {"token": axes, "logits": axes} | {n: {1: "batch"} for n in inputs[1:] + outputs[1:]}
    path = folder / f"{name}.onnx"
    torch.onnx.export(model, model.example(1, 1), str(path), input_names=inputs, output_names=outputs,
                      opset_version=opset, dynamic_axes=dynamic_axes if dynamic else None)
    sizes = [(1, 1), (2, 3)] if dynamic else [(1, 1)] * 2
    record = {"torch": torch.__version__, "opset": opset, "runs": list(vectors(model, inputs, outputs, sizes))}
    path.with_suffix(".json").write_text(json.dumps(record) + "\n")
    return path


KEPT = [  # cell, layers, embeds, passes_state, batch_first, dynamic, opset
    ("gru", 1, True, True, False, False, 17),
    ("gru", 2, True, True, True, True, 14),
    ("lstm", 1, False, True, False, False, 11),
    ("lstm", 2, True, False, True, True, 12),
    ("gru", 1, False, False, False, True, 9),
    ("lstm", 1, True, True, True, False, 7),
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", type=pathlib.Path, metavar="DIR")
    folder = parser.parse_args().all
    warnings.simplefilter("ignore")
    flags = [False, True]
    grid = itertools.product(["gru", "lstm", "rnn"], [1, 2], flags, flags, flags, flags, range(7, 18)) if folder else KEPT
    folder = folder or ROOT / "tests/models"
    folder.mkdir(parents=True, exist_ok=True)
    done, failed = 0, {}
    for form in grid:
        try:
            export(folder, *form)
            done += 1
        except Exception as error:  # PyTorch has no symbolic for some operators at old opsets
            failed.setdefault(str(error).splitlines()[0][:120], []).append(form)
    print(f"{done} models in {folder}")
    for reason, forms in failed.items():
        print(f"PyTorch could not export {len(forms)}, the first {forms[0]}: {reason}")


main()
