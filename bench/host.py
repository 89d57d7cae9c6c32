#!/usr/bin/env python3
"""Time of one character in compiled C on this machine, and of a BLAS's sgemv of the same shapes in the same run.

SPDX-License-Identifier: MIT
Usage: bench/host.py [--json] [--count]. A GRU with 320 hidden units and an alphabet of 64, random weights from a fixed seed, in float
and quantized, compiled by `quillet compile`, then by each compiler found with -O3 and -march=native; on x86-64 also with
-march=x86-64-v3 (AVX2) and, where the processor has it, -march=x86-64-v4 (AVX-512). --count gives instructions a character
instead, which do not vary with the load: as valgrind counts them, so of -march=x86-64-v3 at most. Absolute times vary with the machine and with what
else it does; the ratio to sgemv, which must read the same weights, says how near the limit the code is.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

from programs import instructions_a_run, levels, run

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("QUILLET_BUILD", ROOT / "build/release"))
WORK = ROOT / "build/bench/host"
ROUND_STEPS = 50  # as in host_step.c
SHAPE = ["gru", "1", "320", "64"]
KINDS = {"float_gru": None, "int8_gru": 8, "int4_gru": 4, "ternary_gru": 2}  # bits
TARGET_MICROSECONDS = {"float_gru": 25, "int8_gru": 12}


def blas_flags():
    """How to link a BLAS with cblas_sgemv; none where there is no such library."""
    if sys.platform == "darwin":
        return ["-DBLAS_HEADER=<Accelerate/Accelerate.h>", "-framework", "Accelerate"]
    found = subprocess.run(["pkg-config", "--cflags", "--libs", "openblas"], stdout=subprocess.PIPE, text=True)
    return ["-DBLAS_HEADER=<cblas.h>", *found.stdout.split()] if found.returncode == 0 else []


def write_c(name):
    folder = WORK / name
    model, unquantized = WORK / f"{name}.onnx", WORK / "unquantized.onnx"
    run(BUILD / "bench/random_model", unquantized if KINDS[name] else model, *SHAPE)
    if KINDS[name]:
        run(BUILD / "quillet", "quantize", unquantized, "-o", model, "--bits", str(KINDS[name]))
    run(BUILD / "quillet", "compile", model, "-o", folder, stderr=subprocess.DEVNULL)


def build(name, compiler, machine):
    """The benchmark's program for the model `name` as `compiler` makes it."""
    folder = WORK / name
    program = folder / f"bench-{compiler}-{machine}"
    sources = [folder / f"{name}.c", *sorted((folder / "runtime").glob("*.c"))]
    run(compiler, "-std=c99", "-O3", f"-march={machine}", "-ffp-contract=off", f'-DMODEL_HEADER="{name}.h"', f"-DMODEL={name}", f"-I{folder}",
        *sources, ROOT / "bench/host_step.c", *blas_flags(), "-lm", "-o", program)
    return program


def instructions(name, compiler, machine):
    """Instructions of one character."""
    return round(instructions_a_run(build(name, compiler, machine)) / ROUND_STEPS)


def measure(name, compiler, machine):
    words = run(build(name, compiler, machine), env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}).split()
    result = dict(zip(words[::2], map(float, words[1::2])))
    result["compiler"] = run(compiler, "--version").splitlines()[0]
    if name in TARGET_MICROSECONDS:
        result["within_target"] = result["us_per_char"] <= TARGET_MICROSECONDS[name]
    return result


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    count = "--count" in sys.argv
    targets = {suffix: machine for suffix, machine in {"": "native", **levels()}.items() if not count or suffix == "_v3"}
    if count and not (targets and shutil.which("valgrind")):
        sys.exit("bench/host.py: --count needs valgrind and an x86-64 with AVX2")
    results = {}
    for name in KINDS:
        write_c(name)
        for compiler in ("gcc", "clang-14", "clang"):
            for suffix, machine in targets.items():
                row = f"{name}_{re.sub('-.*', '', compiler)}{suffix}"
                if shutil.which(compiler) and row not in results:
                    results[row] = (instructions if count else measure)(name, compiler, machine)
    if "--json" in sys.argv:
        print(json.dumps(results))
    elif count:
        for name, number in results.items():
            print(f"{name:24} {number:9} instructions a character")
    else:
        table(results)


def table(results):
    print(f"{'model and compiler':24} {'us a character':>14} {'median':>8} {'sgemv us':>9} {'times sgemv':>12}  target")
    for name, r in results.items():
        target = TARGET_MICROSECONDS.get("_".join(name.split("_")[:2]), "")
        print(f"{name:24} {r['us_per_char']:14.2f} {r['us_per_char_median']:8.2f} {r.get('sgemv_us', 0):9.2f} {r.get('times_sgemv', 0):12.2f}  {target}")


main()
