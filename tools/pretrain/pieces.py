"""Pieces of words: byte-pair merges learned and applied on whole texts as tensors (docs/model-file.md says how a line is encoded).

SPDX-License-Identifier: MIT
"""
import torch

from texts import CHARACTERS


def replace_pair(a, left, right, new):
    """Replaces each (left, right) in the tensor, leftmost first."""
    hit = (a[:-1] == left) & (a[1:] == right)
    if left == right:  # of a run only every other pair
        idx = torch.arange(len(hit), device=a.device)
        last_miss = torch.cummax(torch.where(hit, torch.full_like(idx, -1), idx), 0)[0]
        hit &= (idx - last_miss) % 2 == 1
    a = a.clone()
    a[:-1][hit] = new
    keep = torch.ones(len(a), dtype=torch.bool, device=a.device)
    keep[1:] = ~hit
    return a[keep]


def learn_merges(a, size, words_only):
    """Byte-pair merges over the token tensor. words_only: a space stands first in a piece or not at all."""
    text, merges = list(CHARACTERS), []
    a = a.clone()
    while len(text) < size:
        V = 256
        counts = torch.bincount(a[:-1].long() * V + a[1:].long(), minlength=V * V)
        order = torch.argsort(counts, descending=True)[:2000].tolist()
        for pair in order:
            l, r = divmod(pair, V)
            s = text[l] + text[r]
            if "\n" in s or s in text or (words_only and " " in s[1:]) or (words_only and not words_only_ok(s)):
                continue
            break
        merges.append([l, r])
        text.append(s)
        a = replace_pair(a, l, r, len(text) - 1)
    return text, merges


def words_only_ok(s):
    """Letters do not join punctuation."""
    t = s.strip(" ")
    return all(c.isalpha() or c == "'" for c in t) or not any(c.isalpha() for c in t)


def encode(characters, merges):
    a = characters
    for k, (l, r) in enumerate(merges):
        a = replace_pair(a, l, r, len(CHARACTERS) + k)
    return a
