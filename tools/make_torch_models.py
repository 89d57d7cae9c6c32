#!/usr/bin/python3
"""Exports tiny character models from PyTorch to ONNX as people do, with PyTorch's own outputs beside each.

  tools/make_torch_models.py              the few of tests/models/ and of tests/models/pytorch/ again (needs torch; any of 1.13 and later)
  tools/make_torch_models.py --all DIR    every combination, to try the reader with
  tools/make_torch_models.py --people DIR 75 exports as different people make them, for tests/torch_models.py QUILLET DIR
  tools/make_torch_models.py --stacks DIR more of them: nn.RNN, residuals, skips, functions between layers, mixed cells and sizes
  QUILLET_TORCH_MODELS=DIR graph_test --gtest_filter='TorchModels*'

Each NAME.onnx has a NAME.json: {"torch", "opset", "runs": [{"inputs": {name: {"shape", "values"}}, "outputs": …}]}.
SPDX-License-Identifier: MIT
"""
import argparse
import itertools
import json
import pathlib
import sys
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


# Models as people write them: each is (name, module, inputs, input names, output names, opset, more export options).

SIZE, ALPHABET = 8, "\nabcdefghij ."


def zeros(layers=1, hidden=SIZE):
    return torch.zeros(layers, 1, hidden)


class Net(nn.Module):
    """Embedding or one-hot, nn.GRU, nn.LSTM or nn.RNN, then `head`; states as they stand in the arguments."""

    def __init__(self, cell="gru", layers=1, embeds=True, batch_first=False, head=None, order="token first", **more):
        super().__init__()
        self.embedding = nn.Embedding(len(ALPHABET), 6) if embeds else None
        kind = {"gru": nn.GRU, "lstm": nn.LSTM, "rnn": nn.RNN}[cell]
        self.rnn = kind(6 if embeds else len(ALPHABET), SIZE, layers, batch_first=batch_first, **more)
        self.head = head or nn.Linear(SIZE, len(ALPHABET))
        self.lstm, self.order = cell == "lstm", order

    def embed(self, token):
        if self.embedding is not None:
            return self.embedding(token)
        return nn.functional.one_hot(token, len(ALPHABET)).float() if token.dtype == torch.int64 else token

    def forward(self, *inputs):
        if self.order == "state first":
            inputs = (inputs[-1], *inputs[:-1])
        state = None if len(inputs) == 1 else tuple(inputs[1:]) if self.lstm else inputs[1]
        y, state = self.rnn(self.embed(inputs[0]), state)
        if len(inputs) == 1:
            return self.head(y)
        states = tuple(state) if self.lstm else (state,)
        if self.order == "swapped":
            states = states[::-1]
        return (self.head(y), *states)


class Separate(Net):
    """One state input for each layer."""

    def forward(self, token, *states):
        n = self.rnn.num_layers
        state = (torch.cat(states[:n]), torch.cat(states[n:])) if self.lstm else torch.cat(states)
        y, state = self.rnn(self.embed(token), state)
        parts = [p for s in (state if self.lstm else (state,)) for p in s.split(1)]
        return (self.head(y), *parts)


class Cells(nn.Module):
    def __init__(self, kind, layers=1):
        super().__init__()
        self.embedding = nn.Embedding(len(ALPHABET), 6)
        self.cells = nn.ModuleList(kind(6 if i == 0 else SIZE, SIZE) for i in range(layers))
        self.head = nn.Linear(SIZE, len(ALPHABET))
        self.lstm = kind is nn.LSTMCell

    def forward(self, token, *states):
        x, after, n = self.embedding(token), [], len(self.cells)
        for i, cell in enumerate(self.cells):
            state = cell(x, (states[i], states[n + i]) if self.lstm else states[i])
            after.append(state if self.lstm else (state,))
            x = after[-1][0]
        return (self.head(x), *(a[k] for k in range(2 if self.lstm else 1) for a in after))


class Residual(Net):
    def forward(self, token, h):
        x = self.embed(token)
        y, h = self.rnn(x, h)
        return self.head(y + nn.functional.pad(x, (0, SIZE - 6))), h


class Elman(nn.Module):
    """The tutorial's RNN: one linear layer from [x, h] to h, another to the output."""

    def __init__(self):
        super().__init__()
        self.i2h = nn.Linear(len(ALPHABET) + SIZE, SIZE)
        self.h2o = nn.Linear(SIZE, len(ALPHABET))

    def forward(self, x, h):
        h = torch.tanh(self.i2h(torch.cat((x, h), 1)))
        return torch.log_softmax(self.h2o(h), 1), h


