#!/usr/bin/env python3
"""Mixes a text with lines that larger models wrote, for a small model to read; what `quillet train` holds out of the text stays out.

SPDX-License-Identifier: MIT
Usage: tools/mix_lines.py --held-out FILE [--times 3] TEXT OUT [LINES ...]. OUT gets the lines of TEXT that train's default --valid 5%
does not hold out, --times over, and those of each LINES, shuffled the same way each time; FILE gets the lines held out. Train on OUT
with --valid FILE, and the larger models on TEXT with the default --valid.
"""
import argparse
import pathlib
import random

from held_out import place


def lines_of(path):
    return [line for line in path.read_text(encoding="utf8").split("\n") if line]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("text", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("lines", type=pathlib.Path, nargs="*")
    parser.add_argument("--held-out", type=pathlib.Path, required=True)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    held, kept = [], []
    for line in lines_of(options.text):
        (held if place(line) < 0.05 else kept).append(line)
    mixed = kept * options.times + [line for path in options.lines for line in lines_of(path)]
    random.Random(1).shuffle(mixed)
    options.out.write_text("\n".join(mixed) + "\n", encoding="utf8")
    options.held_out.write_text("\n".join(held) + "\n", encoding="utf8")


main()
