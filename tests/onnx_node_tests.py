#!/usr/bin/env python3
"""ONNX's own node tests through `quillet compile`, gcc and a run; docs/OPERATORS.md is made from what comes out.

  tests/onnx_node_tests.py QUILLET [--all | --write] [--only PART] [--keep DIR]

Needs the models and vectors of Debian's libonnx-testdata and numpy; without them it is skipped (status 77). Fails
where a test comes out wrong or crashes, where fewer than LEAST are right, and where docs/OPERATORS.md says otherwise.
Without --all it runs the tests of SAMPLED operators, always the same, and holds their rows of the page against them.
SPDX-License-Identifier: MIT
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import zlib

try:
    import numpy
except ImportError:
    print("skipped: numpy is missing")
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = pathlib.Path("/usr/share/libonnx-testdata/data/node")
PAGE = ROOT / "docs/OPERATORS.md"
LEAST = 600
SAMPLED = 8  # one operator in so many, and the recurrent ones, without --all
BATCH = 120  # models that one call of gcc compiles
TYPES = {1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 9: "bool", 10: "float16",
         11: "float64", 12: "uint32", 13: "uint64", 16: "uint16"}  # bfloat16: its bits

# ONNX files -------------------------------------------------------------------------------------------------------


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def fields(data):
    """(number, value) of each field of a protobuf message; bytes for the length-delimited."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            size = 8 if kind == 1 else 4
            value, at = data[at:at + size], at + size
        yield key >> 3, value


def signed(value):
    return value - (1 << 64) if value >> 63 else value


def varints(value):
    if isinstance(value, int):
        return [value]
    result, at = [], 0
    while at < len(value):
        one, at = varint(value, at)
        result.append(one)
    return result


def read_tensor(path):
    """The array of a TensorProto; None for a type that numpy lacks, or what is no tensor."""
    dims, kind, raw, packed, integers = [], 0, None, b"", []
    for number, value in fields(path.read_bytes()):
        if number == 1:
            dims += [signed(v) for v in varints(value)]
        elif number == 2:
            kind = value
        elif number == 9:
            raw = value
        elif number in (4, 10):
            packed += value
        elif number in (5, 7, 11):
            integers += [signed(v) for v in varints(value)]
    if kind not in TYPES:
        return None
    if raw is None:
        raw = packed if packed else numpy.array(
            integers, "int64").astype("uint16" if kind == 10 else TYPES[kind]).tobytes()
    return numpy.frombuffer(raw, TYPES[kind]).reshape(dims)


def read_model(path):
    """Names of the graph's inputs, and its operators."""
    inputs, operators = [], []
    graph = next(value for number, value in fields(path.read_bytes()) if number == 7)
    for number, value in fields(graph):
        if number == 11:
            inputs.append(next(v for n, v in fields(value) if n == 1).decode())
        if number == 1:
            operators.append(next(v for n, v in fields(value) if n == 4).decode())
    return inputs, operators


# One test ---------------------------------------------------------------------------------------------------------


class Case:
    def __init__(self, folder, number):
        self.name, self.symbol = folder.name.removeprefix("test_"), f"t{number}"
        self.model = folder / "model.onnx"
        self.input_names, self.operators = read_model(self.model)
        self.result, self.reason, self.constants = None, "", []
        vectors = folder / "test_data_set_0"
        count = len(list(vectors.glob("input_*.pb")))
        try:
            self.inputs = [read_tensor(vectors / f"input_{i}.pb") for i in range(count)]
            self.outputs = [read_tensor(vectors / f"output_{i}.pb") for i in range(len(list(vectors.glob("output_*.pb"))))]
        except (ValueError, IndexError, TypeError):
            self.inputs, self.outputs = [None], [None]

    @property
    def operator(self):
        known = [o for o in self.operators if o != "Constant"]
        if self.name.endswith("_expanded"):
            return "functions written out"
        return known[-1] if known else "Constant"

    def set_option(self, name):
        value = self.inputs[self.input_names.index(name)]
        return f"--set={name}=" + ",".join(repr(v.item() if value.dtype != bool else int(v)) for v in value.ravel())

    def compile(self, quillet, folder):
        """Compiles to C; an input that has to be a constant becomes one, as the message says."""
        for _ in range(8):
            command = [quillet, "compile", str(self.model), "--network", "--no-runtime", "--name", self.symbol, "-o",
                       str(folder / self.symbol)] + [self.set_option(name) for name in self.constants]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode == 0:
                return
            message = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"status {done.returncode}"
            if done.returncode < 0 or done.returncode > 2:
                self.result, self.reason = "crashed", message
                return
            wanted = re.search(r"--set '?([^=']+)=", message)
            name = wanted.group(1) if wanted else None
            if name not in self.input_names or name in self.constants or None in [*map(lambda v: v if v is None else 1, self.inputs)]:
                break
            self.constants.append(name)
        self.result = "refused"
        self.reason = re.sub(r"^.*?model\.onnx: ?", "", message.removeprefix("quillet: "))

    def run_inputs(self):
        return [value for name, value in zip(self.input_names, self.inputs) if name not in self.constants]

    def judge(self, raw):
        at = 0
        for i, expected in enumerate(self.outputs):
            found = numpy.frombuffer(raw[at:at + expected.nbytes], expected.dtype).reshape(expected.shape)
            at += expected.nbytes
            same = numpy.allclose(found, expected, rtol=1e-3, atol=1e-7, equal_nan=True) if expected.dtype.kind == "f" \
                else numpy.array_equal(found, expected)
            if not same:
                self.result, self.reason = "wrong", f"output {i}: {found.ravel()[:6]}, expected {expected.ravel()[:6]}"
                return
        self.result = "right"