class Half(Net):
    def __init__(self):
        super().__init__()
        self.table = nn.Parameter(self.embedding.weight.detach().half(), requires_grad=False)

    def embed(self, token):
        return nn.functional.embedding(token, self.table.float())


class Attention(nn.Module):
    """One block of a transformer that sees one token."""

    def __init__(self):
        super().__init__()
        self.embedding, self.qkv = nn.Embedding(len(ALPHABET), SIZE), nn.Linear(SIZE, 3 * SIZE)
        self.norm, self.head = nn.LayerNorm(SIZE), nn.Linear(SIZE, len(ALPHABET))

    def forward(self, token, memory):
        x = self.embedding(token)
        q, k, v = self.qkv(self.norm(x)).chunk(3, -1)
        memory = 0.9 * memory + 0.1 * v
        a = torch.softmax(q @ k.transpose(-1, -2) / SIZE ** 0.5, -1) @ memory
        return self.head(x + a), memory


def people():
    token = torch.zeros(1, 1, dtype=torch.int64)

    def with_states(name, module, states, names=None, opset=17, first=token, **more):
        names = names or (["h", "c"] if len(states) == 2 and getattr(module, "lstm", False) else [f"h{i}" for i in range(len(states))])
        return name, module, (first, *states), ["token", *names], ["logits", *(n + "_next" for n in names)], opset, more

    head = lambda *middle: nn.Sequential(*middle, nn.Linear(SIZE, len(ALPHABET)))
    state = {"gru": lambda n: (zeros(n),), "lstm": lambda n: (zeros(n), zeros(n)), "rnn": lambda n: (zeros(n),)}
    for cell in ("gru", "lstm"):
        for layers in (1, 2, 3):
            for embeds in (True, False):
                for batch_first in (False, True):
                    yield with_states(f"{cell}{layers}-{'embedding' if embeds else 'onehot'}{'-batchfirst' if batch_first else ''}",
                                      Net(cell, layers, embeds, batch_first), state[cell](layers))
        for opset in (9, 10, 11, 12, 13, 14, 16):
            yield with_states(f"{cell}1-opset{opset}", Net(cell), state[cell](1), opset=opset)
        yield with_states(f"{cell}1-logsoftmax", Net(cell, head=head().append(nn.LogSoftmax(-1))), state[cell](1))
        yield with_states(f"{cell}1-softmax", Net(cell, head=head().append(nn.Softmax(-1))), state[cell](1))
        yield with_states(f"{cell}1-projection", Net(cell, head=head(nn.Linear(SIZE, SIZE))), state[cell](1))
        yield with_states(f"{cell}1-float-onehot", Net(cell, embeds=False), state[cell](1), first=torch.zeros(1, 1, len(ALPHABET)))
        name, module, inputs, names, outputs, opset, more = with_states("", Net(cell), state[cell](1))
        yield f"{cell}1-dynamic", module, inputs, names, outputs, opset, {
            "dynamic_axes": {"token": {0: "sequence", 1: "batch"}} | {n: {1: "batch"} for n in names[1:] + outputs[1:]}}
        module = Net(cell)
        module.embedding = nn.Embedding(len(ALPHABET), SIZE)
        module.rnn = type(module.rnn)(SIZE, SIZE)
        module.head.weight = module.embedding.weight
        yield with_states(f"{cell}1-tied", module, state[cell](1))
        yield with_states(f"{cell}2-separate", Separate(cell, 2), tuple(zeros() for _ in range(2 if cell == "gru" else 4)),
                          [f"{s}{i}" for s in ("h" if cell == "gru" else "hc") for i in range(2)])
    for kind, layers in ((nn.GRUCell, 1), (nn.GRUCell, 2), (nn.LSTMCell, 1), (nn.LSTMCell, 2), (nn.RNNCell, 1)):
        count = layers * (2 if kind is nn.LSTMCell else 1)
        names = [f"{s}{i}" for s in ("hc" if kind is nn.LSTMCell else "h") for i in range(layers)]
        yield with_states(f"{kind.__name__.lower()}-{layers}", Cells(kind, layers), tuple(torch.zeros(1, SIZE) for _ in range(count)),
                          names, first=torch.zeros(1, dtype=torch.int64))
    yield "gru1-state-first", Net(order="state first"), (zeros(), token), ["h", "token"], ["logits", "h_next"], 17, {}
    yield "lstm1-swapped", Net("lstm", order="swapped"), (token, zeros(), zeros()), ["token", "h", "c"], ["logits", "c_next", "h_next"], 17, {}
    yield with_states("gru1-half-weights", Half(), state["gru"](1))
    yield with_states("rnn1-tanh", Net("rnn"), state["rnn"](1))
    yield with_states("rnn1-opset13", Net("rnn"), state["rnn"](1), opset=13)
    yield with_states("rnn1-batchfirst", Net("rnn", batch_first=True), state["rnn"](1))
    yield with_states("rnn2-tanh", Net("rnn", 2), state["rnn"](2))
    yield with_states("rnn1-relu", Net("rnn", nonlinearity="relu"), state["rnn"](1))
    yield with_states("gru1-residual", Residual(), state["gru"](1))
    yield with_states("gru1-layernorm", Net(head=head(nn.LayerNorm(SIZE))), state["gru"](1))
    yield with_states("gru1-gelu", Net(head=head(nn.Linear(SIZE, SIZE), nn.GELU())), state["gru"](1))
    yield with_states("gru1-relu", Net(head=head(nn.ReLU())), state["gru"](1))
    yield with_states("gru1-silu", Net(head=head(nn.SiLU())), state["gru"](1))
    yield "elman-tutorial", Elman(), (torch.zeros(1, len(ALPHABET)), torch.zeros(1, SIZE)), ["x", "hidden"], ["output", "hidden_next"], 17, {}
    yield with_states("attention", Attention(), (torch.zeros(1, 1, SIZE),))
    yield "gru1-no-state", Net(), (token,), ["token"], ["logits"], 17, {}
    yield "lstm1-no-state", Net("lstm"), (token,), ["token"], ["logits"], 17, {}
    yield with_states("gru1-bidirectional", Net(head=nn.Linear(2 * SIZE, len(ALPHABET)), bidirectional=True), state["gru"](2))


