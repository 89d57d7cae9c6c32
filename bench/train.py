#!/usr/bin/env python3
"""Training speed beside PyTorch's, turn about on the same cores: bench/train.py [--json] [--rounds N] [--seconds S]

A GRU of 256, an alphabet of 64, 64 streams of 64 characters, Adam. Each side counts its best stretch, of a fifth of a
second; PyTorch has the best of its thread settings. Whole rounds, of which PyTorch's wander by half, are told beside it.
The share of sgemm counts operations of plain products: by halves an eighth less is done, so that it can exceed 1. SPDX-License-Identifier: MIT
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


def output_of(command, **environment):
    done = subprocess.run(command, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
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


def quillet(threads, seconds):
    program = ROOT / "build/release/bench/bench_train"
    if not program.exists():
        sys.exit(f"bench/train.py: {program} is not built; run ./dev bench train")
    return output_of([str(program), "gru", *map(str, (HIDDEN, BATCH, SEQUENCE, threads, seconds))])


def pytorch(python, blas_threads, threads, seconds):
    arguments = map(str, (HIDDEN, VOCABULARY, BATCH, SEQUENCE, threads, seconds))
    return output_of([python, str(ROOT / "bench/torch_train.py"), *arguments], OPENBLAS_NUM_THREADS=str(blas_threads))


def measure(rounds, seconds):
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    python, settings = python_with_torch(), {}
    ours, whole = {"best_stretch": 0, "chars_per_s": 0, "sgemm_gflops": 0, "used_gflops": 0}, 0
    choices = sorted({(cores, 1), (1, cores), (1, 1), (cores, cores)})
    for turn in range(rounds):
        result = quillet(cores, seconds)
        ours = {name: max(ours[name], result[name]) for name in ours}
        # After the first round, only the settings that came near the best.
        best = max(settings.values(), default=0)
        for choice in choices if python else []:
            if turn and settings[choice] < 0.6 * best:
                continue
            result = pytorch(python, *choice, seconds)
            if not result["openblas"]:
                sys.exit("bench/train.py: PyTorch runs on another BLAS than OpenBLAS, which proves nothing")
            settings[choice] = max(settings.get(choice, 0), result["best_stretch"])
            whole = max(whole, result["chars_per_s"])
    return cores, ours, settings, whole


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=4)
    options = parser.parse_args()
    cores, ours, settings, whole = measure(options.rounds, options.seconds)
    torch_speed = max(settings.values(), default=None)
    record = {
        "cores": cores,
        "quillet_chars_per_s": ours["best_stretch"],
        "pytorch_chars_per_s": torch_speed,
        "ratio": round(ours["best_stretch"] / torch_speed, 3) if torch_speed else None,
        "whole_round_ratio": round(ours["chars_per_s"] / whole, 3) if whole else None,
        "sgemm_gflops": ours["sgemm_gflops"],
        "sgemm_share": round(ours["used_gflops"] / ours["sgemm_gflops"], 3),
    }
    if options.json:
        print(json.dumps(record))
        return
    print(f"GRU {HIDDEN}, alphabet {VOCABULARY}, batch {BATCH} x {SEQUENCE}, Adam, {cores} cores")
    print(f"quillet   {record['quillet_chars_per_s']:9,.0f} characters/s, {100 * record['sgemm_share']:.0f} % of sgemm's "
          f"{record['sgemm_gflops']:.0f} GFLOP/s")
    for (blas, threads), speed in sorted(settings.items()):
        print(f"PyTorch   {speed:9,.0f} characters/s with OPENBLAS_NUM_THREADS={blas}, set_num_threads({threads})")
    print(f"ratio     {record['ratio']:9.2f}, of whole rounds {record['whole_round_ratio']:.2f}" if torch_speed
          else "PyTorch is not installed (Debian: python3-torch)")


main()