# All of them ------------------------------------------------------------------------------------------------------


def program_of(batch):
    """A C program that runs each case of a batch, from raw inputs on stdin to raw outputs on stdout."""
    text = ["#include <stdio.h>", "#include <stdlib.h>"]
    text += [f'#include "{case.symbol}/{case.symbol}.c"' for case in batch]
    for case in batch:
        lines, names = [], []
        sizes = [("in", v.nbytes) for v in case.run_inputs()] + [("out", v.nbytes) for v in case.outputs]
        for i, (kind, size) in enumerate(sizes):
            lines.append(f"    static union {{ double align; char bytes[{max(size, 1)}]; }} a{i};")
            names.append(f"(void*)a{i}.bytes")
        reads = "".join(f"    if ({size} && fread(a{i}.bytes, 1, {size}, stdin) != {size}) exit(9);\n"
                        for i, (kind, size) in enumerate(sizes) if kind == "in")
        writes = "".join(f"    fwrite(a{i}.bytes, 1, {size}, stdout);\n" for i, (kind, size) in enumerate(sizes) if kind == "out")
        text.append(f"static void call_{case.symbol}(int really) {{\n    static {case.symbol}_memory memory;\n" + "\n".join(lines) +
                    f"\n{reads}    if (!really) return;\n    {case.symbol}_run({', '.join(['&memory', *names])});\n{writes}    fflush(stdout);\n}}")
    calls = "".join(f"    call_{case.symbol}({i} >= first);\n" for i, case in enumerate(batch))
    text.append(f"int main(int argc, char** argv) {{\n    int first = argc > 1 ? atoi(argv[1]) : 0;\n{calls}    return 0;\n}}")
    return "\n".join(text) + "\n"


def run_batch(number, batch, folder, objects):
    source, program = folder / f"batch{number}.c", folder / f"batch{number}"
    source.write_text(program_of(batch))
    done = subprocess.run(["gcc", "-std=c99", "-O0", "-w", "-I", str(folder), "-I", str(ROOT), str(source), *objects, "-lm", "-o",
                           str(program)], capture_output=True, text=True)
    if done.returncode != 0:
        for case in batch:
            case.result, case.reason = "crashed", "gcc: " + next((line for line in done.stderr.splitlines() if "error" in line), "")
        return
    data = b"".join(value.tobytes() for case in batch for value in case.run_inputs())
    first = 0
    while first < len(batch):
        done = subprocess.run([str(program), str(first)], input=data, capture_output=True, timeout=60)
        at = 0
        for i in range(first, len(batch)):
            size = sum(value.nbytes for value in batch[i].outputs)
            if at + size > len(done.stdout):
                batch[i].result, batch[i].reason = "crashed", f"status {done.returncode}"
                first = i + 1
                break
            batch[i].judge(done.stdout[at:at + size])
            at += size
        else:
            return


