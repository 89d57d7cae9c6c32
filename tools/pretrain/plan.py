#!/usr/bin/env python3
"""Prints the plan of the first run of docs/text.md: plan.py >plan.json. SPDX-License-Identifier: MIT"""
import json

LR = 0.005
PRE = {"best": 0.45, "prose": 0.3, "wood": 0.1, "more": 0.1, "verse": 0.025, "extra": 0.025}
CMP = {"best": 0.5, "prose": 0.3, "wood": 0.1, "more": 0.1}
QUOTES = {"wood": 0.25, "more": 0.25, "verse": 0.05, "extra": 0.1, "best": 0.35}
STEPS = 1200


def compare(name, model, set="W", tokens=32768, lr=LR, bits=None, **k):
    return {
        "name": name,
        "set": set,
        "model": model,
        "tokens": tokens,
        **k,
        "phases": [{"shares": CMP, "steps": STEPS, "lr": lr, "bits": bits, "warm": 200}],
    }


def namer(name, H, layers, seed, seconds):
    return {
        "name": name,
        "set": "C",
        "names": True,
        "seed": seed,
        "model": {"H": H, "layers": layers},
        "tokens": 8192,
        "phases": [
            {
                "shares": {"names": 1, "nga": 0.6},
                "seconds": seconds,
                "lr": 0.002,
                "end": 0.02,
                "out_drop": 0.5,
                "weight_drop": 0.3,
                "word_drop": 0.05,
                "decay": 0.05,
                "average": 0.998,
                "watch": ["names"],
                "every": 200,
            }
        ],
    }


