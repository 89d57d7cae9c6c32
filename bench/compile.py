#!/usr/bin/env python3
"""Six models of six kinds through `quillet compile` and its peers: how long it takes, and the C's size, memory and time of a run.

SPDX-License-Identifier: MIT
Usage: bench/compile.py [--json] [--count] [--peer NAME=PROGRAM...] [MODEL...]. Weights are random from a fixed seed. The peers are onnx2c
and emx-onnx-cgen where they are on the PATH or named by --peer; their C is measured by the same program, compiled by plain -O3 and by
-O3 -ffast-math, and its outputs are compared with ours. Code is the section .text of that program without its main
(gcc -O2, unused functions dropped, the C library's start-up code in it); RAM is what a run writes besides inputs and outputs:
static variables, the memory that the caller gives, and the stack, as far as a run changes it. On x86-64 times are of -march=x86-64-v3
(AVX2) and, where the processor has it, -march=x86-64-v4 (AVX-512), elsewhere of -march=native; each is the least of twenty.
--count gives the instructions of a run by -march=x86-64-v3 instead, as valgrind counts them: those do not vary with the load.
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
import programs  # noqa: E402
from onnx_writer import INT64, Graph, model, node, tensor, value_info  # noqa: E402

BUILD = pathlib.Path(os.environ.get("QUILLET_BUILD", ROOT / "build/release"))
WORK = ROOT / "build/bench/compile"
OURS = {"": ["-std=c99", "-O3", "-ffp-contract=off"]}
THEIRS = {"": ["-O3"], " -ffast-math": ["-O3", "-ffast-math"]}
COUNT = "--count" in sys.argv
STACK = 1 << 20
TOLERANCE = 1e-4  # between our outputs and a peer's, which sums in another order


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

PROGRAM = r"""#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <ucontext.h>
%(include)s
%(arrays)s
static const struct { char* bytes; unsigned size; } all[] = {%(list)s};
static void run_once(void) {
    %(call)s;
}
/* Inputs: a token, or numbers between -1 and 1. */
static void fill(void) {
    uint32_t random = 1;
    for (int i = 0; i < %(inputs)d; i++) {
        if (all[i].size == 8) *(int64_t*)(void*)all[i].bytes = 5;
        else for (unsigned k = 0; k < all[i].size; k += 4) {
            float value = (float)((random = random * 1664525u + 1013904223u) >> 8) / 8388608.0f - 1.0f;
            memcpy(all[i].bytes + k, &value, 4);
        }
    }
}
static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}
static unsigned char stack[%(stack)d];
static ucontext_t back, there;
static void run_there(void) {
    unsigned char* top = __builtin_frame_address(0);
    unsigned char* lowest = stack;
    run_once();
    while (*lowest == 0xA5) lowest++;
    printf("%%d\n", (int)(top - lowest));
}
/* Writes how many bytes of the stack a run changes. */
static void measure_stack(void) {
    memset(stack, 0xA5, sizeof stack);
    getcontext(&there);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = sizeof stack;
    there.uc_link = &back;
    makecontext(&there, run_there, 0);
    swapcontext(&back, &there);
}
int main(int argc, char** argv) {
    const char* what = argc > 1 ? argv[1] : "";
    double best = 1e30;
    fill();
    run_once();
    if (!strcmp(what, "outputs")) {
        for (unsigned i = %(inputs)d; i < sizeof all / sizeof all[0]; i++)
            for (unsigned k = 0; k < all[i].size; k += 4) printf("%%.9g\n", (double)*(float*)(void*)(all[i].bytes + k));
    } else if (!strcmp(what, "stack")) {
        measure_stack();
    } else if (argc > 1) {
        for (int run = 0; run < atoi(what); run++) run_once();
    } else {
        for (int round = 0; round < 20; round++) {
            double begin = now(), end;
            int runs = 0;
            do {
                run_once();
                runs++;
                end = now();
            } while (end - begin < 10000);
            if ((end - begin) / runs < best) best = (end - begin) / runs;
        }
        printf("%%f\n", best);
    }
    return 0;
}
"""


def run(*words):
    return programs.run(*words, stderr=subprocess.STDOUT)


def machines():
    """What -march is, by the columns' names."""
    return {suffix: level for suffix, level in programs.levels().items() if not COUNT or suffix == "_v3"} or {"": "native"}


