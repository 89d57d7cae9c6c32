#!/usr/bin/env python3
"""Six models of six kinds through `quillet compile`: how long it takes, and the C's size, memory and time of a run.

SPDX-License-Identifier: MIT
Usage: bench/compile.py [--json] [--count] [MODEL...]. Weights are random from a fixed seed. Where onnx2c is installed its C is measured by the same
program. Code is what `size` calls text without the weights (gcc -O2, and the C library's start-up code with it); RAM is what a
run needs besides inputs and outputs. --count gives the instructions of a run by -march=x86-64-v3 (AVX2) instead of its time, as
valgrind counts them: those do not vary with the load.
"""
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from onnx_writer import INT64, Graph, model, node, tensor, value_info  # noqa: E402

BUILD = pathlib.Path(os.environ.get("QUILLET_BUILD", ROOT / "build/release"))
WORK = ROOT / "build/bench/compile"
FLAGS = ["-std=c99", "-O3", "-ffp-contract=off"]
COUNT = "--count" in sys.argv
UNIT = "instructions" if COUNT else "us"


def weights(name, *dims):
    draw, count = random.Random(name), 1
    for size in dims:
        count *= size
    return tensor(name, dims, [draw.gauss(0, 0.1) for _ in range(count)])


def layers(sizes, activation="Relu"):
    """Linear layers one after another."""
    nodes, initializers, at = [], [], "x"
    for i, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        last = i == len(sizes) - 2
        initializers += [weights(f"w{i}", inputs, outputs), weights(f"b{i}", outputs)]
        nodes.append(node("Gemm", [at, f"w{i}", f"b{i}"], ["y" if last else f"g{i}"]))
        if not last:
            nodes.append(node(activation, [f"g{i}"], [f"a{i}"]))
        at = f"a{i}"
    return model(Graph(nodes, [value_info("x", [1, sizes[0]])], [value_info("y", [1, sizes[-1]])], initializers))


def characters(op, gates, hidden, alphabet=64):
    states = ["h", "c"][:1 + (op == "LSTM")]
    nodes = [node("Gather", ["table", "token"], ["x"]),
             node(op, ["x", "w", "r", "b", "", *states], ["", *(s + "_next" for s in states)], hidden_size=hidden,
                  **({"linear_before_reset": 1} if op == "GRU" else {})),
             node("Squeeze", ["h_next", "axis"], ["flat"]), node("MatMul", ["flat", "o"], ["logits"])]
    infos = [value_info(s, [1, 1, hidden]) for s in states]
    return model(Graph(nodes, [value_info("token", [1, 1], INT64), *infos],
                       [value_info("logits", [1, alphabet]), *(value_info(s + "_next", [1, 1, hidden]) for s in states)],
                       [weights("table", alphabet, 48), weights("w", 1, gates * hidden, 48), weights("r", 1, gates * hidden, hidden),
                        weights("b", 1, 2 * gates * hidden), weights("o", hidden, alphabet), tensor("axis", [1], [0], INT64)]))


def images():
    nodes = [node("Conv", ["x", "f0", "c0"], ["v0"], pads=[1, 1, 1, 1]), node("Relu", ["v0"], ["r0"]),
             node("MaxPool", ["r0"], ["p0"], kernel_shape=[2, 2], strides=[2, 2]),
             node("Conv", ["p0", "f1", "c1"], ["v1"], pads=[1, 1, 1, 1]), node("Relu", ["v1"], ["r1"]),
             node("MaxPool", ["r1"], ["p1"], kernel_shape=[2, 2], strides=[2, 2]), node("Flatten", ["p1"], ["flat"]),
             node("Gemm", ["flat", "w", "b"], ["y"])]
    return model(Graph(nodes, [value_info("x", [1, 1, 28, 28])], [value_info("y", [1, 10])],
                       [weights("f0", 8, 1, 3, 3), weights("c0", 8), weights("f1", 16, 8, 3, 3), weights("c1", 16),
                        weights("w", 784, 10), weights("b", 10)]))


def transformer(length=16, width=64):
    nodes = [node("LayerNormalization", ["x", "s0", "b0"], ["n0"], axis=-1), node("MatMul", ["n0", "wq"], ["q"]),
             node("MatMul", ["n0", "wk"], ["k"]), node("MatMul", ["n0", "wv"], ["v"]),
             node("Transpose", ["k"], ["kt"], perm=[1, 0]), node("MatMul", ["q", "kt"], ["qk"]), node("Mul", ["qk", "scale"], ["scores"]),
             node("Softmax", ["scores"], ["p"], axis=-1), node("MatMul", ["p", "v"], ["mixed"]), node("Add", ["x", "mixed"], ["x1"]),
             node("LayerNormalization", ["x1", "s1", "b1"], ["n1"], axis=-1), node("MatMul", ["n1", "up"], ["u"]),
             node("Relu", ["u"], ["ru"]), node("MatMul", ["ru", "down"], ["d"]), node("Add", ["x1", "d"], ["y"])]
    return model(Graph(nodes, [value_info("x", [length, width])], [value_info("y", [length, width])],
                       [*(weights(n, width, width) for n in ("wq", "wk", "wv")), weights("up", width, 4 * width),
                        weights("down", 4 * width, width), *(weights(n, width) for n in ("s0", "b0", "s1", "b1")),
                        tensor("scale", [1], [width ** -0.5])]))


