#!/usr/bin/env python3
"""Blind reading of lines: mixes lines of several sources on a sheet, and counts what readers say of each source.

SPDX-License-Identifier: MIT
  reading_kit.py sheet -o SHEET.csv [-n 25] [--seed 1] --lines NAME=FILE … [--ngram TRAINING.txt]
  reading_kit.py shares SHEET.csv … [--json]

`sheet` draws n lines of each file (a line twice in it counts once) and, with --ngram, writes n lines by a character
n-gram of that text; SHEET.csv has them in a drawn order with empty columns, SHEET.csv.key says where each came from.
Readers get the sheet alone and write y or n into every cell: is the line grammatical, does it mean something, would
they take it for a person's. `shares` prints each source's shares with Wilson's intervals of 95 % (Wilson 1927,
"Probable inference, the law of succession, and statistical inference"), all sheets together.
"""
import argparse
import collections
import csv
import hashlib
import json
import math
import pathlib
import random
import sys

QUESTIONS = ("grammatical", "meaningful", "real")
NGRAM_CONTEXT = 6
LONGEST = 300
YES, NO = ("y", "yes", "1"), ("n", "no", "0")


class Failure(Exception):
    pass


def lines_of(path):
    text = pathlib.Path(path).read_text(encoding="utf-8")
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def ngram_lines(lines, count, draw):
    """Lines drawn character by character after the longest known context; at random it is given up for a shorter one,
    as often as Witten and Bell reckon that something new comes next."""
    following = [collections.defaultdict(collections.Counter) for _ in range(NGRAM_CONTEXT + 1)]
    for line in lines:
        text = "\n" + line + "\n"
        for i in range(1, len(text)):
            for length in range(min(i, NGRAM_CONTEXT) + 1):
                following[length][text[i - length:i]][text[i]] += 1

    def next_after(text):
        for length in range(min(len(text), NGRAM_CONTEXT), -1, -1):
            counts = following[length].get(text[len(text) - length:])
            if counts and (length == 0 or draw.random() * (counts.total() + len(counts)) < counts.total()):
                return draw.choices(list(counts), list(counts.values()))[0]
        raise AssertionError("the empty context has always been seen")

    written = []
    while len(written) < count:
        text = "\n"
        while len(text) < LONGEST and (len(text) == 1 or text[-1] != "\n"):
            text += next_after(text)
        if len(text.strip()) > 1:
            written.append(text.strip())
    return written


def write_sheet(options):
    draw = random.Random(options.seed)
    sources = {}
    for each in options.lines:
        name, _, path = each.partition("=")
        if not path or not name or name in sources:
            raise Failure(f"--lines {each}: expected NAME=FILE, each name once")
        found = lines_of(path)
        if len(found) < options.count:
            raise Failure(f"{path}: has {len(found)} different lines; expected at least {options.count}")
        sources[name] = draw.sample(found, options.count)
    if options.ngram:
        sources["n-gram"] = ngram_lines(lines_of(options.ngram), options.count, draw)
    rows = [(name, line) for name, found in sources.items() for line in found]
    draw.shuffle(rows)
    with open(options.output, "w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["number", "line", *QUESTIONS])
        sheet.writerows([number, line, "", "", ""] for number, (_, line) in enumerate(rows, 1))
    key = {str(number): {"source": name, "sha256": hashlib.sha256(line.encode()).hexdigest()}
           for number, (name, line) in enumerate(rows, 1)}
    pathlib.Path(options.output + ".key").write_text(json.dumps(key, indent=0) + "\n", encoding="utf-8")
    print(f"{options.output}: {len(rows)} lines of {len(sources)} sources; the key is in {options.output}.key")


def judgement(path, row, question):
    cell = (row.get(question) or "").strip().lower()
    if cell in YES or cell in NO:
        return cell in YES
    raise Failure(f"{path}: line number {row['number']}: {question} is {cell!r}; expected y or n")


def judged(path):
    """(source, {question: bool}) of each row."""
    key = json.loads(pathlib.Path(path + ".key").read_text(encoding="utf-8"))
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if {row.get("number") for row in rows} != set(key) or len(rows) != len(key):
        raise Failure(f"{path}: its numbers are not those of its key")
    for row in rows:
        known = key[row["number"]]
        if hashlib.sha256((row.get("line") or "").encode()).hexdigest() != known["sha256"]:
            raise Failure(f"{path}: line number {row['number']} is not the one of the key")
        yield known["source"], {question: judgement(path, row, question) for question in QUESTIONS}


def wilson(successes, count, z=1.959964):
    """The interval that holds a share of which `successes` of `count` were seen."""
    share = successes / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    reach = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def print_shares(options):
    counts = collections.defaultdict(collections.Counter)
    for path in options.sheets:
        for source, answers in judged(path):
            counts[source].update({"lines": 1, **{question: int(yes) for question, yes in answers.items()}})
    if options.json:
        shares = {source: {"lines": count["lines"], **{
            question: [count[question], *wilson(count[question], count["lines"])] for question in QUESTIONS}}
            for source, count in counts.items()}
        print(json.dumps(shares))
        return
    print(f"{'source':16} {'lines':>5}" + "".join(f"  {question + ' % (95 %)':>24}" for question in QUESTIONS))
    for source in sorted(counts):
        count = counts[source]
        text = f"{source:16} {count['lines']:5}"
        for question in QUESTIONS:
            low, high = wilson(count[question], count["lines"])
            cell = f"{100 * count[question] / count['lines']:.0f} ({100 * low:.0f} to {100 * high:.0f})"
            text += f"  {cell:>24}"
        print(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(required=True)
    sheet = verbs.add_parser("sheet", help="write a sheet to be judged, and its key")
    sheet.add_argument("-o", "--output", required=True)
    sheet.add_argument("-n", "--count", type=int, default=25, help="lines of each source (25)")
    sheet.add_argument("--seed", type=int, default=1, help="of the choice and the order (1)")
    sheet.add_argument("--lines", action="append", required=True, metavar="NAME=FILE")
    sheet.add_argument("--ngram", metavar="TEXT", help="a text whose character n-gram writes lines, too")
    sheet.set_defaults(run=write_sheet)
    shares = verbs.add_parser("shares", help="print what readers said of each source")
    shares.add_argument("sheets", nargs="+", metavar="SHEET.csv")
    shares.add_argument("--json", action="store_true")
    shares.set_defaults(run=print_shares)
    options = parser.parse_args()
    try:
        options.run(options)
    except (Failure, OSError, ValueError) as error:
        sys.exit(f"reading_kit.py: {error}")


main()
