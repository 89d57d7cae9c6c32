"""What prepare.py writes of the texts, and pretrain.py reads.

SPDX-License-Identifier: MIT
"""
SOURCES = ["best", "prose", "wood", "more", "verse", "extra", "scots", "scotsprose", "names", "nga", "fortunes"]
TRAIN, HELD, MODERN = 0, 1, 2  # a line's part; MODERN: collections that comparisons keep aside, the shipped models read them
CHARACTERS = "\n !\"'(),-.:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
