#!/usr/bin/env python3
"""Fails when an #include runs up or sideways (the layers and who may use whom are docs/DESIGN.md's table), when two
files give two types of one namespace the same name: the linker would merge their functions without a word, and when a
source's own constant has the name of a header's: of sources compiled together (QUILLET_UNITY), others would take it.

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


def tags_of(sources, kinds):
    done = subprocess.run(["ctags", "--output-format=json", "--fields=+neZ", f"--kinds-C++={kinds}", "-f", "-", *sources],
                          check=True, text=True, capture_output=True, cwd=ROOT)
    return list(map(json.loads, done.stdout.splitlines()))


def hidden_constants(sources, table):
    """One line for each constant of an unnamed namespace whose name a header has that the layer may include."""
    named, own = {}, []
    for tag in tags_of(sources, "v"):
        scope, unnamed, _ = tag.get("scope", "").partition("__anon")
        key = (scope.removesuffix("::"), tag["name"])
        if unnamed:
            own.append((key, tag["path"]))
        elif tag["path"].endswith(".h"):
            named.setdefault(key, []).append(tag["path"])
    if len(own) < 100:
        sys.exit(f"layers.py: ctags found {len(own)} constants; at least 100 were expected")
    found = []
    for (scope, name), path in own:
        around = ["::".join(scope.split("::")[:i]) for i in range(len(scope.split("::")) + 1)]
        headers = [header for outer in around for header in named.get((outer, name), ())]
        found += [f"{path}: its own {name} has the name of one in {header}; rename it" for header in headers
                  if header.split("/")[0] in {path.split("/")[0]} | table[path.split("/")[0]]]
    return found


def types_of_one_name(sources):
    """One line for each type that two files define in the same named namespace; ctags finds the definitions."""
    places = {}
    for tag in tags_of(sources, "sc"):
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
    if shutil.which("ctags"):
        bad += types_of_one_name(sources) + hidden_constants(sources, table)
    else:
        print("ctags is missing: names of types and constants were not compared")
    print("\n".join(bad) or f"{seen} includes, all of them down; no type is defined twice, no constant hides another")
    sys.exit(1 if bad or not seen else 0)


main()