def compilers():
    found = {}
    for compiler in ("gcc", "clang", "clang-14"):
        if shutil.which(compiler):
            found.setdefault(compiler.split("-")[0], compiler)
    return found


class Candidate:
    """C that computes a model: its files, what a program includes and calls, and the flags it is compiled with."""

    def __init__(self, folder, sources, include, call, flags):
        self.folder, self.sources, self.include, self.call, self.flags = folder, sources, include, call, flags

    def built(self, name, compiler, flags, inputs, outputs):
        """A program, by `compiler` with `flags`, that times runs and answers what else PROGRAM can."""
        sizes = inputs + outputs
        arrays = "".join(f"static union {{ double align; char bytes[{size}]; }} a{i};\n" for i, size in enumerate(sizes))
        pointers = ", ".join(f"(void*)a{i}.bytes" for i in range(len(sizes)))
        source, program = self.folder / "measure.c", self.folder / name
        source.write_text(PROGRAM % {"include": self.include, "arrays": arrays, "call": self.call % pointers, "inputs": len(inputs),
                                     "list": ", ".join(f"{{a{i}.bytes, {size}}}" for i, size in enumerate(sizes)), "stack": STACK})
        run(compiler, "-w", "-O2", "-c", "-I", self.folder, source, "-o", self.folder / "measure.o")
        run(compiler, *flags, "-w", "-I", self.folder, self.folder / "measure.o", *self.sources, "-lm", "-o", program)
        return program

    def code_bytes(self, sizes):
        """.text of a program that runs it once, compiled by gcc -O2."""
        arrays = "".join(f"static double a{i}[{size // 8 + 1}];\n" for i, size in enumerate(sizes))
        call = self.call % ", ".join(f"(void*)a{i}" for i in range(len(sizes)))
        (self.folder / "once.c").write_text(f"#include <stdint.h>\n{self.include}\n{arrays}int main(void) {{ {call}; return 0; }}\n")
        flags = [flag for flag in self.flags[""] if flag != "-O3"]
        run("gcc", "-O2", *flags, "-w", "-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections", "-I", self.folder, self.folder / "once.c",
            *self.sources, "-lm", "-o", self.folder / "once")
        return section_bytes(self.folder / "once", ".text")

    def static_bytes(self):
        """Variables of the C itself."""
        total = 0
        for source in self.sources:
            run("gcc", "-O2", "-w", "-c", "-I", self.folder, source, "-o", self.folder / "object.o")
            total += section_bytes(self.folder / "object.o", ".data", ".bss")
        return total


def section_bytes(file, *names):
    """Bytes of the sections `names` and of those that follow a dot after it."""
    rows = (line.split() for line in run("size", "-A", file).splitlines())
    return sum(int(row[1]) for row in rows if len(row) == 3 and (row[0] in names or row[0].startswith(tuple(name + "." for name in names))))


def measured(candidate, inputs, outputs):
    """Time or instructions by every compiler, machine and set of flags, and the outputs of the first."""
    result, first = {"code_bytes": candidate.code_bytes(inputs + outputs)}, None
    for label, flags in candidate.flags.items():
        for compiler, command in compilers().items():
            for suffix, machine in machines().items():
                program = candidate.built(f"measure-{compiler}{suffix}", command, [*flags, f"-march={machine}"], inputs, outputs)
                first = first or program
                unit = "instructions" if COUNT else "us"
                result[f"{unit}_{compiler}{suffix}{label}"] = programs.instructions_a_run(program) if COUNT else float(run(program))
    result["ram_bytes"] = candidate.static_bytes() + int(run(first, "stack"))
    return result, [float(number) for number in run(first, "outputs").split()]


def ours(name, inputs, outputs):
    folder = WORK / name
    begin = time.monotonic()
    said = run(BUILD / "quillet", "compile", folder / f"{name}.onnx", "--network", "-o", folder / "c", "--name", name)
    seconds = time.monotonic() - begin
    weights, memory = (int(number) for number in re.search(r"(\d+) bytes of weights, (\d+) of memory", said).groups())
    c = folder / "c"
    candidate = Candidate(c, [c / f"{name}.c", *sorted((c / "runtime").glob("*.c"))], f'#include "{name}.h"\nstatic {name}_memory memory;',
                          f"{name}_run(&memory, %s)", OURS)
    result, values = measured(candidate, inputs, outputs)
    result["ram_bytes"] += memory
    return {"compile_s": round(seconds, 3), "weight_bytes": weights, **result}, values