class Stack(nn.Module):
    """Cells of any kinds and sizes; `join(inputs, h)` is what the next layer reads, `top(inputs, every)` what the head does.

    `inputs` holds what each layer reads and what the last one's join makes, `every` the embedding's row and each layer's h.
    """

    def __init__(self, kinds, sizes, head, join=None, top=None, widths=None, embedding=SIZE, before=None, **more):
        super().__init__()
        self.embedding, self.before = nn.Embedding(len(ALPHABET), embedding), before
        widths = widths or [embedding, *sizes[:-1]]
        self.cells = nn.ModuleList(kind(width, size, **more) for kind, width, size in zip(kinds, widths, sizes))
        self.head, self.join, self.top = head, join or (lambda inputs, h: h), top or (lambda inputs, every: every[-1])

    def forward(self, token, *states):
        x = self.embedding(token)
        x = self.before(x) if self.before else x
        inputs, every, after = [x], [x], []
        for cell in self.cells:
            lstm = isinstance(cell, nn.LSTMCell)
            state = cell(inputs[-1], (states[len(after)], states[len(after) + 1]) if lstm else states[len(after)])
            after += state if lstm else [state]
            every.append(state[0] if lstm else state)
            inputs.append(self.join(inputs, every[-1]))
        return (self.head(self.top(inputs, every)), *after)

    def states(self):
        """Names and zeros, layer by layer."""
        for i, cell in enumerate(self.cells):
            for name in ("h", "c") if isinstance(cell, nn.LSTMCell) else ("h",):
                yield f"{name}{i}", torch.zeros(1, cell.hidden_size)


class Tied(nn.Module):
    """A projection and the embedding's own table to the logits."""

    def __init__(self, embedding, *middle):
        super().__init__()
        self.middle, self.table = nn.Sequential(*middle), embedding.weight

    def forward(self, h):
        return self.middle(h) @ self.table.t()


