#!/usr/bin/env python3
"""Collects the texts for pretrain.py: one line a piece, each with its source and its part.

Writes OUT/text.gz (the lines) and OUT/lines.npz (source and part of each line). SPDX-License-Identifier: MIT

    prepare.py DATA OUT [FORTUNES]
"""
import glob, gzip, lzma, os, re, sys, zlib
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from held_out import place
from texts import CHARACTERS, HELD, MODERN, SOURCES, TRAIN

MODERN_FILES = {"rowland-bachelor-girl.txt", "wilde-aphorisms.txt", "complete-cynic.txt"}
FIT = re.compile("[" + re.escape(CHARACTERS[1:]) + "]+")


def shingles(lines, n, words={}):
    """Hashes of all runs of n words, and the number of the line of each."""
    ids, owner = [], []
    for i, line in enumerate(lines):
        w = re.findall("[a-z]+", line.lower().replace("'", ""))
        ids.extend([words.setdefault(x, len(words)) for x in w])
        owner.extend([i] * len(w))
    a, o = np.array(ids, np.uint64), np.array(owner, np.int64)
    if len(a) < n:
        return np.zeros(0, np.uint64), np.zeros(0, np.int64)
    h = np.zeros(len(a) - n + 1, np.uint64)
    for k in range(n):
        h = h * np.uint64(1000003) + a[k : len(a) - n + 1 + k] + np.uint64(12345)
    same = o[: len(h)] == o[n - 1 :]
    return h[same], o[: len(h)][same]


def fortunes(folder):
    seen = set()
    for path in sorted(glob.glob(folder + "/*.u8")):
        for item in open(path, encoding="utf8", errors="replace").read().split("\n%\n"):
            m = re.match(r"(.*?)\n\s*-- ", item, re.S)
            if not m:
                continue
            text = " ".join(m[1].split()).strip('"')
            if 15 <= len(text) <= 200 and FIT.fullmatch(text) and text not in seen and text[0].isupper() and text[-1] in '.!?"':
                seen.add(text)
                yield text


def main(data, out, folder=None):
    def read(p):
        return (lzma.open(p, "rt") if p.endswith("xz") else open(p, encoding="utf8")).read().splitlines()

    q = data + "/quotes/"
    files = [
        ("best", [data + "/prose/best.txt.xz"]),
        ("prose", [data + "/prose/prose.txt.xz"]),
        ("wood", [q + "quotes-wood-ballou.txt"]),
        ("more", sorted(glob.glob(q + "more/*.txt"))),
        ("verse", sorted(glob.glob(q + "verse/*.txt"))),
        ("extra", sorted(glob.glob(q + "extra/*.txt"))),
        ("scots", [data + "/proverbs/scots-hislop.txt"]),
        ("scotsprose", [data + "/prose/scots-prose.txt.xz"]),
        ("names", [data + "/names/names-pantheon-moma-legislators.txt"]),
        ("nga", [data + "/names/names-nga.txt"]),
    ]
    lines, source, part = [], [], []
    for name, paths in files:
        for path in paths:
            text = read(path)
            if name == "scotsprose":
                text = text[:17130]  # what follows is not from Project Gutenberg
            for line in text:
                if not FIT.fullmatch(line):
                    continue
                lines.append(line)
                source.append(SOURCES.index(name))
                if name in ("best", "prose", "scotsprose"):
                    p = HELD if zlib.crc32(line.encode()) % 1000 < 3 else TRAIN
                else:
                    p = HELD if place(line) < 0.05 else MODERN if os.path.basename(path) in MODERN_FILES else TRAIN
                part.append(p)
    if folder:
        for line in fortunes(folder):
            lines.append(line)
            source.append(SOURCES.index("fortunes"))
            part.append(HELD)
    source, part = np.array(source, np.uint8), np.array(part, np.uint8)
    # No training line may share six words in a row with what is held out.
    kept_aside = np.isin(source, [2, 3, 4, 5, 6, 10]) & (part != TRAIN)
    held, _ = shingles([lines[i] for i in np.flatnonzero(kept_aside)], 6)
    rest = np.flatnonzero(~kept_aside)
    h, owner = shingles([lines[i] for i in rest], 6)
    bad = np.unique(rest[owner[np.isin(h, held)]])
    drop = np.zeros(len(lines), bool)
    drop[bad] = True
    for s, n in enumerate(SOURCES):
        m = source == s
        print(n, *(int((m & ~drop & (part == p)).sum()) for p in range(3)), "dropped", int((m & drop).sum()))
    keep = np.flatnonzero(~drop)
    with gzip.open(out + "/text.gz", "wb", 6) as f:
        f.write(("\n".join(lines[i] for i in keep) + "\n").encode())
    np.savez_compressed(out + "/lines.npz", source=source[keep], part=part[keep])


main(*sys.argv[1:])
