#!/usr/bin/env python3
"""Figures of the house: lines a layer, functions' lengths, upward includes, files that name a cell.

Usage: house_figures.py [BASE]     the working tree, beside commit BASE (default f80ee73)
Functions are found by universal-ctags; without it their column stays empty.

SPDX-License-Identifier: MIT
"""
import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PRODUCT = {".c", ".cc", ".h", ".S", ".js", ".mjs", ".py", ".sh"}
NOT_PRODUCT = re.compile(r"(^|/)(tests|models|docs|include-fixtures)/|_test\.|_fuzz\.|/test_|(^|/)test_|contract_test|"
                         r"(fold_table|quillet_tables|lookalikes_table)\.(c|cc|h)$|tables\.(js|py)$")
CELL = re.compile(r"\bCell::(gru|lstm|rnn)\b|\"(gru|lstm)\"|'(gru|lstm)'")
RENAMED = {"twins": "ports", "quantize": "integer"}


def run(*command, cwd=ROOT):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True).stdout


def product(root, names):
    """Product files: neither tests nor generated tables."""
    for name in names:
        path = root / name
        is_script = name == "dev" or (path.suffix == "" and name.startswith(("bench/", "tests/")))
        if (path.suffix in PRODUCT or is_script) and not NOT_PRODUCT.search(name) and path.is_file():
            yield name


def lengths(root, names):
    """Lines of each C and C++ function, by ctags."""
    if not shutil.which("ctags"):
        return []
    sources = [name for name in names if pathlib.Path(name).suffix in {".c", ".cc", ".h"}]
    tags = run("ctags", "--output-format=json", "--fields=+ne", "--kinds-C=f", "--kinds-C++=f", "-f", "-", *sources,
               cwd=root)
    found = []
    for line in tags.splitlines():
        tag = json.loads(line)
        if tag.get("kind") == "function" and "end" in tag:
            found.append(tag["end"] - tag["line"] + 1)
    return sorted(found)


def figures(root):
    names = list(product(root, run("git", "ls-files", cwd=root).splitlines() if (root / ".git").exists() else
                         [str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()]))
    lines = collections.Counter()
    cells, of_layers, mentions = 0, 0, 0
    for name in names:
        text = (root / name).read_text(errors="replace")
        folder = name.split("/")[0] if "/" in name else "."
        lines[RENAMED.get(folder, folder)] += text.count("\n")
        count = len(CELL.findall(text))
        cells += count > 0
        of_layers += count > 0 and not name.startswith(("bench/", "tools/"))
        mentions += count
    functions = lengths(root, names)
    layers = subprocess.run([sys.executable, str(root / "tests/layers.py"), str(root)], capture_output=True, text=True)
    upward = 0 if layers.returncode == 0 else layers.stdout.count("includes ")
    at = functions[int(len(functions) * 0.95)] if functions else None
    return {"lines": lines, "total": sum(lines.values()), "functions": len(functions), "p95": at,
            "upward": upward, "cells": cells, "of_layers": of_layers, "mentions": mentions}


def main():
    base = sys.argv[1] if len(sys.argv) > 1 else "f80ee73"
    if base.startswith("-"):
        print(__doc__.strip())
        return
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(["git", "archive", base], cwd=ROOT, capture_output=True)
        if archive.returncode:
            sys.exit(f"house_figures.py: '{base}' is no commit of this repository\n{__doc__.splitlines()[2]}")
        subprocess.run(["tar", "x", "-C", folder], input=archive.stdout, check=True)
        before = figures(pathlib.Path(folder))
    after = figures(ROOT)
    print(f"| | {base} | now |\n|---|---|---|")
    for layer in sorted(set(before["lines"]) | set(after["lines"])):
        print(f"| `{layer}/` | {before['lines'][layer]:,} | {after['lines'][layer]:,} |".replace("`./`", "the root"))
    for title, key in (("product, lines", "total"), ("functions in C and C++", "functions"),
                       ("their 95th percentile, lines", "p95"), ("upward includes", "upward"),
                       ("files that name a cell", "cells"),
                       ("of them without `bench/` and `tools/`", "of_layers"), ("mentions of a cell", "mentions")):
        show = lambda value: "ctags is missing" if value is None else f"{value:,}"
        print(f"| {title} | {show(before[key])} | {show(after[key])} |")


main()
