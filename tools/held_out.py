"""Which lines `quillet train` holds out by their hash, for tools that must hold out the same.

SPDX-License-Identifier: MIT
"""


def place(line):
    """Where the line lies in 0 .. 1; below .05 it is one of those that --valid 5% holds out (train/text.cc)."""
    value = 0xCBF29CE484222325  # FNV-1a of the code points, four bytes each, and of the line's end
    for character in line + "\n":
        for shift in (0, 8, 16, 24):
            value = ((value ^ (ord(character) >> shift & 255)) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return ((value ^ value >> 32) >> 11) * 2.0**-53
