#!/usr/bin/env python3
"""Writes tests/vectors/integer_models.json: small integer models of every cell and link, and lines that they write.

SPDX-License-Identifier: MIT
Usage: tools/make_model_vectors.py QUILLET [--check]. The models are those of tests/models/pytorch, quantized; the ports' tests
run them. --check writes nothing and fails where the file would become another.
"""
import base64
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
VECTORS = ROOT / "tests" / "vectors" / "integer_models.json"
# Layers that read the token and all layers below, residuals, layers without states, each cell.
MODELS = ["gru3-dense", "gru2-residual", "lstm2-relu-between", "lstm1-mlp-tanh", "rnn2-residual", "rnn1-relu-calm"]
RUNS = [{"seed": 7, "count": 3, "temperature": 1.0}, {"seed": 8, "count": 2, "temperature": 0.5}]
MAX_LENGTH = 40


def run(*words):
    return subprocess.run([str(word) for word in words], check=True, capture_output=True).stdout.decode()


def vector_of(quillet, name, folder):
    source, model = ROOT / f"tests/models/pytorch/{name}.onnx", folder / f"{name}.onnx"
    alphabet = json.loads(source.with_suffix(".json").read_text())["alphabet"].replace("\n", "\\n")
    run(quillet, "quantize", source, "-o", model, "--alphabet", alphabet)
    runs = []
    for wanted in RUNS:
        written = run(quillet, "generate", model, "-n", wanted["count"], "--seed", wanted["seed"], "--temperature", wanted["temperature"],
                      "--min-p", 0, "--max-length", MAX_LENGTH)
        runs.append({**wanted, "max_length": MAX_LENGTH, "lines": written.splitlines()})
    return {"name": name, "onnx": base64.b64encode(model.read_bytes()).decode(), "runs": runs}


def main():
    quillet, check = pathlib.Path(sys.argv[1]).resolve(), "--check" in sys.argv[2:]
    with tempfile.TemporaryDirectory() as folder:
        vectors = [vector_of(quillet, name, pathlib.Path(folder)) for name in MODELS]
    text = json.dumps({"about": "Written by tools/make_model_vectors.py.", "models": vectors}, indent=1) + "\n"
    if not check:
        VECTORS.write_text(text)
    elif VECTORS.read_text() != text:
        sys.exit(f"{VECTORS.name}: would become another; run tools/make_model_vectors.py QUILLET and see why")


main()
