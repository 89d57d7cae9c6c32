#!/usr/bin/env python3
"""tools/reading_kit.py: the key stays out of the sheet, judgements come back to their sources, bad sheets are refused.

SPDX-License-Identifier: MIT
Usage: reading_kit.py SOURCE_DIR. Each function below is a test.
"""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

KIT = pathlib.Path(sys.argv[1]) / "tools" / "reading_kit.py"
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="quillet_reading_"))


def run(*words, status=0):
    done = subprocess.run([sys.executable, KIT, *map(str, words)], capture_output=True, text=True)
    assert done.returncode == status, done
    return done.stdout if status == 0 else done.stderr


def file(name, lines):
    (FOLDER / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return FOLDER / name


HELD = file("held.txt", [f"A true line, number {n}." for n in range(40)])
MODEL = file("model.txt", [f"Qua \"line\" flurb é {n}." for n in range(30)] * 2)


def sheet(name="sheet.csv", *more):
    run("sheet", "-o", FOLDER / name, "-n", 20, "--lines", f"held={HELD}", "--lines", f"model={MODEL}", "--ngram", HELD, *more)
    with open(FOLDER / name, encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def judge(rows, name, answer):
    with open(FOLDER / name, "w", encoding="utf-8", newline="") as text:
        out = csv.DictWriter(text, rows[0].keys())
        out.writeheader()
        out.writerows({**row, **answer(row)} for row in rows)


def a_sheet_mixes_sources_and_hides_them():
    rows = sheet()
    assert len(rows) == 60 and all(row["grammatical"] == row["real"] == "" for row in rows)
    text = (FOLDER / "sheet.csv").read_text()
    assert "held" not in text and "model" not in text and "gram," not in text.split("\n", 1)[1]
    own = [row["line"].startswith("A true line") and len(row["line"]) < 26 for row in rows]
    assert any(own[:30]) and any(own[30:]) and not all(own[:20]), "drawn order"
    lines = [row["line"] for row in rows if "flurb" in row["line"]]
    assert len(lines) == len(set(lines)) == 20
    assert sheet("again.csv") == rows and sheet("other.csv", "--seed", 2) != rows


def shares_find_their_sources_again():
    rows = sheet()
    judge(rows, "sheet.csv", lambda row: {"grammatical": "n" if "flurb" in row["line"] else " Y ", "meaningful": "1",
                                          "real": "no"})
    shares = json.loads(run("shares", "--json", FOLDER / "sheet.csv"))
    assert {source: each["lines"] for source, each in shares.items()} == {"held": 20, "model": 20, "n-gram": 20}
    assert shares["model"]["grammatical"][0] == 0 and shares["held"]["grammatical"][0] == 20
    low, high = shares["held"]["grammatical"][1:]
    assert abs(low - 0.8389) < 1e-4 and high == 1, "Wilson's interval of 20 of 20"
    assert abs(shares["model"]["grammatical"][2] - 0.1611) < 1e-4
    table = run("shares", FOLDER / "sheet.csv", FOLDER / "sheet.csv")
    assert "held                40" in table and "100 (91 to 100)" in table


def what_cannot_be_counted_is_refused():
    rows = sheet()
    assert "number 1" in run("shares", FOLDER / "sheet.csv", status=1)
    judge(rows, "sheet.csv", lambda row: {"grammatical": "y", "meaningful": "maybe", "real": "n"})
    assert "meaningful is 'maybe'" in run("shares", FOLDER / "sheet.csv", status=1)
    judge(rows[1:], "sheet.csv", lambda row: {"grammatical": "y", "meaningful": "y", "real": "n"})
    assert "not those of its key" in run("shares", FOLDER / "sheet.csv", status=1)
    judge(rows, "sheet.csv", lambda row: {"line": "x", "grammatical": "y", "meaningful": "y", "real": "n"})
    assert "is not the one of the key" in run("shares", FOLDER / "sheet.csv", status=1)
    assert "at least 99" in run("sheet", "-o", FOLDER / "x.csv", "-n", 99, "--lines", f"held={HELD}", status=1)
    assert "NAME=FILE" in run("sheet", "-o", FOLDER / "x.csv", "--lines", HELD, status=1)


for test in (a_sheet_mixes_sources_and_hides_them, shares_find_their_sources_again, what_cannot_be_counted_is_refused):
    test()
