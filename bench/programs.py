"""Programs of the benchmarks: run, compiled for what this processor has, their instructions counted.

SPDX-License-Identifier: MIT
"""
import pathlib
import platform
import re
import subprocess
import sys


def run(*words, **options):
    """What a program prints."""
    return subprocess.run([str(word) for word in words], check=True, text=True, **{"stdout": subprocess.PIPE, **options}).stdout


def levels():
    """The x86-64 levels of this processor that have wide vectors, for -march, by the ends of columns' names."""
    if platform.machine() != "x86_64" or sys.platform != "linux":
        return {}
    flags, found = set(pathlib.Path("/proc/cpuinfo").read_text().split()), {}
    if "avx2" in flags:
        found["_v3"] = "x86-64-v3"
    if {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"} <= flags:
        found["_v4"] = "x86-64-v4"
    return found


def instructions_a_run(program):
    """Instructions of one run of `program COUNT`, as valgrind counts them: what another one adds."""
    once, twice = (run("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, count, stderr=subprocess.STDOUT)
                   for count in (1, 2))
    return int(re.search(r"Collected : (\d+)", twice).group(1)) - int(re.search(r"Collected : (\d+)", once).group(1))