def theirs(name, peer, program, inputs, outputs):
    """A peer's figures; why there are none where it takes no such model."""
    folder = WORK / name / peer
    folder.mkdir()
    onnx, c = WORK / name / f"{name}.onnx", folder / "peer.c"
    begin = time.monotonic()
    done = subprocess.run([str(word) for word in PEERS[peer](program, onnx, c)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    seconds = time.monotonic() - begin
    if done.returncode:
        return {"refused": (done.stderr or done.stdout).strip().splitlines()[-1]}, None
    if not c.exists():
        c.write_text(done.stdout)
    try:
        result, values = measured(Candidate(folder, [c], "void entry();", "entry(%s)", THEIRS), inputs, outputs)
    except subprocess.CalledProcessError as failure:
        return {"refused": "its C: " + next((line for line in failure.stdout.splitlines() if "error" in line), str(failure))}, None
    return {"compile_s": round(seconds, 3), **result}, values


# How each is called: program, ONNX file, C file, which it writes or else prints. Everything on the stack or static, no heap.
PEERS = {
    "onnx2c": lambda program, onnx, c: [program, onnx],
    "emx-onnx-cgen": lambda program, onnx, c: [program, "compile", "--large-weight-threshold", "0", "--large-temp-threshold", "0",
                                               "--restrict-arrays", "--model-name", "entry", onnx, c],
}


def measure(name, peers):
    data, inputs, outputs = MODELS[name]
    shutil.rmtree(WORK / name, ignore_errors=True)
    (WORK / name).mkdir(parents=True)
    (WORK / name / f"{name}.onnx").write_bytes(data)
    result, values = ours(name, inputs, outputs)
    rows = {"quillet": {"onnx_bytes": len(data), **result}}
    for peer, program in peers.items():
        rows[peer], other = theirs(name, peer, program, inputs, outputs)
        if other is not None:
            rows[peer]["differs_by"] = max(abs(a - b) for a, b in zip(values, other))
            if len(values) != len(other) or not rows[peer]["differs_by"] < TOLERANCE:
                sys.exit(f"bench/compile.py: {name}: outputs of {peer} differ from ours by {rows[peer]['differs_by']}")
    return rows


def arguments():
    """Names of models, and the peers' programs."""
    peers = {peer: shutil.which(peer) for peer in PEERS if shutil.which(peer)}
    names, words = [], sys.argv[1:]
    while words:
        word = words.pop(0)
        if word == "--peer" and words:
            peer, _, program = words.pop(0).partition("=")
            if peer not in PEERS or not shutil.which(program):
                sys.exit(f"bench/compile.py: --peer {peer}={program}: no such peer or program; peers are {', '.join(PEERS)}")
            peers[peer] = program
        elif word not in ("--json", "--count"):
            names.append(word)
    if unknown := set(names) - set(MODELS):
        sys.exit(f"bench/compile.py: no model '{min(unknown)}'; there are {', '.join(MODELS)}")
    return names or list(MODELS), peers


def table(results):
    columns = [f"{compiler}{suffix}" for compiler in compilers() for suffix in machines()]
    unit = "instructions" if COUNT else "us"
    print(f"{unit} of a run in the last {len(columns)} columns")
    print(f"{'model':12} {'by':27} {'compile s':>9} {'code':>7} {'RAM':>7}", *(f"{column:>11}" for column in columns))
    for name, rows in results.items():
        for by, r in rows.items():
            if "refused" in r:
                print(f"{name:12} {by:27} {r['refused']}")
                continue
            for label in (OURS if by == "quillet" else THEIRS):
                print(f"{name:12} {by + label:27} {r['compile_s']:9.2f} {r['code_bytes']:7} {r['ram_bytes']:7}",
                      *(f"{r[f'{unit}_{column}{label}']:11}" for column in columns))


def main():
    names, peers = arguments()
    if COUNT and not (shutil.which("valgrind") and machines() != {"": "native"}):
        sys.exit("bench/compile.py: --count needs valgrind and an x86-64 machine")
    for peer in PEERS:
        if peer not in peers:
            print(f"{peer} is not on the PATH; it is left out", file=sys.stderr)
    results = {name: measure(name, peers) for name in names}
    if "--json" in sys.argv:
        print(json.dumps(results))
    else:
        table(results)


main()
