#!/usr/bin/env python3
"""Fits the weights of quillet_line_score (runtime/quillet_rank.c) to judged lines.

SPDX-License-Identifier: MIT
  fit_ranking.py [JUDGED.csv]      tools/judged_lines.csv unless given; needs nothing but Python

A row is a line that a model wrote (GRU of 800, pieces, temperature 0.9, min-p 0.1), what is known of it as
`quillet generate --best 1 --json` tells it, and how it was judged: 0 no sentence, 1 a sentence, 2 one that means
something. A logistic regression (of half the level, ridge 1) gives the weights, scaled to one a hundredth of a bit a
character; then the share of lines that the best of 16 would be, by those weights fitted on four fifths of the lines and
tried on the last fifth, in turn.
"""
import csv
import math
import pathlib
import random
import sys

MARKS = ("bits", "worst", "unknown_words", "unseen_pairs", "echoes", "excess", "missing")


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            length = len(row["line"])
            row.update(excess=max(0, length - 40), missing=max(0, 28 - length))
            yield [float(row[mark]) for mark in MARKS], int(row["level"])


def fitted(rows, ridge=1.0, rounds=1500):
    """Weights by mark, of values as they are."""
    count = len(rows)
    columns = list(zip(*(marks for marks, _ in rows)))
    means = [sum(column) / count for column in columns]
    spreads = [math.sqrt(sum((x - mean) ** 2 for x in column) / count) or 1.0 for column, mean in zip(columns, means)]
    inputs = [[(x - mean) / spread for x, mean, spread in zip(marks, means, spreads)] for marks, _ in rows]
    targets = [level / 2 for _, level in rows]
    weights, bias = [0.0] * len(MARKS), 0.0
    for _ in range(rounds):
        errors = [1 / (1 + math.exp(-bias - sum(w * x for w, x in zip(weights, row)))) - target
                  for row, target in zip(inputs, targets)]
        for i in range(len(weights)):
            slope = sum(error * row[i] for error, row in zip(errors, inputs)) / count
            weights[i] -= 0.5 * (slope + ridge * weights[i] / count)
        bias -= 0.5 * sum(errors) / count
    return [w / spread for w, spread in zip(weights, spreads)]


def best_of(rows, scores, count=16, tries=4000):
    draw = random.Random(1)
    chosen = [rows[max(draw.sample(range(len(rows)), count), key=scores.__getitem__)][1] for _ in range(tries)]
    return [sum(level >= least for level in chosen) / tries for least in (1, 2)]


def score(weights, marks):
    return sum(w * x for w, x in zip(weights, marks))


def main():
    path = sys.argv[1] if sys.argv[1:] else pathlib.Path(__file__).with_name("judged_lines.csv")
    rows = list(rows_of(path))
    weights = fitted(rows)
    print("weights, of a hundredth of a bit a character 1:")
    for mark, weight in zip(MARKS, weights):
        print(f"  {mark:14} {weight / weights[0]:7.2f}")
    tried = [0.0] * len(rows)
    for fold in range(5):
        part = fitted([row for i, row in enumerate(rows) if i % 5 != fold])
        for i in range(fold, len(rows), 5):
            tried[i] = score(part, rows[i][0])
    shares = {"any": [sum(level >= least for _, level in rows) / len(rows) for least in (1, 2)],
              "likeliest": best_of(rows, [-marks[0] for marks, _ in rows]), "fitted": best_of(rows, tried)}
    print(f"{len(rows)} lines; share that is a sentence, and that means something:")
    for name, (sentence, sense) in shares.items():
        print(f"  {name:10} {100 * sentence:3.0f} %  {100 * sense:3.0f} %")


main()
