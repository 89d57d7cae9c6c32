#!/usr/bin/env python3
"""Writes weights of pretrain.py as a float model that quillet reads (docs/model-file.md): to_onnx.py WEIGHTS.npz OUT.onnx KEY=VALUE...

SPDX-License-Identifier: MIT

KEY=VALUE: metadata, for example quillet.licence=CC0.
"""
import json
import sys

import numpy as np


def varint(n):
    out = b""
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


def field(number, value):
    """A field of a protocol buffer: an integer, or bytes, or text."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


FLOAT, INT64 = 1, 7


def tensor(name, array):
    kind = INT64 if array.dtype == np.int64 else FLOAT
    dims = b"".join(field(1, d) for d in array.shape)
    return dims + field(2, kind) + field(8, name) + field(9, np.ascontiguousarray(array).tobytes())


def value(name, kind, *shape):
    dims = b"".join(field(1, field(1, d)) for d in shape)
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, dims)))


def node(operator, name, inputs, outputs, **attributes):
    out = b"".join(field(1, i) for i in inputs) + b"".join(field(2, o) for o in outputs) + field(3, name) + field(4, operator)
    return out + b"".join(field(5, field(1, k) + field(3, v) + field(20, 2)) for k, v in attributes.items())


def gates(w):
    """PyTorch's r, z, n as ONNX's z, r, h."""
    r, z, n = np.split(w, 3)
    return np.concatenate([z, r, n])


def within_proof(weights, limit=126.0):
    """Scales down rows of the n gate whose magnitudes sum too high for quantize's proof of r * (R_n h + b) (docs/integer.md)."""
    for l in range(sum(k.startswith("hh") for k in weights)):
        H = weights["out"].shape[1]
        rows, bias = weights[f"hh{l}"][2 * H :], np.abs(weights[f"bh{l}"][2 * H :])
        # Rounding to four bits raises a sum by up to some percent.
        rows *= np.minimum(1, 0.985 * (limit - bias) / np.maximum(np.abs(rows).sum(1), 1e-9))[:, None].astype(np.float32)


def graph(weights):
    layers = sum(k.startswith("ih") for k in weights)
    V, H = weights["out"].shape
    digit = (lambda l: "") if layers == 1 else str
    tensors = {
        "first_axis": np.array([0], np.int64),
        "one_hot.depth": np.array(V, np.int64),
        "one_hot.values": np.array([0, 1], np.float32),
        "output.weight": weights["out"].T,
        "output.bias": weights["bo"],
    }
    nodes = [
        node("OneHot", "one_hot", ["token", "one_hot.depth", "one_hot.values"], ["x_row"]),
        node("Unsqueeze", "x_sequence", ["x_row", "first_axis"], ["x"]),
    ]
    below = "x"
    for l in range(layers):
        gru, h = "gru" + digit(l), "h" + digit(l)
        tensors[gru + ".W"] = gates(weights[f"ih{l}"])[None]
        tensors[gru + ".R"] = gates(weights[f"hh{l}"])[None]
        tensors[gru + ".B"] = np.concatenate([gates(weights[f"bi{l}"]), gates(weights[f"bh{l}"])])[None]
        nodes.append(
            node("GRU", gru, [below, gru + ".W", gru + ".R", gru + ".B", "", h], ["", h + "_next"], hidden_size=H, linear_before_reset=1)
        )
        below = h + "_next"
    nodes += [
        node("Squeeze", "h_row", [below, "first_axis"], ["h_last"]),
        node("MatMul", "output", ["h_last", "output.weight"], ["output_product"]),
        node("Add", "logits", ["output_product", "output.bias"], ["logits"]),
    ]
    states = ["h" + digit(l) for l in range(layers)]
    inputs = [value("token", INT64, 1)] + [value(s, FLOAT, 1, 1, H) for s in states]
    outputs = [value("logits", FLOAT, 1, V)] + [value(s + "_next", FLOAT, 1, 1, H) for s in states]
    return (
        b"".join(field(1, n) for n in nodes)
        + field(2, "quillet")
        + b"".join(field(5, tensor(k, tensors[k])) for k in sorted(tensors))
        + b"".join(field(11, i) for i in inputs)
        + b"".join(field(12, o) for o in outputs)
    )


def main(path, out, *rest):
    weights = dict(np.load(path))
    pieces = json.loads(str(weights.pop("pieces")))
    alphabet, merges = pieces["alphabet"], pieces["merges"]
    layers = sum(k.startswith("ih") for k in weights)
    within_proof(weights)
    meta = {
        "quillet.alphabet": json.dumps(alphabet, ensure_ascii=False) if merges else "".join(alphabet),
        "quillet.format": "float-1",
        "quillet.training": json.dumps(
            {"cell": "gru", "hidden": weights["out"].shape[1], "layers": layers, "embedding": 0, "recipe": "tools/pretrain"}
        ),
    }
    if merges:
        meta["quillet.merges"] = json.dumps(merges)
    meta.update(r.split("=", 1) for r in rest)
    with open(out, "wb") as file:
        file.write(
            field(1, 8)
            + field(2, "quillet")
            + field(8, field(1, "") + field(2, 17))
            + b"".join(field(14, field(1, k) + field(2, meta[k])) for k in sorted(meta))
            + field(7, graph(weights))
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
