/* Draws a token from logits by unsigned 32-bit integers alone (docs/DESIGN.md, contract 3).
 * SPDX-License-Identifier: MIT */
#ifndef QUILLET_SAMPLER_H
#define QUILLET_SAMPLER_H

#include <stdint.h>

#include "quillet_random.h"

#ifdef __cplusplus
extern "C" {
#endif

#define QUILLET_VOCABULARY_MAX 256

/* How to draw, in the contract's integers; run/sampling.h makes them from T, min-p, top-p. */
typedef struct quillet_sampling {
    uint32_t inverse_temperature; /* round(256 * log2(e) / T), 1 .. 65535; 0: the most likely */
    uint32_t min_p_gap; /* Q10: a token this much below the best is dropped; UINT32_MAX: none */
    uint32_t top_k;     /* keep the k heaviest; 0: all */
    uint32_t top_p;     /* keep the heaviest until their share reaches top_p / 256; 0, 256: all */
} quillet_sampling;

/* Draws a token from `logits` (vocabulary values, Q10), which it overwrites.
 * REQUIRES: 1 <= vocabulary <= QUILLET_VOCABULARY_MAX. Returns a token below vocabulary. */
uint32_t quillet_sample(int32_t* logits, uint32_t vocabulary, const quillet_sampling* sampling,
                        quillet_random* random);

#ifdef __cplusplus
}
#endif

#endif
