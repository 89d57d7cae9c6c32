#!/usr/bin/env python3
"""quillet verify of networks: what each row says, the exit status, and the options.

  tests/networks.py QUILLET

SPDX-License-Identifier: MIT
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from onnx_writer import Graph, model, node, tensor, value_info

INT16 = 5
ROOT = pathlib.Path(__file__).resolve().parent.parent
SAME, DIFFERS, NOT_RUN = 0, 1, 2

EMPTY = model(Graph([node("Relu", ["x"], ["a"]), node("Neg", ["a"], ["y"])], [value_info("x", [0, 4])], [value_info("y", [0, 4])]))
NARROW = model(Graph([node("Mul", ["x", "hundred"], ["m"]), node("Cast", ["m"], ["y"], to=INT16)], [value_info("x", [5])],
                     [value_info("y", [5], INT16)], [tensor("hundred", [], [100.0])]))
PLAIN = model(Graph([node("Relu", ["x"], ["y"])], [value_info("x", [3])], [value_info("y", [3])]))

# Kernels that a macro defines, and others.
WINDOWS = model(Graph([node("Conv", ["x", "w"], ["c"]), node("MaxPool", ["c"], ["p"], kernel_shape=[2, 2]), node("Softsign", ["p"], ["y"])],
                      [value_info("x", [1, 1, 6, 6])], [value_info("y", [1, 1, 4, 4])], [tensor("w", [1, 1, 2, 2], [1.0, 2.0, 3.0, 4.0])]))


class Run:
    def __init__(self, quillet, folder):
        self.quillet, self.folder, self.failures, self.count = quillet, folder, 0, 0

    def expect_own_symbols(self, name):
        """Compiled to a single file, NAME.onnx defines nothing under another name than its own: several link together."""
        subprocess.run([self.quillet, "compile", f"{name}.onnx", "--single-file", "-o", "single"], cwd=self.folder, check=True, capture_output=True)
        subprocess.run(["cc", "-std=c99", "-c", "-DQUILLET_NO_MAIN", f"single/{name}.c", "-o", "single.o"], cwd=self.folder, check=True)
        told = subprocess.run(["nm", "-g", "single.o"], cwd=self.folder, check=True, capture_output=True, text=True).stdout
        symbols = [line.split()[-1].lstrip("_") for line in told.splitlines() if line.split()[-2] != "U"]
        self.count += 1
        if not symbols or not all(symbol.startswith(f"{name}_") for symbol in symbols):
            self.failures += 1
            print(f"FAILED the symbols of {name}: {symbols}")

    def expect(self, name, arguments, status, says, environment=None):
        """`says`: parts of what is printed, or a function of it."""
        done = subprocess.run([self.quillet, "verify", *arguments], cwd=self.folder, capture_output=True, text=True,
                              env={**os.environ, **(environment or {})})
        told = done.stdout + done.stderr
        right = says(done.stdout) if callable(says) else all(part in told for part in says)
        self.count += 1
        if done.returncode != status or not right:
            self.failures += 1
            print(f"FAILED {name}: status {done.returncode}, expected {status} and {says}\n{told}")


def rows(text):
    report = json.loads(text)
    return {row["name"]: row for row in report["runtimes"]}, report


def main():
    if not shutil.which("cc"):
        print("skipped: no C compiler cc")
        return 77
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for name, data in (("empty", EMPTY), ("narrow", NARROW), ("plain", PLAIN), ("windows", WINDOWS)):
            (folder / f"{name}.onnx").write_bytes(data)
        broken = folder / "broken-cc"
        broken.write_text("#!/bin/sh\necho 'x.c:1: error: no such luck' >&2\nexit 1\n")
        broken.chmod(0o755)
        run = Run(sys.argv[1], folder)
        chosen = ["--runtimes", "plan,c"]
        run.expect_own_symbols("windows")
        run.expect("a dimension of zero", ["empty.onnx", *chosen], SAME, ["compiled C", "same"])
        run.expect("int16", ["narrow.onnx", *chosen, "--json"], SAME,
                   lambda out: rows(out)[1]["same"] and set(rows(out)[0]) == {"plan", "compiled C"})
        run.expect("C that does not compile", ["plain.onnx", *chosen], NOT_RUN, ["FAILED", "error: no such luck"], {"CC": str(broken)})
        run.expect("C that does not compile, for machines", ["plain.onnx", *chosen, "--json"], NOT_RUN,
                   lambda out: "no such luck" in rows(out)[0]["compiled C"]["failure"] and not rows(out)[1]["same"], {"CC": str(broken)})
        run.expect("no compiler", ["plain.onnx"], SAME, ["compiled C: nothing-cc: no such compiler"], {"CC": "nothing-cc"})
        run.expect("no compiler that was named", ["plain.onnx", "--runtimes", "c", "--json"], NOT_RUN,
                   lambda out: rows(out)[1]["absent"][0]["name"] == "compiled C", {"CC": "nothing-cc"})
        run.expect("one runtime, the model behind it", ["--runtimes", "plan", "plain.onnx"], SAME,
                   lambda out: "plain.onnx" in out and "compiled C" not in out)
        run.expect("a runtime of text models", ["plain.onnx", "--runtimes", "js"], NOT_RUN, ["'js' runs no networks; plan, c, node do"])
        for option, value in (("--lines", "5"), ("--settings", "top_k=3"), ("--time-limit", "5"), ("--max-length", "9")):
            run.expect(f"{option} of a network", ["plain.onnx", option, value], NOT_RUN, [option, "is for text models", "is a network"])
        run.expect("--trace of a text model", [str(ROOT / "models/names.onnx"), "--trace", "here"], NOT_RUN, ["--trace", "is for networks"])
        print(f"{run.count} runs, {run.failures} failures")
        return int(run.failures > 0)


sys.exit(main())