# name: model, its arrays in order: inputs, outputs (bytes each)
MODELS = {
    "gru": (characters("GRU", 3, 320), [8, 1280], [256, 1280]),
    "lstm": (characters("LSTM", 4, 276), [8, 1104, 1104], [256, 1104, 1104]),
    "mlp": (layers([64, 128, 128, 10]), [256], [40]),
    "cnn": (images(), [3136], [40]),
    "transformer": (transformer(), [4096], [4096]),
    "sine": (layers([1, 16, 16, 1], "Tanh"), [4], [4]),
}

PROGRAM = """#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
%(include)s
static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}
%(arrays)s
int main(int argc, char** argv) {
    if (argc > 1) {
        for (int run = 0; run < atoi(argv[1]); run++) %(call)s;
        return 0;
    }
    double best = 1e30;
    for (int round = 0; round < 20; round++) {
        double begin = now(), end;
        int runs = 0;
        do {
            %(call)s;
            runs++;
            end = now();
        } while (end - begin < 10000);
        if ((end - begin) / runs < best) best = (end - begin) / runs;
    }
    printf("%%f\\n", best);
    return 0;
}
"""


def run(*words):
    return subprocess.run([str(word) for word in words], check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout


def build_program(folder, compiler, machine, include, call, sizes, sources):
    """A program that times runs, or makes as many as its argument says."""
    arrays = "".join(f"static union {{ double align; char bytes[{size}]; }} a{i};\n" for i, size in enumerate(sizes))
    pointers = ", ".join(f"(void*)a{i}.bytes" for i in range(len(sizes)))
    (folder / "time.c").write_text(PROGRAM % {"include": include, "arrays": arrays, "call": call % pointers})
    program = folder / f"time-{compiler}-{machine}"
    run(compiler, *FLAGS, f"-march={machine}", "-w", "-I", folder, folder / "time.c", *sources, "-lm", "-o", program)
    return program


def instructions(program):
    """Instructions of one run: what another run adds."""
    once, twice = (int(re.search(r"Collected : (\d+)", run("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, runs))
                       .group(1)) for runs in (1, 2))
    return twice - once


def cost(folder, compiler, *program):
    """Microseconds of a run, or its instructions where they are asked for."""
    if COUNT:
        return instructions(build_program(folder, compiler, "x86-64-v3", *program))
    return float(run(build_program(folder, compiler, "native", *program)))


def code_bytes(folder, sources, data):
    """Text of all sources without the weights among it, unused functions dropped."""
    run("gcc", "-std=c99", "-O2", "-ffp-contract=off", "-w", "-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections", "-I", folder,
        folder / "main.c", *sources, "-lm", "-o", folder / "sized")
    return int(run("size", folder / "sized").splitlines()[1].split()[0]) - data


def measure(name, data, inputs, outputs):
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / f"{name}.onnx").write_bytes(data)
    begin = time.monotonic()
    said = run(BUILD / "quillet", "compile", folder / f"{name}.onnx", "--network", "-o", folder / "c", "--name", name)
    seconds = time.monotonic() - begin
    flash, ram = (int(number) for number in re.search(r"(\d+) bytes of weights, (\d+) of memory", said).groups())
    folder /= "c"
    sources = [folder / f"{name}.c", *sorted((folder / "runtime").glob("*.c"))]
    result = {"compile_s": round(seconds, 3), "onnx_bytes": len(data), "weight_bytes": flash, "ram_bytes": ram,
              "code_bytes": code_bytes(folder, sources, flash)}
    include, call, sizes = f'#include "{name}.h"\nstatic {name}_memory memory;', f"{name}_run(&memory, %s)", inputs + outputs
    programs = {compiler.split("-")[0]: (compiler, include, call, sizes, sources) for compiler in ("gcc", "clang", "clang-14")
                if shutil.which(compiler)}
    if shutil.which("onnx2c"):
        (folder / "peer.c").write_text(subprocess.run(["onnx2c", str(WORK / name / f"{name}.onnx")], stdout=subprocess.PIPE, text=True).stdout)
        programs["onnx2c_gcc"] = ("gcc", "void entry();", "entry(%s)", sizes, [folder / "peer.c"])
    for row, program in programs.items():
        try:
            result[f"{UNIT}_{row}"] = cost(folder, *program)
        except subprocess.CalledProcessError:
            if not row.startswith("onnx2c"):  # which may lack an operator
                raise
    return result


def main():
    wanted = [word for word in sys.argv[1:] if not word.startswith("-")]
    if unknown := set(wanted) - set(MODELS):
        sys.exit(f"bench/compile.py: no model '{min(unknown)}'; there are {', '.join(MODELS)}")
    if COUNT and not shutil.which("valgrind"):
        sys.exit("bench/compile.py: --count needs valgrind")
    results = {name: measure(name, *what) for name, what in MODELS.items() if not wanted or name in wanted}
    if "--json" in sys.argv:
        print(json.dumps(results))
        return
    keys = [f"{UNIT}_{row}" for row in ("gcc", "clang", "onnx2c_gcc")]
    print(f"{'model':12} {'ONNX':>9} {'compile s':>10} {'weights':>9} {'code':>7} {'RAM':>7}", *(f"{key.replace('_', ' '):>24}" for key in keys))
    for name, r in results.items():
        print(f"{name:12} {r['onnx_bytes']:9} {r['compile_s']:10.2f} {r['weight_bytes']:9} {r['code_bytes']:7} {r['ram_bytes']:7}",
              *(f"{r[key]:24}" if key in r else f"{'-':>24}" for key in keys))


main()
