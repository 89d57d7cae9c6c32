#!/usr/bin/env python3
"""Time of one character in compiled C on this machine, and of a BLAS's sgemv of the same shapes in the same run.

SPDX-License-Identifier: MIT
Usage: bench/host.py [--json]. A GRU with 320 hidden units and an alphabet of 64, random weights from a fixed seed, in float
and quantized, compiled by `quillet compile`, then by each compiler found with -O3 -march=native. Absolute times vary with the machine and with what
else it does; the ratio to sgemv, which must read the same weights, says how near the limit the code is.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("QUILLET_BUILD", ROOT / "build/release"))
WORK = ROOT / "build/bench/host"
SHAPE = ["gru", "1", "320", "64"]
KINDS = {"float_gru": None, "int8_gru": 8, "int4_gru": 4, "ternary_gru": 2}  # bits
TARGET_MICROSECONDS = {"float_gru": 25, "int8_gru": 12}


def run(*words, **options):
    return subprocess.run([str(word) for word in words], check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def blas_flags():
    """How to link a BLAS with cblas_sgemv; none where there is no such library."""
    if sys.platform == "darwin":
        return ["-DBLAS_HEADER=<Accelerate/Accelerate.h>", "-framework", "Accelerate"]
    found = subprocess.run(["pkg-config", "--cflags", "--libs", "openblas"], stdout=subprocess.PIPE, text=True)
    return ["-DBLAS_HEADER=<cblas.h>", *found.stdout.split()] if found.returncode == 0 else []


def build(name, compiler):
    """The benchmark's program for the model `name` as `compiler` makes it."""
    folder = WORK / name
    model = WORK / f"{name}.onnx"
    run(BUILD / "bench/random_model", model, *SHAPE)
    if KINDS[name]:
        run(BUILD / "quillet", "quantize", model, "-o", model, "--bits", str(KINDS[name]))
    run(BUILD / "quillet", "compile", model, "-o", folder, stderr=subprocess.DEVNULL)
    program = folder / f"bench-{compiler}"
    sources = [folder / f"{name}.c", *sorted((folder / "runtime").glob("*.c"))]
    run(compiler, "-std=c99", "-O3", "-march=native", "-ffp-contract=off", f'-DMODEL_HEADER="{name}.h"', f"-DMODEL={name}", f"-I{folder}",
        *sources, ROOT / "bench/host_step.c", *blas_flags(), "-lm", "-o", program)
    return program


def measure(name, compiler):
    words = run(build(name, compiler), env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}).split()
    result = dict(zip(words[::2], map(float, words[1::2])))
    result["compiler"] = run(compiler, "--version").splitlines()[0]
    if name in TARGET_MICROSECONDS:
        result["within_target"] = result["us_per_char"] <= TARGET_MICROSECONDS[name]
    return result


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    results = {}
    for name in KINDS:
        for compiler in ("gcc", "clang-14", "clang"):
            short = re.sub(r"-.*", "", compiler)
            if shutil.which(compiler) and f"{name}_{short}" not in results:
                results[f"{name}_{short}"] = measure(name, compiler)
    if "--json" in sys.argv:
        print(json.dumps(results))
        return
    print(f"{'model and compiler':24} {'us a character':>14} {'median':>8} {'sgemv us':>9} {'times sgemv':>12}  target")
    for name, r in results.items():
        print(f"{name:24} {r['us_per_char']:14.2f} {r['us_per_char_median']:8.2f} {r.get('sgemv_us', 0):9.2f} {r.get('times_sgemv', 0):12.2f}  {TARGET_MICROSECONDS.get(name.rsplit('_', 1)[0], '')}")


main()
