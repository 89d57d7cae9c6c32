"""Draws a token from logits by integers alone (docs/DESIGN.md, contract 3).

SPDX-License-Identifier: MIT
"""
import math
from bisect import bisect_right
from itertools import accumulate
from numbers import Real
from typing import NamedTuple

from .tables import EXP2

NO_GAP = 0xFFFFFFFF

# What people may set: the least, the most, whether it is a whole number. As quillet generate has it.
BOUNDS = {"temperature": (0, 1000, False), "min_p": (0, 1, False), "top_k": (0, 0xFFFFFFFF, True), "top_p": (0, 1, False),
          "max_length": (1, 1000000000, True)}


class Sampling(NamedTuple):
    """How to draw, as the contract's integers."""
    inverse_temperature: int  # round(256 * log2(e) / T), 1 .. 65535; 0: the most likely token, no draw
    min_p_gap: int            # Q10: a token this much below the best is dropped; NO_GAP: none
    top_k: int                # keep the k heaviest; 0: all
    top_p: int                # keep the heaviest until their share reaches top_p / 256; 0, 256: all

    @classmethod
    def of_settings(cls, temperature=0.7, min_p=0.0, top_k=0, top_p=0.0):
        """From settings as people write them, Model.settings() but for max_length; what the integers cannot hold is clipped to the nearest.
        Raises ValueError for what is no number and for a top_k that is not whole."""
        for name, value in (("temperature", temperature), ("min_p", min_p), ("top_k", top_k), ("top_p", top_p)):
            if not isinstance(value, Real) or math.isnan(value):
                raise ValueError(f"{name}: is {value!r}; expected a number")
        kept = min(max(top_k, 0), 0xFFFFFFFF)
        if kept != int(kept):
            raise ValueError(f"top_k: is {top_k!r}; expected a whole number")
        return cls(_round_within(256.0 * 1.4426950408889634 / temperature, 1, 65535) if temperature > 0 else 0,
                   _round_within(-math.log(min_p) * 1024.0, 0, 65535) if min_p > 0 else NO_GAP,
                   int(kept),
                   _round_within(top_p * 256.0, 1, 256) if 0 < top_p < 1 else 0)


def _round_within(x, low, high):
    return math.floor(min(max(x, low), high) + 0.5)


def _weights(logits, best, sampling):
    """One weight a token, 0 .. 65535."""
    inverse = sampling.inverse_temperature
    # The largest gap that min-p and the table's end leave; from 65535 on, where gaps are clipped, none is dropped.
    reach = min(sampling.min_p_gap, ((1024 << 12) - 2049) // inverse)
    gaps = [best - logit for logit in logits]
    if reach >= 65535:
        gaps = [min(gap, 65535) for gap in gaps]
    return [EXP2[(gap * inverse + 2048) >> 12] if gap <= reach else 0 for gap in gaps]


def _keep_heaviest(weights, sampling):
    """The weights with what top-k and top-p drop set to 0; of equal ones the lower token is kept first."""
    ranking = sorted(range(len(weights)), key=lambda token: (-weights[token], token))
    if 0 < sampling.top_k:
        ranking = ranking[:sampling.top_k]
    if 0 < sampling.top_p < 256:
        enough = (sum(weights[token] for token in ranking) * sampling.top_p + 255) >> 8
        sums = list(accumulate(weights[token] for token in ranking))
        ranking = [token for token, total in zip(ranking, sums) if total - weights[token] < enough]
    kept = [0] * len(weights)
    for token in ranking:
        kept[token] = weights[token]
    return kept


def sample(logits, sampling, random):
    """A token drawn from `logits`, a list of Q10 integers."""
    best = max(logits)
    if sampling.inverse_temperature == 0:
        return logits.index(best)
    weights = _weights(logits, best, sampling)
    if sampling.top_k > 0 or 0 < sampling.top_p < 256:
        weights = _keep_heaviest(weights, sampling)
    sums = list(accumulate(weights))
    return bisect_right(sums, random.below(sums[-1]))
