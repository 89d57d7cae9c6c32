#!/usr/bin/env python3
"""What is compiled for processors that have more may define nothing but its own tables: the linker keeps one copy of a
function that two files define, and might give everybody the copy for AVX-512. tests/variants.py libquillet_train.a

SPDX-License-Identifier: MIT
"""
import shutil
import subprocess
import sys

VARIANTS = ("plain", "neon", "avx2", "avx512")
ELSEWHERE = 77  # the exit status of a test that is skipped


def main():
    if not shutil.which("nm"):
        print("nm is missing (Debian: binutils)")
        return ELSEWHERE
    listing = subprocess.run(["nm", "--defined-only", "--extern-only", "--demangle", sys.argv[1]], check=True, capture_output=True,
                             text=True).stdout
    defined, member = {}, None
    for line in listing.splitlines():
        if line.endswith(":"):
            member = line.rstrip(":")
        elif line and member:
            defined.setdefault(member, []).append(line.split(maxsplit=2)[1:])
    seen, bad = 0, []
    for variant in VARIANTS:
        symbols = defined.get(f"kernels_{variant}.cc.o", [])
        tables = {f"quillet::train::kKernels32_{variant}", f"quillet::train::kKernels64_{variant}"}
        names = {name for _, name in symbols if not name.startswith("__odr_asan")}
        seen += tables <= names
        bad += [f"kernels_{variant}.cc defines {name}: make it static, or leave it out" for name in sorted(names - tables)]
    if not seen:
        bad.append(f"{sys.argv[1]} has no tables of kernels")
    print("\n".join(bad) if bad else f"{seen} variants, each with its two tables alone")
    return 1 if bad else 0


sys.exit(main())
