#!/usr/bin/env python3
"""Changes one constant, comparison, table byte or call at a time and runs the tests that ought to notice.

SPDX-License-Identifier: MIT
Usage: tools/mutate.py [--count 100] [--seed 1] [--area NAME ...] [--folder build/mutate] [--list]
Works on a copy of the sources under build/mutate (runs at the same time want a folder each), so the tree stays as it is.
Prints the survivors and the share that was noticed; exit status 1 below --least. Mutants that change nothing observable
are listed with the reason in tools/mutants_equivalent.txt and are left out of the count.
"""
import argparse
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
COPY = ROOT / "build" / "mutate" / "source"
EQUIVALENT = ROOT / "tools" / "mutants_equivalent.txt"
PYTHON = "/usr/bin/python3"
SKIPPED = 77
NODE_TESTS = [["", "node", "--test", f"ports/js/{name}_test.js"] for name in ("contract", "model")]
PYTHON_TESTS = [["", PYTHON, "-m", "unittest", f"ports/python/tests/test_{name}.py"] for name in ("contract", "model")]
BOT_TESTS = [["bot_probe", PYTHON, "tests/bot/services_test.py", "build/release/tests/bot/bot_probe", "docs/images/bot-post.jpg", "build/services"]]
STUDY_TESTS = [["quillet", PYTHON, "tests/cli_study.py", "build/release/quillet"]]
# The kernels of a Cortex-M33 (packed halfwords) and of a processor without vectors, each against the plain loop.
CHIP_TESTS = [["kernel_vectors", "tests/device/run_kernels", board, "build/release/tests/device/kernel_vectors", f"build/{board}"]
              for board in ("mps2-an505", "mps2-an385")]
# These compile the kernels themselves, by a program that need not be built again.
KERNEL_TESTS = [["", PYTHON, "tests/onnx_node_tests.py", "build/release/quillet", "--all"],
                ["", PYTHON, "tests/control_flow.py", "build/release/quillet"]]

# Area: the files that are changed, and the tests near them: unit tests by their layer, then other commands, each after
# the program of the build that it runs ("" for none).
AREAS = {
    "runtime": (["runtime/quillet_integer*.c", "runtime/quillet_kernels_f32.c", "runtime/quillet_math_f32.h"], ["runtime", "run"], CHIP_TESTS),
    "sampler": (["runtime/quillet_sampler.c", "runtime/quillet_random.c", "runtime/quillet_text.c", "run/sampling.cc"],
                ["runtime", "run"], []),
    "kernels": (["runtime/quillet_tensor.c", "runtime/quillet_elementwise.c", "runtime/quillet_window.c", "runtime/quillet_recurrent_f32.c"],
                [], KERNEL_TESTS),
    "ranking": (["runtime/quillet_rank.c"], ["runtime"], []),
    "guard": (["run/word_filter.cc"], ["run"], []),
    "readers": (["graph/onnx_read.cc", "graph/onnx_tensor.cc", "base/utf8.cc", "base/json.cc", "base/alphabet.cc"], ["base", "graph", "cells"], []),
    "corpus": (["corpus/read*.cc"], ["corpus"], []),
    "files": (["base/file.cc", "base/temporary_folder.cc", "base/resources.cc"], ["base"], []),
    "panels": (["eink/panels/*.c", "eink/panels/*.h", "eink/driver.c", "eink/bus_*.c", "eink/panel.c"], ["eink", "device"], []),
    "typesetter": (["eink/typeset.c", "eink/prose.c", "eink/canvas.c", "eink/font.c"], ["eink", "device"], []),
    "firmware": (["firmware/*.c"], ["firmware", "device"], []),
    "bot": (["bot/bot.cc", "bot/config.cc", "bot/filter.cc", "bot/folder.cc", "bot/schedule.cc", "bot/service.cc", "bot/store.cc",
             "bot/mastodon.cc"], ["bot"], BOT_TESTS),
    "study": (["report/*.cc", "study/*.cc"], ["report", "study"], STUDY_TESTS),
    "picture": (["picture/*.cc"], [], [["picture_test", "build/release/tests/picture/picture_test"]]),
    "javascript": (["ports/js/sampler.js", "ports/js/random.js", "ports/js/text.js", "ports/js/integer.js", "ports/js/onnx.js"], [], NODE_TESTS),
    "python": (["ports/python/quillet/sampler.py", "ports/python/quillet/random.py", "ports/python/quillet/text.py",
                "ports/python/quillet/integer.py", "ports/python/quillet/onnx.py"], [], PYTHON_TESTS),
}