def run_all(quillet, cases, folder):
    flags = ["-std=c99", "-O1", "-ffp-contract=off", "-I", str(ROOT)]
    objects = []
    for name in ("elementwise", "tensor", "window", "recurrent_f32", "kernels_f32"):
        objects.append(str(folder / f"{name}.o"))
        subprocess.run(["gcc", *flags, "-c", str(ROOT / f"runtime/quillet_{name}.c"), "-o", objects[-1]], check=True)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda case: case.compile(quillet, folder), cases))
    ready = []
    for case in cases:
        if case.result:
            continue
        if any(v is None for v in case.inputs + case.outputs):
            case.result, case.reason = "refused", "a vector of a type that is not compared"
        else:
            ready.append(case)
    batches = [ready[i:i + BATCH] for i in range(0, len(ready), BATCH)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda item: run_batch(*item, folder, objects), enumerate(batches)))


def is_sampled(case):
    return case.operator in ("GRU", "LSTM", "RNN") or zlib.crc32(case.operator.encode()) % SAMPLED == 0


def rows_of(cases):
    """The page's rows by operator."""
    groups = collections.defaultdict(list)
    for case in cases:
        groups[case.operator].append(case)
    rows = {}
    for operator in sorted(groups):
        group = groups[operator]
        reasons = collections.Counter(re.sub(r"^node '[^']*' |^the node of '[^']*' ", "", case.reason) for case in group
                                      if case.result != "right")
        why = "; ".join(reason for reason, _ in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))[:3])
        rows[operator] = f"| {operator} | {sum(case.result == 'right' for case in group)} | {len(group)} | " + \
            why.replace("|", "\\|") + " |"
    return rows


def page_of(cases):
    counts = collections.Counter(case.result for case in cases)
    constants = sum(1 for case in cases if case.result == "right" and case.constants)
    lines = ["# Operators", "",
             f"This table has the results of ONNX's {len(cases)} node tests (Debian's libonnx-testdata). For each test the model is",
             "compiled by `quillet compile` and gcc, and its output is compared with the expected one.", "",
             "| result | tests |", "|---|---|",
             *(f"| {result} | {counts[result]} |" for result in ("right", "wrong", "crashed", "refused")), "",
             f"In {constants} of the right ones, inputs that decide shapes, axes or indices were made constants with `--set`. This page",
             "is generated by `tests/onnx_node_tests.py build/release/quillet --write`, and a test compares it with the program.", "",
             "| operator | right | of | why not |", "|---|---|---|---|"]
    return "\n".join(lines + list(rows_of(cases).values())) + "\n"


def page_differs(cases, whole):
    """What docs/OPERATORS.md says otherwise."""
    if not PAGE.is_file():
        return [f"{PAGE.relative_to(ROOT)} is missing"]
    page = PAGE.read_text()
    if whole:
        return [] if page == page_of(cases) else [f"{PAGE.relative_to(ROOT)} is not what this run gives"]
    lines = page.splitlines()
    return [f"{PAGE.relative_to(ROOT)} has no line {row}" for row in rows_of(cases).values() if row not in lines]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("quillet")
    parser.add_argument("--write", action="store_true", help="write docs/OPERATORS.md")
    parser.add_argument("--all", action="store_true", help="every test, not only the sampled operators'")
    parser.add_argument("--only", default="", help="only tests whose name holds this")
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    if not DATA.is_dir():
        print("skipped: libonnx-testdata is not installed")
        return 77
    folders = [f for f in sorted(DATA.iterdir()) if options.only in f.name]
    cases = [Case(folder, i) for i, folder in enumerate(folders)]
    whole = options.all or options.write
    if not whole and not options.only:
        cases = [case for case in cases if is_sampled(case)]
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        run_all(os.path.abspath(options.quillet), cases, folder)
    counts = collections.Counter(case.result for case in cases)
    for case in cases:
        if case.result in ("wrong", "crashed") or options.only:
            print(f"{case.name}: {case.result} {case.reason}")
    print(", ".join(f"{n} {result}" for result, n in sorted(counts.items())), f"of {len(cases)}")
    failed = counts["wrong"] + counts["crashed"] > 0
    if options.only:
        return int(failed)
    if options.write:
        PAGE.write_text(page_of(cases))
    for line in page_differs(cases, whole):
        print(line + "; write it with --write")
        failed = True
    right = counts["right"]
    if not whole:  # the page, of which a sample was just held against the truth
        right = sum(int(row) for row in re.findall(r"^\| [^|]+ \| (\d+) \|", PAGE.read_text(), re.M))
    if right < LEAST:
        print(f"fewer than {LEAST} are right")
        failed = True
    return int(failed)


sys.exit(main())
