#!/usr/bin/env python3
"""Trains four small models and runs quillet verify on them and on the shipped ones; --json for one JSON object.

SPDX-License-Identifier: MIT
Usage: verify.py [--json] [--lines N] [--epochs N] [--quillet PROGRAM]. The corpus is 8,000 names by the shipped names model, so that no
text is needed: GRU and LSTM, one and two layers. Fails when a runtime differs, when one is missing that ./dev installs, or
when more than one line in a thousand parts by rounding.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXPECTED = {"plan", "compiled C", "onnxruntime-node", "Python port"}
KINDS = [(cell, layers) for cell in ("gru", "lstm") for layers in (1, 2)]


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--lines", type=int, default=200, help="over each of twelve settings")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--quillet", default=str(ROOT / "build" / "release" / "quillet"))
    return parser.parse_args()


def train(quillet, folder, cell, layers, corpus, epochs):
    model = folder / f"{cell}{layers}.onnx"
    embedding = 0 if layers == 1 else 12
    subprocess.run([quillet, "train", corpus, "-o", model, "--cell", cell, "--layers", str(layers), "--hidden", "64",
                    "--embedding", str(embedding), "--epochs", str(epochs), "--quiet"], check=True)
    return model


def verify(quillet, model, lines):
    begin = time.monotonic()
    done = subprocess.run([quillet, "verify", model, "--lines", str(lines), "--json"], stdout=subprocess.PIPE)
    if done.returncode not in (0, 1):
        sys.exit(f"bench/verify.py: quillet verify {model} ended with status {done.returncode}")
    return {**json.loads(done.stdout), "seconds": round(time.monotonic() - begin, 1)}


def failures(name, report):
    for row in report["runtimes"]:
        if not row["same"]:
            yield f"{name}: {row['name']} differs: {row.get('difference') or row.get('failure')}"
        if row["rounding"] * 1000 > max(row["lines"], 1000):
            yield f"{name}: {row['name']}: {row['rounding']} of {row['lines']} lines part by rounding"
    for missing in EXPECTED - {row["name"] for row in report["runtimes"]}:
        yield f"{name}: {missing} did not run"


def show(name, report):
    print(f"{name}: {report['lines']} lines in {report['seconds']} s")
    for row in report["runtimes"]:
        print(f"  {row['name']:17} {'same' if row['same'] else 'DIFFERENT':9} {row['rounding']:3} by rounding"
              f"  largest error {row['largest_error']:.1e}  {row['chars_per_s']:9.0f} characters/s", flush=True)


def main():
    options = parse()
    results, wrong = {}, []
    with tempfile.TemporaryDirectory(prefix="quillet-bench-verify-") as name:
        folder = pathlib.Path(name)
        corpus = folder / "corpus.txt"
        corpus.write_bytes(subprocess.run([options.quillet, "generate", ROOT / "models" / "names.onnx", "-n", "8000", "--seed", "1"],
                                          check=True, stdout=subprocess.PIPE).stdout)
        models = [train(options.quillet, folder, cell, layers, corpus, options.epochs) for cell, layers in KINDS]
        models += [ROOT / "models" / "names.onnx", ROOT / "models" / "quotes-small.onnx"]
        for model in models:
            report = results[model.stem] = verify(options.quillet, model, options.lines)
            wrong += failures(model.stem, report)
            if not options.json:
                show(model.stem, report)
    if options.json:
        print(json.dumps(results))
    print("\n".join(wrong), end="\n" if wrong else "", file=sys.stderr)
    sys.exit(1 if wrong else 0)


main()