SWAPS = [(" < ", " <= "), (" <= ", " < "), (" > ", " >= "), (" >= ", " > "), (" == ", " != "), (" != ", " == "),
         (" === ", " !== "), (" && ", " || "), (" || ", " && "), (" + ", " - "), (" - ", " + "), (" >> ", " << "), (" << ", " >> "),
         (" >>> ", " << "), ("return true", "return false"), ("return false", "return true"), ("if (!", "if ("), (" and ", " or "),
         ("++", "--"), (" += ", " -= ")]
CALL = re.compile(r"^(\s+)((::|\w|\.|->)+\([^;{}]*\));\s*(//.*|/\*.*\*/)?$")
NUMBER = re.compile(r"(?<![\w.\"'])(0[xX][0-9a-fA-F]+|\d+)(?=[uUlL]*\b)(?![.\w])")


def code_lines(text, python):
    """(number, line) of lines that hold code: no comments, preprocessor, declarations of headers, nor what only macOS compiles."""
    in_comment, elsewhere = False, False
    for number, line in enumerate(text.split("\n")):
        stripped = line.strip()
        if stripped == "#ifdef __APPLE__":
            elsewhere = True
        elif stripped.startswith(("#else", "#endif")):
            elsewhere = False
        if elsewhere:
            continue
        if in_comment:
            in_comment = "*/" not in line
            continue
        if stripped.startswith("/*") and "*/" not in stripped:
            in_comment = True
            continue
        marks = ("#",) if python else ("//", "#", "/*", "*", "import ", "export {")
        if stripped and not stripped.startswith(marks) and not stripped.startswith(('"""', "static_assert", "using ", "namespace")):
            yield number, line


def mutants_of(path):
    """(line number, old line, new line, kind) of one file."""
    relative = path.relative_to(ROOT).as_posix()
    text = path.read_text()
    found = []
    for number, line in code_lines(text, path.suffix == ".py"):
        code = re.split(r"\s//|/\*|\s# ", line)[0]
        quoted = [match.span() for match in re.finditer(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])*\'', code)]

        def is_code(at):
            return not any(begin <= at < end for begin, end in quoted)

        for old, new in SWAPS:
            at = code.find(old)
            if at >= 0 and is_code(at):
                found.append((number, line, line[:at] + new + line[at + len(old):], "operator"))
        for match in NUMBER.finditer(code):
            if not is_code(match.start()):
                continue
            value = match[1]
            new = f"0x{int(value, 16) ^ 1:0{len(value) - 2}X}" if value[:2].lower() == "0x" else str(int(value) + 1)
            found.append((number, line, line[:match.start(1)] + new + line[match.end(1):], "constant"))
        if path.suffix != ".py" and (call := CALL.match(line)) and not call[2].startswith(("return", "sizeof")):
            found.append((number, line, f"{call[1]}(void)0;" if path.suffix in (".c", ".cc", ".h") else f"{call[1]};", "call"))
    return [(relative, *mutant) for mutant in found]


def equivalents():
    known = set()
    for line in EQUIVALENT.read_text().splitlines():
        if line and not line.startswith("#"):
            file, old, new, _reason = line.split("\t")
            known.add((file, old, new))
    return known


def chosen(areas, count, seed):
    """`count` mutants, as many of each area, in random order of the seed."""
    known, lists = equivalents(), {}
    for area in areas:
        all_of = [mutant for pattern in AREAS[area][0] for path in sorted(ROOT.glob(pattern)) if not re.search(r"_(test|fuzz)\.", path.name)
                  for mutant in mutants_of(path)]
        all_of = [m for m in all_of if (m[0], m[2].strip(), m[3].strip()) not in known]
        random.Random(f"{seed} {area}").shuffle(all_of)
        lists[area] = all_of
    share, rest = divmod(count, len(areas))
    return [(area, lists[area], share + (i < rest)) for i, area in enumerate(areas)]


