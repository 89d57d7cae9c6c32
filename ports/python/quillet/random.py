"""The generator of the contract: xoshiro128**, seeded by four outputs of SplitMix32 (docs/DESIGN.md, contract 1).

SPDX-License-Identifier: MIT
"""
import numbers

_MASK = 0xFFFFFFFF


def _seed_words(seed):
    words = []
    for _ in range(4):
        seed = (seed + 0x9E3779B9) & _MASK
        z = seed
        z = ((z ^ (z >> 16)) * 0x21F0AAAD) & _MASK
        z = ((z ^ (z >> 15)) * 0x735A2D97) & _MASK
        words.append(z ^ (z >> 15))
    return words


class Random:
    """A sequence of 32-bit numbers; `words` is its whole state."""

    def __init__(self, seed):
        """seed: 0 .. 2^32 - 1; ValueError for another."""
        if not isinstance(seed, numbers.Integral) or not 0 <= seed <= _MASK:
            raise ValueError(f"seed: is {seed!r}; expected a whole number from 0 to {_MASK}")
        self.words = _seed_words(int(seed))

    @classmethod
    def of_words(cls, words):
        """Carries on where a generator with these four words stood."""
        random = cls(0)
        random.words = list(words)
        return random

    def next(self):
        """The next number, uniform in 0 .. 2^32 - 1."""
        s0, s1, s2, s3 = self.words
        x = (s1 * 5) & _MASK
        x = ((x << 7) | (x >> 25)) & _MASK
        s2 ^= s0
        s3 ^= s1
        self.words = [s0 ^ s3, s1 ^ s2, s2 ^ ((s1 << 9) & _MASK), ((s3 << 11) | (s3 >> 21)) & _MASK]
        return (x * 9) & _MASK

    def below(self, bound):
        """An unbiased number in 0 .. bound - 1: the place of a number among `bound` stretches of equal width; what
        lies beyond them is drawn again."""
        width = _MASK // bound
        x = self.next() // width
        while x >= bound:
            x = self.next() // width
        return x
