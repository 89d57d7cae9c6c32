#!/usr/bin/env python3
"""compile --weights: the C with its weights in a file writes what the ordinary C writes, and takes no other file.

  tests/weights_file.py QUILLET SOURCE_DIR

SPDX-License-Identifier: MIT
"""
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

from onnx_writer import INT64, Graph, model, node, tensor, value_info

QUILLET, SOURCE = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
FLAGS = ["-std=c99", "-O1", "-ffp-contract=off", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wdouble-promotion", "-Werror"]

# Calls NAME_init with the file's bytes one element too far, which is no multiple of 8 bytes, then in place.
MISALIGNED = """#include <stdio.h>
#include <string.h>
#include "%(name)s.h"
static %(name)s_%(room)s room;
static uint64_t bytes[%(NAME)s_WEIGHTS_BYTES / 8 + 2];
int main(int argc, char** argv) {
    FILE* file = fopen(argv[argc - 1], "rb");
    if (!file || fread(bytes, 1, sizeof bytes, file) != %(NAME)s_WEIGHTS_BYTES) return 9;
    if (%(name)s_init(&room, bytes, %(NAME)s_WEIGHTS_BYTES)) return 8;
    memmove((char*)bytes + 4, bytes, %(NAME)s_WEIGHTS_BYTES);
    return %(name)s_init(&room, (char*)bytes + 4, %(NAME)s_WEIGHTS_BYTES) == -1 ? 0 : 7;
}
"""


def run(*words, status=0, **options):
    done = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    if done.returncode != status:
        sys.exit(f"{' '.join(map(str, words))}: status {done.returncode}, not {status}\n{done.stderr.decode(errors='replace')}")
    return done


def network():
    """Weights of float32 and int64, of a length that is no multiple of eight bytes; one has the name of a part of the file."""
    nodes = [node("Gemm", ["x", "w", "head"], ["s"]), node("Relu", ["s"], ["y"]), node("Add", ["n", "k"], ["m"])]
    return model(Graph(nodes, [value_info("x", [1, 3]), value_info("n", [3], INT64)], [value_info("y", [1, 5]), value_info("m", [3], INT64)],
                       [tensor("w", [3, 5], [0.25 * i - 1.5 for i in range(15)]), tensor("head", [5], [0.5, -0.5, 1.0, 2.0, -3.0]),
                        tensor("k", [3], [1 << 40, -2, 3], INT64)]))


def build(folder, compiler="gcc", main="main.c", flags=()):
    sources = [path for path in sorted(folder.rglob("*.c")) if path.name not in ("main.c", "misaligned.c")]
    run(compiler, *FLAGS, *flags, f"-I{folder}", folder / main, *sources, "-lm", "-o", folder / "program")
    return folder / "program"


def refused(program, path, what):
    """The program ends with status 1 and says what it wants."""
    done = run(program, path, status=1)
    if b"weights" not in done.stderr or done.stdout:
        sys.exit(f"{what}: said {done.stderr!r}, wrote {len(done.stdout)} bytes")


def check(work, kind, onnx, words, arguments, stdin=b""):
    """`words` for compile; `arguments` and `stdin` for the programs. The folder of the C with a file."""
    plain, apart, weights = work / f"{kind}-plain", work / f"{kind}-apart", work / f"{kind}.weights"
    run(QUILLET, "compile", onnx, "-o", plain, "--name", "made", *words)
    run(QUILLET, "compile", onnx, "-o", apart, "--name", "made", *words, "--weights", weights)
    first = {path: path.read_bytes() for path in [weights, *apart.rglob("*.*")] if path.is_file()}
    run(QUILLET, "compile", onnx, "-o", apart, "--name", "made", *words, "--weights", weights)
    if first != {path: path.read_bytes() for path in first}:
        sys.exit(f"{kind}: two runs wrote different files")
    expected = run(build(plain), *arguments, input=stdin).stdout
    compilers = [name for name in ("gcc", "clang", "clang-14") if shutil.which(name)]
    for compiler in compilers:
        if not expected or run(build(apart, compiler), weights, *arguments, input=stdin).stdout != expected:
            sys.exit(f"{kind}: the C with a file, by {compiler}, writes something else")
    if len((apart / "made.c").read_bytes()) > len((plain / "made.c").read_bytes()) and kind != "network":
        sys.exit(f"{kind}: the C has not become smaller")
    return apart, weights


def check_refusals(work, kind, room, apart, weights, foreign):
    program, data = build(apart), weights.read_bytes()
    bad = {"a missing file": None, "an empty file": b"", "a file cut off": data[:-8], "half a file": data[:len(data) // 2],
           "a longer file": data + bytes(8), "another model's file": foreign.read_bytes(),
           "a flipped bit in the weights": data[:-9] + bytes([data[-9] ^ 1]) + data[-8:],
           "another format": data[:8] + struct.pack("<I", 2) + data[12:], "another hash": data[:16] + bytes([data[16] ^ 1]) + data[17:]}
    for what, content in bad.items():
        path = work / "bad.weights"
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
        refused(program, path, f"{kind}: {what}")
    (apart / "misaligned.c").write_text(MISALIGNED % {"name": "made", "NAME": "MADE", "room": room})
    run(build(apart, main="misaligned.c"), weights)
    if kind.startswith("int") and shutil.which("s390x-linux-gnu-gcc") and shutil.which("qemu-s390x"):
        program = build(apart, "s390x-linux-gnu-gcc", flags=["-static"])
        done = run("qemu-s390x", program, weights, status=1)
        if b"weights" not in done.stderr:
            sys.exit(f"{kind}: a big-endian machine takes the file")


def main():
    if not shutil.which("gcc"):
        print("skipped: no gcc")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        text = SOURCE / "tests/models/quillet-gru.onnx"
        (work / "network.onnx").write_bytes(network())
        for bits in ("8", "4", "2"):
            run(QUILLET, "quantize", text, "-o", work / f"int{bits}.onnx", "--bits", bits)
        kinds = {"float": (text, [], ["7", "3"], b"")}
        kinds |= {f"int{bits}": (work / f"int{bits}.onnx", [], ["7", "3"], b"") for bits in ("8", "4", "2")}
        kinds["network"] = (work / "network.onnx", ["--network"], [], struct.pack("<3f3q", 1.0, -2.0, 0.5, 5, 6, 7))
        made = {kind: check(work, kind, *what) for kind, what in kinds.items()}
        for kind, foreign in (("float", "int8"), ("int4", "int8"), ("network", "float")):
            check_refusals(work, kind, "memory" if kind == "network" else "state", *made[kind], made[foreign][1])
        # All in one C file, and a step that two cores share.
        for kind in ("float", "network"):
            run(QUILLET, "compile", kinds[kind][0], *kinds[kind][1], "-o", work / "made.c", "--weights", work / "one.weights")
            run("gcc", "-std=c99", "-O1", "-ffp-contract=off", work / "made.c", "-lm", "-o", work / "one")
            done = run(work / "one", work / "one.weights", *kinds[kind][2], input=kinds[kind][3])
            if done.stdout != run(work / f"{kind}-plain/program", *kinds[kind][2], input=kinds[kind][3]).stdout:
                sys.exit(f"{kind}: one file of C writes something else")
        run(QUILLET, "compile", work / "int4.onnx", "-o", work / "two", "--name", "made", "--cores", "2", "--weights", work / "two.weights")
        run("gcc", *FLAGS, "-c", work / "two/made.c", "-o", work / "two.o")
    print(f"{len(kinds)} models read their weights from a file; other files were refused")


main()
