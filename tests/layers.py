#!/usr/bin/env python3
"""Fails when an #include runs up or sideways: the layers and who may use whom are docs/DESIGN.md's table.

SPDX-License-Identifier: MIT
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
ROOT = ROOT if ROOT.is_dir() else ROOT.parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
SOURCES = {".h", ".c", ".cc", ".S"}


def layers():
    """folder -> the folders it may include from, by the table in docs/DESIGN.md."""
    table = {}
    for line in (ROOT / "docs/DESIGN.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 4 and "`" in cells[0]:
            for folder in re.findall(r"`([\w/]+)/`", cells[0]):
                table[folder] = set(re.findall(r"\w+", cells[3]))
    if "runtime" not in table:
        sys.exit("layers.py: docs/DESIGN.md has no table of layers with a row for runtime/")
    every = set(table)
    for folder, used in table.items():
        if {"all", "above"} <= used:
            table[folder] = every - {folder}
    return table


def main():
    table, bad, seen = layers(), [], 0
    for path in sorted(p for folder in table for p in (ROOT / folder).rglob("*") if p.suffix in SOURCES):
        folder = path.relative_to(ROOT).parts[0]
        if "node_modules" in path.parts:
            continue
        for include in INCLUDE.findall(path.read_text()):
            seen += 1
            target = include.split("/")[0] if "/" in include else folder
            allowed = {folder} | table[folder]
            if target not in allowed and (ROOT / target).is_dir():
                bad.append(f"{path.relative_to(ROOT)}: includes {include}; {folder}/ may use {sorted(table[folder]) or 'nothing'}")
    print("\n".join(bad) or f"{seen} includes, all of them down")
    sys.exit(1 if bad or not seen else 0)


main()
