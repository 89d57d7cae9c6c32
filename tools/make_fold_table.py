#!/usr/bin/env python3
"""Writes base/fold_table.cc: the ASCII a character becomes where the alphabet lacks it, and what a letter and an accent
are together. --check compares instead.

Compatibility decompositions of Unicode without their combining marks, and the letters that have none.
SPDX-License-Identifier: MIT
"""
import pathlib
import sys
import unicodedata

RANGES = [(0xA0, 0x24F), (0x1E00, 0x1EFF), (0x2000, 0x209F), (0x2150, 0x218B), (0x2190, 0x22FF), (0xFB00, 0xFB06), (0xFF01, 0xFF5E)]
BY_HAND = {
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "ǽ": "ae", "Ǽ": "AE", "ø": "o", "Ø": "O", "ǿ": "o", "Ǿ": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D",
    "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "œ": "oe", "Œ": "OE", "ı": "i", "ŋ": "ng", "Ŋ": "Ng", "ħ": "h", "Ħ": "H", "ĸ": "k", "ŧ": "t",
    "Ŧ": "T", "ſ": "s", "ƒ": "f", "‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"',
    "‹": "'", "›": "'", "′": "'", "″": '"', "´": "'", "‐": "-", "‑": "-", "‒": "-", "–": "--", "—": "--", "―": "--", "−": "-", "…": "...",
    "·": "-", "•": "-", "×": "x", "⁄": "/", "÷": "/", "ʼ": "'", "ʻ": "'", "ˈ": "'", "ə": "e", "Ə": "E", "ɛ": "e", "ɔ": "o",
    "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "", "\u200e": "", "\u200f": "", "\u2060": "", "\ufeff": "", "\u202a": "", "\u202c": "",
}
OUT = pathlib.Path(__file__).resolve().parent.parent / "base/fold_table.cc"


def folded(character):
    if character in BY_HAND:
        return BY_HAND[character]
    parts = unicodedata.normalize("NFKD", character)
    text = "".join(BY_HAND.get(c, c) for c in parts if not unicodedata.combining(c))
    return text if text and text != character and all(" " <= c <= "~" for c in text) else None


def set_in(entries):
    """`entries` of a C table, on lines of at most 100 characters."""
    lines, line = [], "   "
    for entry in entries:
        if len(line) + len(entry) + 2 > 100:
            lines.append(line)
            line = "   "
        line += " " + entry + ","
    return "\n".join([*lines, line])


def pairs():
    """Letters with one accent: {letter, accent, both}."""
    found = []
    for low, high in ((0xC0, 0x24F), (0x1E00, 0x1EFF)):
        for code in range(low, high + 1):
            parts = unicodedata.decomposition(chr(code)).split()
            if len(parts) == 2 and 0x300 <= int(parts[1], 16) <= 0x36F:
                found.append((int(parts[0], 16), int(parts[1], 16), code))
    return [f"{{0x{letter:X}, 0x{accent:X}, 0x{both:X}}}" for letter, accent, both in sorted(found)]


def table():
    codes = {c for low, high in RANGES for c in range(low, high + 1)} | {ord(c) for c in BY_HAND}
    rows = [(code, folded(chr(code))) for code in sorted(codes)]
    rows = [(code, text) for code, text in rows if text is not None]
    quoted = ['{0x%X, "%s"}' % (code, text.replace("\\", "\\\\").replace('"', '\\"')) for code, text in rows]
    return (
        "// What a character becomes in ASCII, and letters with accents; made by tools/make_fold_table.py.\n// SPDX-License-Identifier: MIT\n"
        '#include "base/fold.h"\n\nnamespace quillet {\n\n// clang-format off\nconst FoldRow kFoldTable[] = {\n'
        + set_in(quoted)
        + "\n};\nconst AccentRow kAccentTable[] = {\n"
        + set_in(pairs())
        + "\n};\n// clang-format on\nconst size_t kFoldRows = sizeof kFoldTable / sizeof kFoldTable[0];\n"
        "const size_t kAccentRows = sizeof kAccentTable / sizeof kAccentTable[0];\n\n}  // namespace quillet\n"
    )


if "--check" in sys.argv:
    if OUT.read_text() != table():
        sys.exit(f"{OUT.name} differs from what tools/make_fold_table.py makes; run it")
else:
    OUT.write_text(table())
