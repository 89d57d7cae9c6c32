/* The generator of the contract: xoshiro128**, seeded by four outputs of SplitMix32.
 * SPDX-License-Identifier: MIT
 *
 * Sources: Blackman and Vigna, "Scrambled linear pseudorandom number generators" (2021); SplitMix32
 * with the constants of docs/DESIGN.md, contract 1. The same seed gives the same numbers in C, C++,
 * JavaScript and Python: tests/vectors/contract.json. */
#ifndef QUILLET_RANDOM_H
#define QUILLET_RANDOM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct quillet_random {
    uint32_t s[4]; /* never all zero */
} quillet_random;

/* A permutation of 32 bits that leaves no pattern: SplitMix32's finisher. */
static inline uint32_t quillet_mix(uint32_t x) {
    x = (x ^ x >> 16) * 0x21F0AAADu;
    x = (x ^ x >> 15) * 0x735A2D97u;
    return x ^ x >> 15;
}

/* Starts the sequence of `seed`; every 32-bit seed is allowed. */
void quillet_random_seed(quillet_random* random, uint32_t seed);

/* The next number, uniform in 0 .. 2^32 - 1. */
uint32_t quillet_random_next(quillet_random* random);

/* An unbiased number in 0 .. range - 1: the place of a number among `range` stretches of (2^32 - 1)
 * / range numbers each; what lies beyond them is drawn again. A quotient, not a remainder: the same
 * number falls near the same share of two ranges that are nearly alike. REQUIRES: range > 0. */
uint32_t quillet_random_below(quillet_random* random, uint32_t range);

#ifdef __cplusplus
}
#endif

#endif
