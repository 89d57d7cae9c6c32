/* Draws a token from logits by unsigned 32-bit integers alone (docs/DESIGN.md, contract 3).
 * SPDX-License-Identifier: MIT
 *
 * No sort and no scratch: the weights replace the logits, and what top-k and top-p keep are all
 * tokens whose key (weight, then lower token first) is at least a cutoff, found by walking down the
 * keys. */
#include "sampler.h"

#include "tables.h"

static uint32_t index_of_maximum(const int32_t* logits, uint32_t vocabulary) {
    uint32_t best = 0;
    for (uint32_t i = 1; i < vocabulary; i++) {
        if (logits[i] > logits[best]) best = i;
    }
    return best;
}

/* Replaces each logit by its weight, 0 .. 65535. */
static void weigh(int32_t* logits, uint32_t vocabulary, int32_t maximum,
                  const quillet_sampling* sampling) {
    for (uint32_t i = 0; i < vocabulary; i++) {
        uint32_t gap = (uint32_t)maximum - (uint32_t)logits[i];
        if (gap > 65535u) gap = 65535u;
        uint32_t t = (gap * sampling->inverse_temperature + 2048u) >> 12;
        uint32_t weight = t < 1024u && gap <= sampling->min_p_gap ? quillet_exp2_table[t] : 0u;
        logits[i] = (int32_t)weight;
    }
}

/* Orders by weight, then by lower token; distinct for every token. */
static uint32_t key_of(uint32_t token, int32_t weight) {
    return ((uint32_t)weight << 8) | (255u - token);
}

/* The largest key below `limit`; 0 when there is none. */
static uint32_t next_key(const int32_t* weights, uint32_t vocabulary, uint32_t limit) {
    uint32_t best = 0;
    for (uint32_t i = 0; i < vocabulary; i++) {
        uint32_t key = key_of(i, weights[i]);
        if (key > best && key < limit) best = key;
    }
    return best;
}

static uint32_t sum_of(const int32_t* weights, uint32_t vocabulary) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i < vocabulary; i++) sum += (uint32_t)weights[i];
    return sum;
}

static void drop_below(int32_t* weights, uint32_t vocabulary, uint32_t cutoff) {
    for (uint32_t i = 0; i < vocabulary; i++) {
        if (key_of(i, weights[i]) < cutoff) weights[i] = 0;
    }
}

static void keep_top_k(int32_t* weights, uint32_t vocabulary, uint32_t k) {
    uint32_t cutoff = UINT32_MAX;
    for (uint32_t n = 0; n < k; n++) cutoff = next_key(weights, vocabulary, cutoff);
    drop_below(weights, vocabulary, cutoff);
}

static void keep_top_p(int32_t* weights, uint32_t vocabulary, uint32_t top_p) {
    uint32_t enough = (sum_of(weights, vocabulary) * top_p + 255u) >> 8;
    uint32_t cutoff = UINT32_MAX;
    for (uint32_t sum = 0; sum < enough; sum += cutoff >> 8)
        cutoff = next_key(weights, vocabulary, cutoff);
    drop_below(weights, vocabulary, cutoff);
}

uint32_t quillet_sample(int32_t* logits, uint32_t vocabulary, const quillet_sampling* sampling,
                        quillet_random* random) {
    uint32_t best = index_of_maximum(logits, vocabulary);
    if (sampling->inverse_temperature == 0) return best;
    weigh(logits, vocabulary, logits[best], sampling);
    if (sampling->top_k > 0 && sampling->top_k < vocabulary)
        keep_top_k(logits, vocabulary, sampling->top_k);
    if (sampling->top_p > 0 && sampling->top_p < 256)
        keep_top_p(logits, vocabulary, sampling->top_p);
    uint32_t left = quillet_random_below(random, sum_of(logits, vocabulary));
    uint32_t token = 0;
    while (left >= (uint32_t)logits[token]) left -= (uint32_t)logits[token++];
    return token;
}