def stacks():
    """As people(); weights are drawn with the deviation that "std" says, 0.5 where it is not there."""
    gru, lstm, rnn = nn.GRUCell, nn.LSTMCell, nn.RNNCell
    letters, functional = len(ALPHABET), nn.functional

    def stack(name, kinds, head=None, sizes=None, std=0.5, **more):
        sizes = sizes or [SIZE] * len(kinds)
        module = Stack(kinds, sizes, head or nn.Linear(sizes[-1], letters), **more)
        module.std = std
        names, states = zip(*module.states())
        return name, module, (torch.zeros(1, dtype=torch.int64), *states), ["token", *names], ["logits", *(n + "_next" for n in names)], 17, {}

    def net(name, module, *states, std=0.5, first=None):
        module.std = std
        names = ["h", "c"] if module.lstm else ["h"]
        first = torch.zeros(1, 1, dtype=torch.int64) if first is None else first
        return name, module, (first, *states), ["token", *names], ["logits", *(n + "_next" for n in names)], 17, {}

    def head(*middle, width=SIZE):
        return nn.Sequential(*middle, nn.Linear(width, letters))

    residual = lambda inputs, h: h + inputs[-1]
    last_input = lambda inputs, every: inputs[-1]
    for name, kind in (("gru", gru), ("lstm", lstm), ("rnn", rnn)):
        for layers in (2, 3):
            yield stack(f"{name}{layers}-residual", [kind] * layers, join=residual, top=last_input)
        yield stack(f"{name}2-residual-scaled", [kind] * 2, join=lambda inputs, h: 0.5 * (h + inputs[-1]), top=last_input)
        yield stack(f"{name}3-sum-to-output", [kind] * 3, top=lambda inputs, every: every[1] + every[2] + every[3])
        yield stack(f"{name}2-all-to-output", [kind] * 2, head=nn.Linear(3 * SIZE, letters), top=lambda inputs, every: torch.cat(every, -1))
        yield stack(f"{name}3-dense", [kind] * 3, widths=[SIZE, 2 * SIZE, 3 * SIZE], join=lambda inputs, h: torch.cat((inputs[-1], h), -1))
        yield stack(f"{name}2-relu-between", [kind] * 2, join=lambda inputs, h: functional.relu(h))
        yield stack(f"{name}2-tanh-between", [kind] * 2, join=lambda inputs, h: torch.tanh(h))
        yield stack(f"{name}1-mlp-relu", [kind], head=head(nn.Linear(SIZE, 10), nn.ReLU(), width=10))
        yield stack(f"{name}1-mlp-tanh", [kind], head=head(nn.Linear(SIZE, 5), nn.Tanh(), width=5))
        yield stack(f"{name}1-mlp-two", [kind], head=head(nn.Linear(SIZE, 10), nn.ReLU(), nn.Linear(10, 6), nn.Tanh(), width=6))
        yield stack(f"{name}1-input-mlp", [kind], before=nn.Sequential(nn.Linear(SIZE, 9), nn.ReLU(), nn.Linear(9, SIZE)))
        yield stack(f"{name}1-projections", [kind], head=head(nn.Linear(SIZE, 5), nn.Linear(5, 7), width=7))
        yield stack(f"{name}1-dropout", [kind], head=head(nn.Dropout(0.5)))
        tied = stack(f"{name}1-tied-projection", [kind], sizes=[11])
        tied[1].head = Tied(tied[1].embedding, nn.Linear(11, SIZE))
        yield tied
    yield stack("gru-lstm-rnn", [gru, lstm, rnn])
    yield stack("lstm-sizes", [lstm, lstm], sizes=[12, 5])
    yield stack("gru-sizes-residual-input", [gru, gru], sizes=[12, SIZE], top=lambda inputs, every: every[0] + every[2])
    yield stack("rnn-relu-cell", [rnn], nonlinearity="relu", std=0.3)
    yield stack("rnn-relu-cells", [rnn, rnn], nonlinearity="relu", std=0.25, join=residual, top=last_input)
    yield stack("gru1-mlp-residual", [gru], head=nn.Linear(SIZE, letters), top=lambda inputs, every: every[1] + functional.relu(every[1] * 0.7))
    yield net("rnn1-relu-calm", Net("rnn", nonlinearity="relu"), zeros(), std=0.3)
    yield net("rnn2-relu-calm", Net("rnn", 2, embeds=False, nonlinearity="relu"), zeros(2), std=0.3)
    yield net("rnn3-onehot", Net("rnn", 3, embeds=False), zeros(3))
    yield net("rnn2-float-onehot", Net("rnn", 2, embeds=False, batch_first=True), zeros(2), first=torch.zeros(1, 1, letters))
    yield net("rnn1-logsoftmax", Net("rnn", head=head().append(nn.LogSoftmax(-1))), zeros())
    yield net("lstm3-mlp", Net("lstm", 3, head=head(nn.Linear(SIZE, 9), nn.ReLU(), width=9)), zeros(3), zeros(3))
    yield stack("gru1-leaky", [gru], head=head(nn.Linear(SIZE, 10), nn.LeakyReLU(), width=10))
    yield stack("gru1-relu6", [gru], head=head(nn.Linear(SIZE, 10), nn.ReLU6(), width=10))
    yield stack("gru1-sigmoid", [gru], head=head(nn.Linear(SIZE, 10), nn.Sigmoid(), width=10))
    yield stack("gru2-gated", [gru, gru], join=lambda inputs, h: h * torch.sigmoid(inputs[-1]))
    yield stack("gru2-layernorm", [gru, gru], join=lambda inputs, h: functional.layer_norm(h + inputs[-1], [SIZE], torch.ones(SIZE), torch.zeros(SIZE)))
    yield stack("gru2-side-by-side", [gru, gru], join=lambda inputs, h: inputs[0], top=lambda inputs, every: every[1] + every[2])


