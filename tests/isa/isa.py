#!/usr/bin/env python3
"""The compiled C of integer models and the contract's vectors on many instruction sets, emulated: the same text on each, or not.

SPDX-License-Identifier: MIT
Usage: isa.py QUILLET [--model MODEL.onnx] [--lines N] [--require N] [--markdown] [ROW...]. Prints a table of what was built and
run, of the instruction sets that `quillet verify --list` has; a row whose compiler or emulator is missing says so. Status 1 when
a row differs or fails, 77 when fewer than --require (1) could run. QEMU counts for the instruction set; a real processor of the kind runs what it runs.
"""
import argparse
import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests/isa"
HELLO = ROOT / "examples/01_hello_model/hello.onnx"


@dataclasses.dataclass
class Row:
    name: str
    about: str          # bits, order of bytes
    compile: list       # the compiler, and what stands before the sources
    flags: list         # what stands behind them
    emulator: list      # the program is appended
    small: bool = False  # has room for the small model and some vectors only, one after the other


def rows_of(quillet):
    """This machine, and the instruction sets of `quillet verify`."""
    sets = {entry["name"]: entry["instruction_set"] for entry in json.loads(checked(quillet, "verify", HELLO, "--list", "--json")) if "instruction_set" in entry}
    machines = next(word for word in sets["armhf"]["compile"] if word.startswith("-I"))
    rows = [Row("host", "this machine, not emulated", ["cc", "-std=gnu99", "-O2", "-ffp-contract=off", machines], [], [])]
    return rows + [Row(name, s["about"], s["compile"], s["flags"], s["emulator"], small=s["ram_bytes"] > 0) for name, s in sets.items()]


def run(*words, limit=None):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, errors="replace", timeout=limit, stdin=subprocess.DEVNULL)


def checked(*words):
    done = run(*words)
    if done.returncode:
        raise RuntimeError(f"{words[0]}: {(done.stderr or done.stdout).strip().splitlines()[-1]}")
    return done.stdout


def words_of_vectors(contract, most=None):
    """The contract's generator, bounded and sampler vectors as C words, at most `most` words of them, and how many there are."""
    vectors = [[1, v["seed"], *v["start"], len(v["outputs"]), *v["outputs"], *v["end"]] for v in contract["generator"]]
    vectors += [[2, v["seed"], v["bound"], len(v["outputs"]), *v["outputs"], *v["end"]] for v in contract["bounded"]]
    vectors += [[3, v["seed"], *v["sampling"], len(v["logits"]), *v["logits"], len(v["tokens"]), *v["tokens"], *v["end"]] for v in contract["sampler"]]
    kept, total = [], 0
    for vector in vectors:
        if most is None or total + len(vector) <= most:
            kept.append(vector)
            total += len(vector)
    return ",\n".join(",".join(f"{word & 0xffffffff}u" for word in vector) for vector in [*kept, [0]]), len(kept)


class Subject:
    """A model as C, and the lines that every machine must write."""

    def __init__(self, quillet, model, folder, lines):
        self.folder, self.lines, self.length = folder / pathlib.Path(model).stem, lines, 200
        checked(quillet, "compile", model, "--name", "isa_model", "-o", self.folder)
        self.expected = checked(quillet, "generate", model, "--seed", "1", "-n", str(lines), "--max-length", str(self.length)).splitlines()

    def flags(self):
        return [f"-I{self.folder}", '-DMODEL_HEADER="isa_model.h"', "-DMODEL=isa_model", f"-DLINES={self.lines}", f"-DLENGTH={self.length}"]


def build_and_run(row, folder, subject, vectors, name):
    """What the program printed, built with the model where `subject` is wanted and the vectors where they are."""
    program = folder / f"{name}.elf"
    flags = subject.flags() if not vectors or not row.small else [f"-I{subject.folder}"]
    flags += [f'-DVECTORS="{vectors}"'] if vectors else []
    sources = [HERE / "isa_main.c", *sorted(subject.folder.glob("runtime/*.c"))]
    sources += [subject.folder / "isa_model.c"] if "-DMODEL=isa_model" in flags else []
    checked(*row.compile, "-Wall", "-Werror", *flags, *sources, "-o", program, *row.flags)
    done = run(*row.emulator, program, limit=300)
    return done.stdout + done.stderr  # simavr prints on the latter


