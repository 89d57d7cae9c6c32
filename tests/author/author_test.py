#!/usr/bin/env python3
"""The first device's model, from its PyTorch export to integers, C and an emulated chip.

  tests/author/author_test.py QUILLET

tests/author/model.onnx is the export (embedding 71x72, LSTM 96 x 3, linear 96->71) without its weights; they
are drawn here. Prints the loss of int8 and int4, their flash and RAM, and characters a second on the emulated RP2040
where its tools are installed. SPDX-License-Identifier: MIT
"""
import array
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from onnx_writer import with_weights  # noqa: E402

EXPORT = pathlib.Path(__file__).resolve().parent / "model.onnx"
ALPHABET = "\\n" + "".join(map(chr, range(ord("a"), ord("z") + 1))) + "".join(map(chr, range(ord("A"), ord("Z") + 1))) + " .,;:!?'-()&012345"
MOST_LOSS = {8: 0.01, 4: 0.3}  # bits a character, of weights drawn at random; trained ones lose less


def run(*command, fine=(0,)):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode not in fine:
        raise SystemExit(f"FAILED {' '.join(map(str, command))}: status {done.returncode}\n{done.stdout[-1000:]}{done.stderr[-1000:]}")
    return done.stdout or done.stderr


def weights(name, count):
    draw = random.Random(name)
    spread = 1.0 if "embedding" in name else 0.6 if "head" in name or "MatMul" in name else 0.25
    return array.array("f", [draw.gauss(0, spread) for _ in range(count)]).tobytes()


def check(quillet, folder, bits):
    float_model, model = folder / "author.onnx", folder / f"author.q{bits}.onnx"
    run(quillet, "quantize", float_model, "--alphabet", ALPHABET, "--bits", bits, "-o", model)
    scores = [json.loads(run(quillet, "score", m, folder / "text.txt", "--json", *more))["bpc"]
              for m, more in ((float_model, ["--alphabet", ALPHABET]), (model, []))]
    report = json.loads(run(quillet, "verify", model, "--runtimes", "plan,c,js,python,rp2040", "--lines", 2, "--slow-lines", 1, "--max-length", 60,
                            "--settings", "temperature=0.7", "--json", fine=(0, 2)))
    bill = run(quillet, "compile", model, "--target", "rp2040", "-o", folder / f"c{bits}")
    together = next(line.split() for line in bill.splitlines() if line.startswith("together"))
    speed = next((f"; {row['name']} not run: {row['why']}" for row in report["absent"] if "2040" in row["name"]), "")
    speed = speed or next((f", {row['chars_per_s']:.0f} characters/s on the chip" for row in report["runtimes"] if "2040" in row["name"]), "")
    loss = scores[1] - scores[0]
    print(f"int{bits}: loss {loss:+.4f} of {scores[0]:.3f} bits a character, flash {together[1]}, RAM {together[2]}{speed}")
    if loss > MOST_LOSS[bits] or not report["same"]:
        print(f"FAILED int{bits}: {report}")
    return loss > MOST_LOSS[bits] or not report["same"]


def main():
    quillet = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "author.onnx").write_bytes(with_weights(EXPORT.read_bytes(), weights))
        text = run(quillet, "generate", folder / "author.onnx", "--alphabet", ALPHABET, "-n", 12, "--seed", 1, "--max-length", 80)
        (folder / "text.txt").write_text(text)
        return int(sum(check(quillet, folder, bits) for bits in (8, 4)) > 0)


sys.exit(main())
