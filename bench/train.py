#!/usr/bin/env python3
"""Training speed beside PyTorch's, turn about on the same cores: bench/train.py [--json] [--rounds N] [--seconds S] [--instructions NAME] [--busy CORE]

A GRU of 256, an alphabet of 64, 64 streams of 64 characters, Adam. Each side counts its best stretch, of a fifth of a
second; PyTorch has the best of its thread settings. Whole rounds, of which PyTorch's wander by half, and characters a
second of processor time are told beside it. It is measured for each set of instructions that the processor has but the
plain one, or for --instructions; for avx2 PyTorch, its oneDNN and OpenBLAS are held to AVX2 as well. --busy: somebody
else computes on that core. The share of sgemm counts operations of plain products: by halves an eighth less is done, so
that it can exceed 1. SPDX-License-Identifier: MIT
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
HIDDEN, VOCABULARY, BATCH, SEQUENCE = 256, 64, 64, 64
PYTHONS = ("/usr/bin/python3", "python3", "/opt/homebrew/bin/python3")
# What each library asks for the instructions it may use; unset, it takes the best.
LIMITS = {"avx2": {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "DNNL_MAX_CPU_ISA": "AVX2", "OPENBLAS_CORETYPE": "Haswell"}}
BUSY = "import os,sys\nos.sched_setaffinity(0,{int(sys.argv[1])})\nwhile True: pass"


def output_of(command, instructions, **more):
    environment = {name: value for name, value in os.environ.items() if name not in LIMITS["avx2"]}
    done = subprocess.run(command, env=environment | LIMITS.get(instructions, {}) | more, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"bench/train.py: {command[0]} failed: {done.stderr.strip().splitlines()[-1:]}")
    return json.loads(done.stdout)


def python_with_torch():
    for python in PYTHONS:
        try:
            if subprocess.run([python, "-c", "import torch"], stderr=subprocess.DEVNULL).returncode == 0:
                return python
        except OSError:
            pass
    return None


def quillet(threads, seconds, instructions):
    program = ROOT / "build/release/bench/bench_train"
    if not program.exists():
        sys.exit(f"bench/train.py: {program} is not built; run ./dev bench train")
    return output_of([str(program), "gru", *map(str, (HIDDEN, BATCH, SEQUENCE, threads, seconds)), instructions], instructions)


def pytorch(python, blas_threads, threads, seconds, instructions):
    arguments = map(str, (HIDDEN, VOCABULARY, BATCH, SEQUENCE, threads, seconds))
    return output_of([python, str(ROOT / "bench/torch_train.py"), *arguments], instructions, OPENBLAS_NUM_THREADS=str(blas_threads))


def processor_has():
    """The processor's sets of instructions, the widest first."""
    flags = ""
    if os.path.exists("/proc/cpuinfo"):
        flags = pathlib.Path("/proc/cpuinfo").read_text()
    return [name for name, flag in (("avx512", "avx512vl"), ("avx2", "avx2")) if flag in flags.split()] or ["best"]


def measure(rounds, seconds, instructions):
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    python, settings = python_with_torch(), {}
    ours, theirs = {}, {"chars_per_s": 0, "chars_per_processor_s": 0}
    choices = sorted({(cores, 1), (1, cores), (1, 1), (cores, cores)})
    for turn in range(rounds):
        result = quillet(cores, seconds, instructions)
        variant = result.pop("instructions")
        ours = {name: max(ours.get(name, 0), value) for name, value in result.items()}
        # After the first round, only the settings that came near the best.
        best = max(settings.values(), default=0)
        for choice in choices if python else []:
            if turn and settings[choice] < 0.6 * best:
                continue
            result = pytorch(python, *choice, seconds, instructions)
            if not result["openblas"]:
                sys.exit("bench/train.py: PyTorch runs on another BLAS than OpenBLAS, which proves nothing")
            settings[choice] = max(settings.get(choice, 0), result["best_stretch"])
            theirs = {name: max(value, result[name]) for name, value in theirs.items()}
    return cores, variant, ours, settings, theirs


def record_of(cores, variant, ours, settings, theirs):
    torch_speed = max(settings.values(), default=None)
    ratio = lambda name: round(ours[name] / theirs[name], 3) if torch_speed else None
    return {
        "cores": cores,
        "instructions": variant,
        "quillet_chars_per_s": ours["best_stretch"],
        "pytorch_chars_per_s": torch_speed,
        "ratio": round(ours["best_stretch"] / torch_speed, 3) if torch_speed else None,
        "whole_round_ratio": ratio("chars_per_s"),
        "processor_time_ratio": ratio("chars_per_processor_s"),
        "sgemm_gflops": ours["sgemm_gflops"],
        "sgemm_share": round(ours["used_gflops"] / ours["sgemm_gflops"], 3),
        "tile_gflops": ours["tile_gflops"],
    }


def show(record, settings):
    name = record["instructions"]
    print(f"GRU {HIDDEN}, alphabet {VOCABULARY}, batch {BATCH} x {SEQUENCE}, Adam, {record['cores']} cores, {name}")
    if name in LIMITS:
        print("PyTorch with " + " ".join(f"{key}={value}" for key, value in LIMITS[name].items()))
    print(f"quillet   {record['quillet_chars_per_s']:9,.0f} characters/s, {100 * record['sgemm_share']:.0f} % of sgemm's "
          f"{record['sgemm_gflops']:.0f} GFLOP/s; a tile {record['tile_gflops']:.0f} on one core")
    for (blas, threads), speed in sorted(settings.items()):
        print(f"PyTorch   {speed:9,.0f} characters/s with OPENBLAS_NUM_THREADS={blas}, set_num_threads({threads})")
    print(f"ratio     {record['ratio']:9.2f}, of whole rounds {record['whole_round_ratio']:.2f}, by processor time "
          f"{record['processor_time_ratio']:.2f}" if settings else "PyTorch is not installed (Debian: python3-torch)")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--instructions")
    parser.add_argument("--busy", type=int, metavar="CORE")
    options = parser.parse_args()
    busy = options.busy is not None and subprocess.Popen([sys.executable, "-c", BUSY, str(options.busy)])
    records = []
    try:
        for instructions in [options.instructions] if options.instructions else processor_has():
            cores, variant, ours, settings, theirs = measure(options.rounds, options.seconds, instructions)
            records.append(record_of(cores, variant, ours, settings, theirs))
            if not options.json:
                show(records[-1], settings)
    finally:
        if busy:
            busy.kill()
    if options.json:
        print(json.dumps(records[0] | {"others": records[1:]}))


main()
