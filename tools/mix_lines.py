#!/usr/bin/env python3
"""Mixes a text with lines that larger models wrote, for a small model to read; what `quillet train` holds out of the text stays out.

SPDX-License-Identifier: MIT
Usage: tools/mix_lines.py --held-out FILE [--times 3] TEXT OUT [LINES ...]. OUT gets the lines of TEXT that train's default --valid 5%
does not hold out, --times over, and those of each LINES, shuffled the same way each time; FILE gets the lines held out. Train on OUT
with --valid FILE. The larger models must have been trained on TEXT with the same 5 %.
"""
import argparse
import pathlib
import random

MASK = (1 << 64) - 1


def is_held_out(line, share=0.05):
    """By FNV-1a over the code points of the line and its end, four bytes each, as train/text.cc has it."""
    value = 0xCBF29CE484222325
    for character in line + "\n":
        for shift in (0, 8, 16, 24):
            value = ((value ^ (ord(character) >> shift & 255)) * 0x100000001B3) & MASK
    value ^= value >> 32
    return (value >> 11) * 2.0**-53 < share


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
        (held if is_held_out(line) else kept).append(line)
    mixed = kept * options.times + [line for path in options.lines for line in lines_of(path)]
    random.Random(1).shuffle(mixed)
    options.out.write_text("\n".join(mixed) + "\n", encoding="utf8")
    options.held_out.write_text("\n".join(held) + "\n", encoding="utf8")


main()
