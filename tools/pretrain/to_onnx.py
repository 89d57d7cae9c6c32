#!/usr/bin/env python3
"""Writes weights of pretrain.py as a float model that quillet reads (docs/model-file.md): to_onnx.py WEIGHTS.npz OUT.onnx KEY=VALUE...

SPDX-License-Identifier: MIT

KEY=VALUE: metadata, for example quillet.licence=CC0.
"""
import json
import pathlib
import sys

import numpy as np

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "tests"))
from onnx_writer import FLOAT, INT64, field, node, raw_tensor, value_info


def tensor(name, array):
    return raw_tensor(name, array.shape, np.ascontiguousarray(array).tobytes(), INT64 if array.dtype == np.int64 else FLOAT)


def gates(w):
    """PyTorch's r, z, n as ONNX's z, r, h."""
    r, z, n = np.split(w, 3)
    return np.concatenate([z, r, n])


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
        node("OneHot", ["token", "one_hot.depth", "one_hot.values"], ["x_row"], "one_hot"),
        node("Unsqueeze", ["x_row", "first_axis"], ["x"], "x_sequence"),
    ]
    below = "x"
    for l in range(layers):
        gru, h = "gru" + digit(l), "h" + digit(l)
        tensors[gru + ".W"] = gates(weights[f"ih{l}"])[None]
        tensors[gru + ".R"] = gates(weights[f"hh{l}"])[None]
        tensors[gru + ".B"] = np.concatenate([gates(weights[f"bi{l}"]), gates(weights[f"bh{l}"])])[None]
        nodes.append(
            node("GRU", [below, gru + ".W", gru + ".R", gru + ".B", "", h], ["", h + "_next"], gru, hidden_size=H, linear_before_reset=1)
        )
        below = h + "_next"
    nodes += [
        node("Squeeze", [below, "first_axis"], ["h_last"], "h_row"),
        node("MatMul", ["h_last", "output.weight"], ["output_product"], "output"),
        node("Add", ["output_product", "output.bias"], ["logits"], "logits"),
    ]
    states = ["h" + digit(l) for l in range(layers)]
    inputs = [value_info("token", [1], INT64)] + [value_info(s, [1, 1, H]) for s in states]
    outputs = [value_info("logits", [1, V])] + [value_info(s + "_next", [1, 1, H]) for s in states]
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
