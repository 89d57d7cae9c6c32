#!/usr/bin/env python3
"""Writes the contract's tables, in 60-digit decimals, as data for C, JavaScript and Python; --check compares instead.

SPDX-License-Identifier: MIT
docs/DESIGN.md, contract 3 and 5: EXP, SIG and TANH are never recomputed with a platform's pow or exp. The ports read SIG
and TANH out of the models.
"""
import decimal
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
decimal.getcontext().prec = 60
D = decimal.Decimal


def rounded(x):
    """To the nearest integer, halves away from zero."""
    return int(x.to_integral_value(decimal.ROUND_HALF_UP))


def tanh(x):
    e = (2 * x).exp()
    return (e - 1) / (e + 1)


def tables():
    """name -> (C type, what it is, 1024 integers)"""
    steps = [D(i - 512) / 64 for i in range(1024)]
    return {
        "exp2": ("uint16_t", "round(65535 * 2^(-i/64))", [rounded(65535 * D(2) ** (D(-i) / 64)) for i in range(1024)]),
        "sigmoid": ("uint16_t", "round(16384 * sigmoid((i - 512) / 64)), Q14",
                    [rounded(16384 / (1 + (-x).exp())) for x in steps]),
        "tanh": ("int16_t", "round(32512 * tanh((i - 512) / 64))", [rounded(32512 * tanh(x)) for x in steps]),
    }


def rows(values):
    return "".join("    " + ", ".join(map(str, values[i:i + 16])) + ",\n" for i in range(0, len(values), 16))


def c_source(all_tables):
    text = "/* The contract's tables as data, written by tools/make_tables.py; do not edit.\n * SPDX-License-Identifier: MIT */\n"
    text += '#include "quillet_tables.h"\n'
    for name, (ctype, _, values) in all_tables.items():
        text += f"\n/* clang-format off */\nconst {ctype} quillet_{name}_table[1024] = {{\n{rows(values)}}};\n/* clang-format on */\n"
    return text


def c_header(all_tables):
    text = "/* The contract's tables (docs/DESIGN.md, 3 and 5), written by tools/make_tables.py; do not edit.\n"
    text += " * SPDX-License-Identifier: MIT */\n#ifndef QUILLET_TABLES_H\n#define QUILLET_TABLES_H\n\n#include <stdint.h>\n\n"
    text += "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
    for name, (ctype, what, _) in all_tables.items():
        text += f"/* {what} */\nextern const {ctype} quillet_{name}_table[1024];\n"
    return text + "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n"


def js_source(what, values):
    text = "// The sampler's table as data, written by tools/make_tables.py; do not edit.\n// SPDX-License-Identifier: MIT\n"
    return text + f"\n/** {what} */\nexport const exp2Table = new Uint16Array([\n{rows(values)}]);\n"


def python_source(what, values):
    text = '"""The sampler\'s table as data, written by tools/make_tables.py; do not edit.\n\nSPDX-License-Identifier: MIT\n"""\n'
    return text + f"\n# {what}\nEXP2 = (\n{rows(values)})\n"


def main():
    all_tables = tables()
    _, *exp2 = all_tables["exp2"]
    files = {
        "runtime/quillet_tables.h": c_header(all_tables),
        "runtime/quillet_tables.c": c_source(all_tables),
        "ports/js/tables.js": js_source(*exp2),
        "ports/python/quillet/tables.py": python_source(*exp2),
    }
    stale = []
    for name, text in files.items():
        path = ROOT / name
        if path.exists() and path.read_text() == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    if "--check" in sys.argv and stale:
        sys.exit(f"make_tables.py: {', '.join(stale)} differ from the rule; run tools/make_tables.py")


main()
