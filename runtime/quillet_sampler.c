/* Draws a token from logits by unsigned 32-bit integers alone (docs/DESIGN.md, contract 3).
 * SPDX-License-Identifier: MIT
 *
 * No sort and no scratch: keys of the tokens that have a weight replace the logits, in the order of
 * tokens. A key is the weight and, below it, 255 less the token, so that keys order by weight, then
 * by lower token, and are distinct. What top-k and top-p keep are all keys from a cutoff up, found
 * by walking down the keys; as min-p and temperature leave few, that is quick: 1 to 5 thousand
 * cycles of a Cortex-M0+ a draw from 64 tokens. */
#include "quillet_sampler.h"

#include "quillet_tables.h"

static uint32_t index_of_maximum(const int32_t* logits, uint32_t vocabulary) {
    uint32_t best = 0;
    int32_t maximum = logits[0];
    for (uint32_t i = 1; i < vocabulary; i++) {
        if (logits[i] > maximum) {
            maximum = logits[i];
            best = i;
        }
    }
    return best;
}

static uint32_t token_of(uint32_t key) {
    return 255u - (key & 255u);
}

/* Replaces the logits by the keys of tokens whose weight is not 0; returns how many there are. Keys
 * may lie where logits were, for they are never more than the logits read. */
static uint32_t weigh(int32_t* logits, uint32_t vocabulary, int32_t maximum,
                      const quillet_sampling* sampling) {
    const uint32_t inverse_temperature = sampling->inverse_temperature;
    const uint32_t farthest = sampling->min_p_gap;
    uint32_t count = 0;
    for (uint32_t i = 0; i < vocabulary; i++) {
        uint32_t gap = (uint32_t)maximum - (uint32_t)logits[i];
        if (gap > 65535u) gap = 65535u;
        if (gap > farthest) continue;
        uint32_t t = (gap * inverse_temperature + 2048u) >> 12;
        if (t >= 1024u) continue; /* no entry is 0 */
        logits[count++] = (int32_t)((uint32_t)quillet_exp2_table[t] << 8 | (255u - i));
    }
    return count;
}

/* The largest key below `limit`; 0 when there is none. */
static uint32_t next_key(const int32_t* keys, uint32_t count, uint32_t limit) {
    uint32_t best = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t key = (uint32_t)keys[i];
        if (key > best && key < limit) best = key;
    }
    return best;
}

static uint32_t sum_of(const int32_t* keys, uint32_t count) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count; i++) sum += (uint32_t)keys[i] >> 8;
    return sum;
}

/* Keeps the keys from `cutoff` up; returns how many. */
static uint32_t drop_below(int32_t* keys, uint32_t count, uint32_t cutoff) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if ((uint32_t)keys[i] >= cutoff) keys[kept++] = keys[i];
    }
    return kept;
}

static uint32_t keep_top_k(int32_t* keys, uint32_t count, uint32_t k) {
    uint32_t cutoff = UINT32_MAX;
    for (uint32_t n = 0; n < k; n++) cutoff = next_key(keys, count, cutoff);
    return drop_below(keys, count, cutoff);
}

static uint32_t keep_top_p(int32_t* keys, uint32_t count, uint32_t top_p) {
    uint32_t enough = (sum_of(keys, count) * top_p + 255u) >> 8;
    uint32_t cutoff = UINT32_MAX;
    for (uint32_t sum = 0; sum < enough; sum += cutoff >> 8) cutoff = next_key(keys, count, cutoff);
    return drop_below(keys, count, cutoff);
}

/* The key at quillet_random_below(random, the sum of weights), without its second division: x /
 * width < n where x < n * width. */
static uint32_t draw(const int32_t* keys, uint32_t count, quillet_random* random) {
    uint32_t sum = sum_of(keys, count);
    uint32_t width = UINT32_MAX / sum;
    uint32_t x;
    do {
        x = quillet_random_next(random);
    } while (x >= sum * width);
    while (x >= ((uint32_t)*keys >> 8) * width) x -= ((uint32_t)*keys++ >> 8) * width;
    return (uint32_t)*keys;
}

uint32_t quillet_sample(int32_t* logits, uint32_t vocabulary, const quillet_sampling* sampling,
                        quillet_random* random) {
    uint32_t best = index_of_maximum(logits, vocabulary);
    if (sampling->inverse_temperature == 0) return best;
    uint32_t count = weigh(logits, vocabulary, logits[best], sampling);
    if (sampling->top_k > 0 && sampling->top_k < count)
        count = keep_top_k(logits, count, sampling->top_k);
    if (sampling->top_p > 0 && sampling->top_p < 256)
        count = keep_top_p(logits, count, sampling->top_p);
    return token_of(draw(logits, count, random));
}
