#!/usr/bin/env python3
"""Fails when an #include runs up or sideways (the layers and who may use whom are docs/DESIGN.md's table), and when two
files give two types of one namespace the same name: the linker would merge their functions without a word.

SPDX-License-Identifier: MIT
"""
import json
import pathlib
import re
import shutil
import subprocess
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


def types_of_one_name(sources):
    """One line for each type that two files define in the same named namespace; ctags finds the definitions."""
    if not shutil.which("ctags"):
        print("ctags is missing: names of types were not compared")
        return []
    tags = subprocess.run(["ctags", "--output-format=json", "--fields=+neZ", "--kinds-C++=s", "--kinds-C++=+c", "-f", "-", *sources],
                          check=True, text=True, capture_output=True, cwd=ROOT).stdout
    places = {}
    for tag in map(json.loads, tags.splitlines()):
        scope = tag.get("scope", "")
        if "__anon" in scope + tag["name"] or tag.get("scopeKind") not in (None, "namespace"):
            continue
        places.setdefault((scope, tag["name"]), set()).add(tag["path"])
    if len(places) < 100:
        sys.exit(f"layers.py: ctags found {len(places)} types; at least 100 were expected")
    return [f"{' and '.join(sorted(files))}: both define {scope}::{name}; rename one"
            for (scope, name), files in sorted(places.items()) if len(files) > 1]


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
    sources = sorted(str(p.relative_to(ROOT)) for folder in table for p in (ROOT / folder).rglob("*")
                     if p.suffix in {".h", ".cc"} and "node_modules" not in p.parts)
    bad += types_of_one_name(sources)
    print("\n".join(bad) or f"{seen} includes, all of them down; no type is defined twice")
    sys.exit(1 if bad or not seen else 0)


main()
