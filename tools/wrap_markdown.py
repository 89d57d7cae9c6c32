#!/usr/bin/env python3
"""Wraps paragraphs and list items of Markdown files at 120 columns; tables, code and headings stay as they are.

SPDX-License-Identifier: MIT
Usage: tools/wrap_markdown.py [--check] FILE...    --check: change nothing, fail where a line is too long
"""
import re
import sys
import textwrap

WIDTH = 120
ITEM = re.compile(r"^(\s*)([-*]|\d+\.)\s+")


def is_fixed(line):
    """Lines that are kept: tables, headings, indented code, pictures."""
    return not line.strip() or line.startswith(("#", "    ", "![", "<")) or line.lstrip().startswith("|")


def wrapped(text):
    out, block, in_code, in_item = [], [], False, False

    def flush():
        nonlocal block
        if block:
            found = ITEM.match(block[0])
            indent = " " * len(found[0]) if found else re.match(r"\s*", block[0])[0]
            joined = " ".join(line.strip() for line in block)
            first = found[1] if found else indent
            out.extend(textwrap.wrap(joined, WIDTH, initial_indent=first, subsequent_indent=indent,
                                     break_long_words=False, break_on_hyphens=False))
            block = []

    for line in text.split("\n"):
        if line.strip().startswith("```"):
            flush()
            in_code = not in_code
            out.append(line)
            continue
        continues_item = in_item and re.match(r"^ {2,5}\S", line)
        if in_code or is_fixed(line) and not (continues_item and block):
            flush()
            in_item = in_item and not line.strip()
            out.append(line)
            continue
        if ITEM.match(line):
            flush()
            in_item = True
        block.append(line)
    flush()
    return "\n".join(out)


def main(words):
    check = words[:1] == ["--check"]
    wrong = 0
    for name in words[check:]:
        with open(name, encoding="utf-8") as file:
            text = file.read()
        if check:
            for number, line in enumerate(text.split("\n"), 1):
                if len(line) > WIDTH and not is_fixed(line) and "](" not in line:
                    print(f"{name}:{number}: {len(line)} columns; tools/wrap_markdown.py {name}")
                    wrong += 1
        elif wrapped(text) != text:
            with open(name, "w", encoding="utf-8") as file:
                file.write(wrapped(text))
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
