#!/usr/bin/env python3
"""Blind reading: mixes lines of several origins into a sheet for readers, and counts their judgements.

  tools/blind.py mix OUT --lines real=held-out.txt --lines device=chosen.txt --lines ngram=ngram.txt -n 25 --seed 1
      writes OUT/sheet.csv (number, text, and empty columns grammatical, meaningful, real) and OUT/key.csv (number, origin)
  tools/blind.py count OUT/key.csv sheet-of-one-reader.csv ...
      prints for each origin the shares of yes (y, yes, 1) with 95 % intervals (Wilson), readers taken together and one by one

Give readers the sheet alone, and take readers who have not seen the lines before. SPDX-License-Identifier: MIT
"""
import argparse
import csv
import math
import pathlib
import random

COLUMNS = ("grammatical", "meaningful", "real")


def mix(out, lines, count, seed):
    chosen, generator = [], random.Random(seed)
    for item in lines:
        origin, _, path = item.partition("=")
        text = [line for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]
        if len(text) < count:
            raise SystemExit(f"{path}: has {len(text)} lines; expected at least {count}")
        chosen += [(origin, line) for line in generator.sample(text, count)]
    generator.shuffle(chosen)
    out.mkdir(parents=True, exist_ok=True)
    with open(out / "sheet.csv", "w", newline="", encoding="utf-8") as sheet, open(out / "key.csv", "w", newline="", encoding="utf-8") as key:
        sheet_rows, key_rows = csv.writer(sheet), csv.writer(key)
        sheet_rows.writerow(("number", "text", *COLUMNS))
        key_rows.writerow(("number", "origin"))
        for number, (origin, line) in enumerate(chosen, 1):
            sheet_rows.writerow((number, line, "", "", ""))
            key_rows.writerow((number, origin))


def interval(yes, n):
    """Wilson's 95 % interval of a share."""
    z = 1.96
    middle = (yes + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(yes * (n - yes) / n + z * z / 4)
    return max(0.0, middle - half), min(1.0, middle + half)


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def judgements(path, origins):
    """{(origin, column): (yes, lines)} of one reader's sheet."""
    found = {}
    for row in rows_of(path):
        origin = origins.get(row.get("number"))
        if origin is None:
            raise SystemExit(f"{path}: number {row.get('number')} is not in the key")
        for column in COLUMNS:
            answer = (row.get(column) or "").strip().lower()
            if answer not in ("y", "yes", "1", "n", "no", "0"):
                raise SystemExit(f"{path}: number {row['number']}, {column}: has {answer!r}; expected y or n")
            yes, n = found.get((origin, column), (0, 0))
            found[origin, column] = yes + (answer in ("y", "yes", "1")), n + 1
    return found


def count(key, sheets):
    origins = {row["number"]: row["origin"] for row in rows_of(key)}
    readers = [judgements(path, origins) for path in sheets]
    print(f"{'origin':<12} {'question':<12} {'yes':>9}  share  95 %          by reader")
    for origin, column in sorted(set().union(*readers), key=lambda pair: (pair[0], COLUMNS.index(pair[1]))):
        single = [reader.get((origin, column), (0, 0)) for reader in readers]
        yes, n = sum(s[0] for s in single), sum(s[1] for s in single)
        low, high = interval(yes, n)
        print(f"{origin:<12} {column:<12} {f'{yes}/{n}':>9}  {yes / n:4.0%}   {low:4.0%} to {high:4.0%}  {' '.join(f'{s[0]}/{s[1]}' for s in single)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    mixing = verbs.add_parser("mix")
    mixing.add_argument("out", type=pathlib.Path)
    mixing.add_argument("--lines", action="append", required=True, metavar="ORIGIN=FILE")
    mixing.add_argument("-n", type=int, default=25, help="lines of each origin")
    mixing.add_argument("--seed", type=int, default=1)
    counting = verbs.add_parser("count")
    counting.add_argument("key")
    counting.add_argument("sheets", nargs="+")
    arguments = parser.parse_args()
    if arguments.verb == "mix":
        mix(arguments.out, arguments.lines, arguments.n, arguments.seed)
    else:
        count(arguments.key, arguments.sheets)


if __name__ == "__main__":
    main()