NAMES = {
    "shares": {"names": 1, "nga": 0.6, "99": 3},
    "teacher": ["n1", "n2", "n3"],
    "synthetic": 786432,
    "sample_steps": 44,
    "sample_batch": 65536,
    "distill": 0.7,
}
plan = {
    "sets": {"W": [256, True], "W128": [128, True], "C": [0, True]},
    "jobs": [
        [
            [
                {
                    "name": "T",
                    "modern": True,
                    "model": {"H": 2048, "layers": 2},
                    "seed": 11,
                    "phases": [
                        {"shares": PRE, "seconds": 150, "lr": 0.0025, "end": 0.08, "out_drop": 0.1, "warm": 300},
                        {
                            "shares": QUOTES,
                            "seconds": 32,
                            "lr": 0.0006,
                            "end": 0.05,
                            "out_drop": 0.3,
                            "weight_drop": 0.2,
                            "word_drop": 0.03,
                            "average": 0.99,
                            "watch": ["wood", "more"],
                            "every": 50,
                        },
                    ],
                }
            ],
            [
                {
                    "name": "pre",
                    "modern": True,
                    "model": {"H": 800},
                    "seed": 21,
                    "save": "pre",
                    "tokens": 49152,
                    "phases": [{"shares": PRE, "seconds": 178, "lr": LR, "end": 0.1, "warm": 300}],
                }
            ],
            [
                namer("n1", 640, 1, 1, 22),
                namer("n2", 640, 1, 2, 22),
                namer("n3", 448, 2, 3, 22),
                {
                    "name": "names",
                    "set": "C",
                    "names": True,
                    "save": "names",
                    "model": {"H": 240},
                    "tokens": 16384,
                    "also": {"float": [0, 0, 0], "448": [4, 4, 8], "444": [4, 4, 4]},
                    "phases": [
                        {**NAMES, "seconds": 30, "lr": 0.005, "end": 0.1},
                        {
                            **NAMES,
                            "seconds": 25,
                            "lr": 0.002,
                            "end": 0.0,
                            "bits": [4, 8, 8],
                            "average": 0.99,
                            "watch": ["names"],
                            "every": 200,
                        },
                    ],
                },
                compare("lstm688", {"H": 688, "cell": "lstm"}),
            ],
            [
                compare("gru800", {"H": 800}, also={"488": [4, 8, 8], "448": [4, 4, 8], "444": [4, 4, 4]}),
                compare("chars-gru900", {"H": 900}, "C", 65536),
                compare("gru2x512", {"H": 512, "layers": 2}),
                compare("gru800-through-448", {"H": 800}, bits=[4, 4, 8]),
                compare("chars-gru720", {"H": 720}, "C", 65536),
            ],
        ],
        [
            [
                {
                    "name": "quotes",
                    "from": "pre",
                    "modern": True,
                    "seed": 22,
                    "save": "quotes",
                    "also": {"float": [0, 0, 0], "488": [4, 8, 8], "444": [4, 4, 4]},
                    "phases": [
                        {
                            "shares": {
                                "best": 0.24,
                                "prose": 0.12,
                                "wood": 0.075,
                                "more": 0.075,
                                "verse": 0.015,
                                "extra": 0.025,
                                "99": 0.45,
                            },
                            "seconds": 145,
                            "lr": 0.0025,
                            "end": 0.0,
                            "warm": 300,
                            "teacher": ["T"],
                            "synthetic": 720896,
                            "sample_batch": 65536,
                            "prose_share": 0.6,
                            "distill": 0.6,
                            "bits": [4, 4, 8],
                            "out_drop": 0.05,
                            "average": 0.995,
                            "watch": ["wood", "more"],
                            "every": 400,
                        }
                    ],
                }
            ],
            [
                {
                    "name": "plain",
                    "from": "pre",
                    "modern": True,
                    "seed": 23,
                    "save": "plain",
                    "phases": [
                        {
                            "shares": QUOTES,
                            "seconds": 70,
                            "lr": 0.0015,
                            "end": 0.0,
                            "warm": 300,
                            "bits": [4, 4, 8],
                            "out_drop": 0.15,
                            "weight_drop": 0.1,
                            "word_drop": 0.02,
                            "average": 0.995,
                            "watch": ["wood", "more"],
                            "every": 300,
                        }
                    ],
                },
                compare("ternary1120", {"H": 1120}, bits=[2, 4, 8]),
                compare("glr4x384", {"H": 384, "layers": 4, "cell": "glr"}, lr=0.003),
                compare("gru850-128", {"H": 850}, "W128", 39000),
            ],
            [
                {
                    "name": "Ts",
                    "from": "T",
                    "modern": True,
                    "tests": ["scots", "more"],
                    "phases": [
                        {
                            "shares": {"scots": 0.35, "scotsprose": 0.45, "more": 0.2},
                            "steps": 600,
                            "tokens": 8192,
                            "lr": 0.0006,
                            "warm": 50,
                            "end": 0.05,
                            "out_drop": 0.4,
                            "weight_drop": 0.3,
                            "word_drop": 0.05,
                            "average": 0.98,
                            "watch": ["scots"],
                            "every": 50,
                        }
                    ],
                },
                {
                    "name": "chars",
                    "set": "C",
                    "modern": True,
                    "save": "chars",
                    "model": {"H": 720},
                    "tokens": 65536,
                    "phases": [
                        {"shares": PRE, "seconds": 70, "lr": LR, "end": 0.1},
                        {
                            "shares": QUOTES,
                            "seconds": 45,
                            "lr": 0.0015,
                            "end": 0.0,
                            "bits": [4, 8, 8],
                            "out_drop": 0.1,
                            "average": 0.99,
                            "watch": ["wood", "more"],
                            "every": 200,
                        },
                    ],
                },
            ],
        ],
        [
            {
                "name": "scots",
                "from": "quotes",
                "save": "scots",
                "modern": True,
                "tests": ["scots", "more"],
                "also": {"float": [0, 0, 0], "488": [4, 8, 8]},
                "phases": [
                    {
                        "shares": {"scots": 0.2, "scotsprose": 0.2, "more": 0.1, "99": 0.5},
                        "seconds": 20,
                        "tokens": 16384,
                        "lr": 0.0015,
                        "end": 0.0,
                        "teacher": ["Ts"],
                        "synthetic": 196608,
                        "sample_batch": 65536,
                        "prose_share": 0,
                        "distill": 0.6,
                        "bits": [4, 4, 8],
                        "out_drop": 0.1,
                        "average": 0.99,
                        "watch": ["scots"],
                        "every": 50,
                    }
                ],
            }
        ],
    ],
}
print(json.dumps(plan, indent=1))