def printed_lines(text):
    """simavr shows a serial port's lines in colour, with '.' for the character that ends one."""
    return re.sub(r"\x1b\[32m(.*?)\.\n\x1b\[0m", r"\1\n", text).splitlines()


def verdict(row, printed, expected, vectors):
    """Empty where everything is the same."""
    lines = printed_lines(printed)
    if vectors and f"vectors {vectors} wrong 0" not in lines:
        return f"vectors: {next((line for line in lines if line.startswith('vectors')), printed.strip()[-80:] or 'nothing printed')}"
    found = [line[2:] for line in lines if line.startswith("| ")]
    for i, line in enumerate(expected):
        if i >= len(found) or found[i] != line:
            return f"line {i + 1} is {found[i] if i < len(found) else 'missing'!r}, not {line!r}"
    return ""


def try_row(row, folder, subjects, contract):
    """(what is wrong, vectors, seconds)."""
    subject = subjects["small" if row.small else "large"]
    begin = time.monotonic()
    if row.small:  # 16 kB of memory: the vectors and the model one after the other
        words, count = words_of_vectors(contract, most=2200)
    else:
        words, count = words_of_vectors(contract)
    vectors = folder / f"vectors-{count}.h"
    vectors.write_text(words)
    printed = build_and_run(row, folder, subject, vectors, "vectors")
    if row.small:
        printed += build_and_run(row, folder, subject, None, "model")
    return verdict(row, printed, subject.expected, count), count, time.monotonic() - begin


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("quillet")
    parser.add_argument("--model", default=str(ROOT / "models/names.onnx"))
    parser.add_argument("--lines", type=int, default=3)
    parser.add_argument("--require", type=int, default=1)
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("rows", nargs="*")
    options = parser.parse_intermixed_args()
    quillet = os.path.realpath(options.quillet)
    rows = rows_of(quillet)
    unknown = set(options.rows) - {row.name for row in rows}
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))}: none of {', '.join(row.name for row in rows)}")
    contract = json.loads((ROOT / "tests/vectors/contract.json").read_text())
    ran = wrong = 0
    with tempfile.TemporaryDirectory(prefix="quillet_isa_") as scratch:
        folder = pathlib.Path(scratch)
        small = folder / "hello.onnx"
        checked(quillet, "quantize", HELLO, "-o", small)
        subjects = {"large": Subject(quillet, options.model, folder, options.lines), "small": Subject(quillet, small, folder, options.lines)}
        form = "| {:10} | {:42} | {:27} | {:18} | {:7} | {:5} | {} |"
        print(form.format("instruction set", "what it is", "compiler", "emulator", "vectors checked", "lines", "text"))
        if options.markdown:
            print("|---" * 7 + "|")
        for row in rows:
            if options.rows and row.name not in options.rows:
                continue
            missing = [tool for tool in (row.compile[0], *row.emulator[:1]) if not shutil.which(tool)]
            cells = [row.name, row.about, row.compile[0], (row.emulator or ["-"])[0]]
            if missing:
                print(form.format(*cells, "", "", f"not run: no {missing[0]}"), flush=True)
                continue
            try:
                problem, count, seconds = try_row(row, folder, subjects, contract)
            except (RuntimeError, subprocess.TimeoutExpired) as error:
                problem, count, seconds = str(error), 0, 0
            ran, wrong = ran + 1, wrong + bool(problem)
            print(form.format(*cells, count, options.lines, f"DIFFERENT: {problem}" if problem else "the same"), flush=True)
    print(f"\n{ran} ran, {ran - wrong} wrote the same")
    sys.exit(1 if wrong else 77 if ran < options.require else 0)


main()