def text_and_bits(module, inputs, names):
    """A line of 30 characters and its bits a character by the module itself, states carried on; None where it has none."""
    place = next(i for i, n in enumerate(names) if n in ("token", "x"))
    if len(inputs) < 2:
        return None
    tokens = [0] + torch.randint(1, len(ALPHABET), (30,)).tolist()
    states, bits = [s for i, s in enumerate(inputs) if i != place], 0.0
    for at, token in enumerate(tokens):
        first = inputs[place]
        if first.dtype == torch.int64:
            x = torch.full_like(first, token)
        else:
            x = nn.functional.one_hot(torch.tensor(token), len(ALPHABET)).float().reshape(first.shape)
        with torch.no_grad():
            logits, *states = module(*[x if i == place else states[i - (i > place)] for i in range(len(names))])
        if getattr(module, "order", "") == "swapped":
            states = states[::-1]
        scores = logits.flatten().double()
        if torch.all(scores >= 0) and abs(scores.sum() - 1) < 1e-4:
            scores = scores.log()
        bits -= torch.log_softmax(scores, 0)[tokens[(at + 1) % len(tokens)]].item() / 0.6931471805599453
    return "".join(ALPHABET[t] for t in tokens[1:]), bits / len(tokens)


def export_people(folder, only=None, models=people):
    """All of `models` into `folder`, or those named in `only`; the weights of each are the same either way."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for number, (name, module, inputs, names, outputs, opset, more) in enumerate(models()):
        if only is not None and name not in only:
            continue
        torch.manual_seed(number)
        for parameter in module.parameters():
            if parameter.dtype == torch.float32:
                nn.init.normal_(parameter, std=getattr(module, "std", 0.5))
        module.eval()
        torch.onnx.export(module, inputs, str(folder / f"{name}.onnx"), input_names=names, output_names=outputs,
                          opset_version=opset, **more)
        result = text_and_bits(module, inputs, names)
        record = {"alphabet": ALPHABET, "text": result and result[0], "bits_per_character": result and result[1]}
        (folder / f"{name}.json").write_text(json.dumps(record) + "\n")
        count += 1
    print(f"{count} models in {folder}")


def export_author():
    """The first device's model as its author exports it, without its weights: tests/author/author_test.py draws some."""
    sys.path.insert(0, str(ROOT / "tests"))
    from onnx_writer import with_weights
    model = Net("lstm", 3)
    model.embedding, model.rnn, model.head = nn.Embedding(71, 72), nn.LSTM(72, 96, 3), nn.Linear(96, 71)
    state = torch.zeros(3, 1, 96)
    path = ROOT / "tests/author/model.onnx"
    torch.onnx.export(model.eval(), (torch.zeros(1, 1, dtype=torch.int64), state, state), str(path), opset_version=17,
                      input_names=["token", "h", "c"], output_names=["logits", "h_next", "c_next"])
    path.write_bytes(with_weights(path.read_bytes(), lambda name, count: b""))
    print(f"{path.stat().st_size} bytes in {path}")


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
    parser.add_argument("--people", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--stacks", type=pathlib.Path, metavar="DIR")
    options = parser.parse_args()
    folder = options.all
    warnings.simplefilter("ignore")
    if options.people:
        return export_people(options.people)
    if options.stacks:
        return export_people(options.stacks, models=stacks)
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
    if not options.all:
        kept = ROOT / "tests/models/pytorch"
        export_people(kept, {path.stem for path in kept.glob("*.onnx")})
        export_people(kept, {path.stem for path in kept.glob("*.onnx")}, stacks)
        export_author()
    for reason, forms in failed.items():
        print(f"PyTorch could not export {len(forms)}, the first {forms[0]}: {reason}")


main()
