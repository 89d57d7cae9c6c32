#!/usr/bin/env python3
"""Fits the weights of quillet_line_score (runtime/quillet_rank.c) to judged lines.

SPDX-License-Identifier: MIT
  fit_ranking.py [JUDGED.csv]      tools/judged_lines.csv unless given; needs nothing but Python

A row is a line that a model wrote (GRU of 800, pieces, temperature 0.7 to 0.9, min-p 0.1), what is known of it, how it
was judged (0 no sentence, 1 a sentence, 2 one that means something) and how it came to be judged: `any` line of the
model's; `chosen` of some 12 by mean bits a character, by a classifier of real and invented lines, or by both; `likeliest`
of 40 by the whole line's bits. A logistic regression (of half the level, ridge 1) gives the weights, scaled to one a
tenth of a bit of the whole line; the others are what a mark is worth in such tenths. Then, for each origin and by weights
fitted on four fifths of the lines and tried on the last fifth, in turn: how often a line that means something scores
above one that does not (the area under the curve; 0.5 is chance).
"""
import csv
import math
import pathlib
import sys

MARKS = ("total", "missing", "echoes", "leaning", "trailing")
ORIGINS = ("any", "chosen", "likeliest")


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield [float(row[mark]) for mark in MARKS], int(row["level"]), row["origin"]


def fitted(rows, ridge=1.0, rounds=1500):
    """Weights by mark, of values as they are."""
    count = len(rows)
    columns = list(zip(*(row[0] for row in rows)))
    means = [sum(column) / count for column in columns]
    spreads = [math.sqrt(sum((x - mean) ** 2 for x in column) / count) or 1.0 for column, mean in zip(columns, means)]
    inputs = [[(x - mean) / spread for x, mean, spread in zip(row[0], means, spreads)] for row in rows]
    targets = [row[1] / 2 for row in rows]
    weights, bias = [0.0] * len(MARKS), 0.0
    for _ in range(rounds):
        errors = [1 / (1 + math.exp(-bias - sum(w * x for w, x in zip(weights, row)))) - target
                  for row, target in zip(inputs, targets)]
        for i in range(len(weights)):
            slope = sum(error * row[i] for error, row in zip(errors, inputs)) / count
            weights[i] -= 0.5 * (slope + ridge * weights[i] / count)
        bias -= 0.5 * sum(errors) / count
    return [w / spread for w, spread in zip(weights, spreads)]


def area(scores, good):
    """How often a good one scores above another; a tie is half."""
    wins = pairs = 0
    for i, first in enumerate(scores):
        if not good[i]:
            continue
        for j, second in enumerate(scores):
            if not good[j]:
                pairs += 1
                wins += (first > second) + (first == second) / 2
    return wins / pairs


def tried(rows):
    """Each row's score by weights that were fitted without it."""
    scores = [0.0] * len(rows)
    for fold in range(5):
        weights = fitted([row for i, row in enumerate(rows) if i % 5 != fold], rounds=400)
        for i in range(fold, len(rows), 5):
            scores[i] = sum(w * x for w, x in zip(weights, rows[i][0]))
    return scores


def main():
    path = sys.argv[1] if sys.argv[1:] else pathlib.Path(__file__).with_name("judged_lines.csv")
    rows = list(rows_of(path))
    weights = fitted(rows)
    print("weights, of a tenth of a bit of the line 1:")
    for mark, weight in zip(MARKS, weights):
        print(f"  {mark:10} {weight / weights[0]:8.2f}")
    scores = tried(rows)
    for origin in ORIGINS:
        mine = [i for i, row in enumerate(rows) if row[2] == origin]
        levels = [rows[i][1] for i in mine]
        print(f"{origin:10} {len(mine):4} lines: {100 * sum(level > 0 for level in levels) / len(mine):3.0f} % sentences, "
              f"{100 * sum(level > 1 for level in levels) / len(mine):3.0f} % mean something; area by the fit "
              f"{area([scores[i] for i in mine], [level > 1 for level in levels]):.2f}, by the line's bits alone "
              f"{area([-rows[i][0][0] for i in mine], [level > 1 for level in levels]):.2f}")


main()
