"""The cost model of docs/scaling.md: python3 bench/scaling_model.py [POINTS.json of bench/mpi.sh --json]

SPDX-License-Identifier: MIT
Prints the page's tables; with measured points, each beside the model's step for its link.
"""
import json
import sys

PER_CHARACTER = 160_000 * 263_744  # characters a second times weights: two cores, docs/train.md
PER_WEIGHT = 3e-9  # seconds a step of packing weights and the optimizer, which every rank does whole
LATENCY, PER_MESSAGE = 50e-6, 5e-6  # seconds: a message's way, and a rank's work for each peer


def weights(hidden, vocabulary):
    return 3 * hidden * hidden + vocabulary * 3 * hidden + 6 * hidden + vocabulary * hidden + vocabulary


def step(count, ranks, compute, gbit, messages=5):
    """Seconds of a step and of its sums; `compute` are those of a rank's own streams."""
    fixed = PER_WEIGHT * count
    if ranks == 1:
        return compute + fixed, 0
    sums = 2 * (ranks - 1) / ranks * 4 * count * 8 / (gbit * 1e9) + 2 * messages * (LATENCY + (ranks - 1) * PER_MESSAGE)
    # The sums begin when the last matrix's product does, about 0.3 of the work from its end; its last part is waited for.
    return compute + fixed + max(sums - 0.3 * compute, sums / 4), sums


def tables():
    for hidden, vocabulary in ((256, 64), (800, 256)):
        count = weights(hidden, vocabulary)
        for weak in (False, True):
            print(f"\nGRU {hidden}, {4 * count / 1e6:.2f} MB, {'64 streams a rank' if weak else '64 streams in all'}; times one rank's speed")
            for gbit in (1, 10, 100):
                row = []
                for ranks in (2, 4, 10, 32, 100, 1000):
                    if not weak and ranks > 64:
                        continue
                    alone = 64 * 48 * count / PER_CHARACTER
                    share = alone if weak else alone / ranks
                    row.append(step(count, 1, alone, gbit)[0] / step(count, ranks, share, gbit)[0] * (ranks if weak else 1))
                print(f"| {gbit} |", " | ".join(f"{x:.1f}" if x < 20 else f"{x:.0f}" for x in row), "|")


def compare(points):
    alone = {(p["hidden"], p["batch"]): p["least_step_ms"] for p in points if p["ranks"] == 1}
    for p in points:
        if p["ranks"] > 1 and p["link_mbit"]:
            count = p["gradient_bytes"] / 4
            compute = max(alone[p["hidden"], p["batch"]] / 1e3 - PER_WEIGHT * count, 0) / p["ranks"]
            model = step(count, p["ranks"], compute, p["link_mbit"] / 1e3)[0]
            print(f"{p['link_mbit']} Mbit/s, {p['ranks']} ranks, {p['gradient_bytes'] / 1e6:.2f} MB, {p['batch']} streams: "
                  f"model {1e3 * model:.1f} ms, measured {p['least_step_ms']:.1f} (least) {p['step_ms']:.1f} (middle)")


if len(sys.argv) > 1:
    with open(sys.argv[1]) as file:
        compare(json.load(file)["points"])
else:
    tables()
