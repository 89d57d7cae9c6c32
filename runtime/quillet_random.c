/* The generator of the contract: xoshiro128**, seeded by four outputs of SplitMix32.
 * SPDX-License-Identifier: MIT */
#include "quillet_random.h"

static uint32_t rotate_left(uint32_t x, unsigned k) {
    return (x << k) | (x >> (32u - k));
}

void quillet_random_seed(quillet_random* random, uint32_t seed) {
    for (int i = 0; i < 4; i++) {
        seed += 0x9E3779B9u;
        random->s[i] = quillet_mix(seed);
    }
}

uint32_t quillet_random_next(quillet_random* random) {
    uint32_t* s = random->s;
    uint32_t result = rotate_left(s[1] * 5u, 7) * 9u;
    uint32_t t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 11);
    return result;
}

uint32_t quillet_random_below(quillet_random* random, uint32_t range) {
    uint32_t width = UINT32_MAX / range;
    uint32_t x;
    do {
        x = quillet_random_next(random) / width;
    } while (x >= range);
    return x;
}