def run(command, limit):
    """Exit status; 124 when it takes longer than `limit` seconds."""
    process = subprocess.Popen(command, cwd=COPY, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        return process.wait(limit)
    except subprocess.TimeoutExpired:
        return 124
    finally:  # also where we are stopped: a mutant may run forever
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def make_copy():
    """The tracked files, and the packages that the tests of the ports need."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in listed.stdout.splitlines():
        source, target = ROOT / name, COPY / name
        if not source.is_file() or target.is_file() and target.read_bytes() == source.read_bytes():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)  # not its time, so that it is newer than what was built here before
    modules = ROOT / "ports" / "js" / "node_modules"
    if modules.exists() and not (COPY / "ports" / "js" / "node_modules").exists():
        (COPY / "ports" / "js" / "node_modules").symlink_to(modules)
    # One source at a time and with few optimizations: what a change costs is its file and the program that runs it.
    subprocess.run(["cmake", "--preset", "release", "-DQUILLET_UNITY=OFF", "-DCMAKE_CXX_FLAGS_RELEASE=-O1"], cwd=COPY, check=True,
                   stdout=subprocess.DEVNULL)


def build(area):
    _, layers, commands = AREAS[area]
    targets = [f"{layer}_test" for layer in layers] + [command[0] for command in commands if command[0]]
    return run(["cmake", "--build", "--preset", "release", "--target", *targets], 1800) == 0 if targets else True


def is_noticed(area, limit=600):
    """Whether a test of the area fails, or one takes longer than `limit` seconds; one that is skipped (77) does not."""
    _, layers, commands = AREAS[area]
    tests = [[f"build/release/{layer}/{layer}_test", "--gtest_brief=1"] for layer in layers] + [command[1:] for command in commands]
    return any(run(command, limit) not in (0, SKIPPED) for command in tests)


def judge(area, mutant, limit):
    """'noticed', 'survived' or 'does not compile'."""
    relative, number, old, new, _ = mutant
    path = COPY / relative
    text = path.read_text()
    lines = text.split("\n")
    assert lines[number] == old, (relative, number)
    lines[number] = new
    try:
        path.write_text("\n".join(lines))
        if not build(area):
            return "does not compile"
        return "noticed" if is_noticed(area, limit) else "survived"
    finally:
        path.write_text(text)


def main():
    global COPY
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("mutate: stopped"))
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=100, help="mutants in all (100)")
    parser.add_argument("--seed", type=int, default=1, help="another seed draws others (1)")
    parser.add_argument("--area", nargs="*", default=list(AREAS), choices=list(AREAS))
    parser.add_argument("--least", type=float, default=0.95, help="share to notice (0.95)")
    parser.add_argument("--folder", type=pathlib.Path, default=COPY.parent, help="where the copy is made (build/mutate)")
    parser.add_argument("--list", action="store_true", help="only list the mutants")
    options = parser.parse_args()
    COPY = options.folder.resolve() / "source"
    plan = chosen(options.area, options.count, options.seed)
    if options.list:
        for area, mutants, wanted in plan:
            for file, number, old, new, _ in mutants[:wanted]:
                print(f"{area}: {file}:{number + 1}: {old.strip()} => {new.strip()}")
        return 0
    make_copy()
    if "kernels" in options.area and run(["cmake", "--build", "--preset", "release", "--target", "quillet"], 3600) != 0:
        sys.exit("mutate: quillet does not build")
    noticed, survivors = 0, []
    for area, mutants, wanted in plan:
        built, began = build(area), time.monotonic()
        if not built or is_noticed(area):
            sys.exit(f"mutate: the tests of {area} fail without a change")
        limit = 20 + 5 * (time.monotonic() - began)
        tried = 0
        for mutant in mutants:
            if tried == wanted:
                break
            verdict = judge(area, mutant, limit)
            if verdict == "does not compile":
                continue
            tried += 1
            noticed += verdict == "noticed"
            file, number, old, new, kind = mutant
            if verdict == "survived":
                survivors.append(mutant)
                print(f"survived: {file}:{number + 1} ({kind})\n    {old.strip()}\n    {new.strip()}", flush=True)
        build(area)
        print(f"{area}: {tried} tried, {noticed} noticed so far", file=sys.stderr, flush=True)
    total = noticed + len(survivors)
    print(f"noticed {noticed} of {total}")
    return int(noticed < options.least * total)


if __name__ == "__main__":
    sys.exit(main())
