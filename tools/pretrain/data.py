"""Lines of tokens on the device, and endless batches drawn from sources by their shares. SPDX-License-Identifier: MIT"""
import gzip
import json
import time

import numpy as np
import torch

from pieces import encode, learn_merges
from texts import CHARACTERS, HELD, MODERN, SOURCES, TRAIN

DEV = torch.device("cuda" if torch.cuda.is_available() else "cpu")


START = time.time()


def say(*words):
    print("%6.1f" % (time.time() - START), *words, flush=True)


class Data:
    """flat: line token, line, line token, line, ...; line i's input is flat[start[i] : start[i] + length[i]], its target one on."""

    def __init__(self, flat, source, part):
        self.flat = flat
        ends = torch.nonzero(flat == 0).flatten().cpu().numpy()
        self.start = ends[:-1].copy()
        self.length = np.diff(ends)
        self.source, self.part = source, part
        assert len(source) == len(self.start), (len(source), len(self.start))
        self.starts_dev = torch.from_numpy(self.start).to(DEV)
        self.teacher = None

    def batch(self, ids, pad=8):
        T = -(-int(self.length[ids].max()) // pad) * pad
        s = self.starts_dev[torch.from_numpy(ids).to(DEV, non_blocking=True)]
        t = torch.arange(T + 1, device=DEV)[:, None]
        pos = (s[None] + t).clamp_(max=len(self.flat) - 1)
        z = self.flat[pos].long()
        first = (z[1:] == 0).to(torch.int32)
        mask = (torch.cumsum(first, 0) - first) == 0  # up to and with the first line token
        return z[:-1], z[1:], mask, pos[:-1]

    def chunks(self, ids, tokens):
        """Batches of about `tokens` tokens of lines of like length."""
        n = self.length[ids] + np.random.default_rng(len(ids)).random(len(ids)) * 3
        ids = ids[np.argsort(n, kind="stable")]
        out, at = [], 0
        L = self.length[ids]
        while at < len(ids):
            end = at + 1
            step = max(1, int(tokens // max(8, L[at])))
            end = min(len(ids), at + step)
            while end > at + 1 and (end - at) * L[end - 1] > tokens * 1.05:
                end -= max(1, (end - at) // 16)
            out.append(ids[at:end])
            at = end
        return out


class Mixture:
    """Endless batches of lines drawn from sources by their share of tokens."""

    def __init__(self, data, shares, tokens, seed, keep_modern):
        self.data, self.tokens, self.rng = data, tokens, np.random.default_rng(seed)
        self.pools = []
        for name, share in shares.items():
            ok = (data.source == SOURCES.index(name)) if name in SOURCES else (data.source == int(name))
            ok &= (data.part == TRAIN) | ((data.part == MODERN) & keep_modern)
            ids = np.flatnonzero(ok)
            if len(ids):
                self.pools.append([share, ids, self.rng.permutation(ids), 0, data.length[ids].mean()])
        total = sum(p[0] for p in self.pools)
        for p in self.pools:
            p[0] /= total
        self.queue = []

    def draw(self, pool, n):
        out = []
        while n > 0:
            take = pool[2][pool[3] : pool[3] + n]
            out.append(take)
            pool[3] += len(take)
            n -= len(take)
            if pool[3] >= len(pool[2]):
                pool[2] = self.rng.permutation(pool[1])
                pool[3] = 0
        return np.concatenate(out)

    def next(self):
        if not self.queue:
            ids = np.concatenate([self.draw(p, max(1, int(48 * self.tokens * p[0] / p[4]))) for p in self.pools])
            self.queue = self.data.chunks(ids, self.tokens)
            self.rng.shuffle(self.queue)
        return self.queue.pop()


class World:
    """All texts in all token sets, and what has been trained so far."""

    def __init__(self, folder, sets):
        self.folder, self.rates = folder, {}
        raw = np.frombuffer(gzip.open(folder + "/text.gz").read(), np.uint8)
        meta = np.load(folder + "/lines.npz")
        self.source, self.part = meta["source"], meta["part"]
        table = np.full(256, 255, np.uint8)
        for i, c in enumerate(CHARACTERS):
            table[ord(c)] = i
        a = torch.from_numpy(np.concatenate([[0], table[raw]]).astype(np.uint8)).to(DEV)
        ends = torch.nonzero(a == 0).flatten().cpu().numpy()
        self.chars = np.diff(ends)
        say("text", len(a), "characters", len(self.chars), "lines")
        lines = Data(a, self.source, self.part)
        self.data, self.pieces = {}, {}
        rng = np.random.default_rng(5)
        quotes = np.flatnonzero(np.isin(self.source, [2, 3, 4, 5]) & (self.part == TRAIN))
        some = rng.choice(np.flatnonzero(self.source == 0), min(40000, (self.source == 0).sum()), replace=False)
        learn = self.cut(a, lines, np.concatenate([quotes, quotes, some]))
        for name, how in sets.items():
            if isinstance(how, str):  # the pieces of a model
                pieces = json.loads(str(np.load(folder + "/" + how)["pieces"]))
                text, merges = pieces["alphabet"], pieces["merges"]
            else:
                text, merges = (list(CHARACTERS), []) if how[0] == 0 else learn_merges(learn, *how)
            self.data[name] = Data(encode(a, merges), self.source, self.part)
            self.pieces[name] = {"alphabet": text, "merges": merges}
            d = self.data[name]
            rate = {
                n: round(float(self.chars[self.source == i].sum() / max(1, d.length[self.source == i].sum())), 3)
                for i, n in enumerate(SOURCES)
            }
            say("set", name, len(text), "characters a token:", rate)
            self.rates[name] = rate
        self.models = {}

    @staticmethod
    def cut(a, lines, ids):
        """The lines `ids` as a flat tensor of their own."""
        n = torch.from_numpy(lines.length[ids]).to(DEV)
        first = torch.from_numpy(lines.start[ids]).to(DEV) + 1
        at = torch.repeat_interleave(first - (torch.cumsum(n, 0) - n), n) + torch.arange(int(n.sum()), device=DEV)
        return torch.cat([a[:1], a[at]])

    def tests(self, names=False):
        s, p, t = self.source, self.part, {}
        for n in ["names", "nga"] if names else ["wood", "more", "verse", "scots", "best", "fortunes"]:
            t[n] = np.flatnonzero((s == SOURCES.index(n)) & (p == HELD))
        if not names:
            t["modern"] = np.flatnonzero((s == 3) & (p == MODERN))
        return {k: v for k, v in t.items() if len(v)}
