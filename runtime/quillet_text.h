/* The text loop: lines of tokens from any model that can take a step (docs/DESIGN.md, contract 4).
 * SPDX-License-Identifier: MIT */
#ifndef QUILLET_TEXT_H
#define QUILLET_TEXT_H

#include <stdint.h>

#include "quillet_random.h"
#include "quillet_sampler.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What the loop needs of a model. The compiler writes one of these for each model; the host's plan
 * is another. */
typedef struct quillet_model {
    void (*reset)(void* state); /* sets all recurrent states to zero */
    /* Feeds `token` and writes the `vocabulary` logits of the next, Q10. */
    void (*step)(void* state, uint32_t token, int32_t* logits);
    uint32_t vocabulary; /* at most QUILLET_VOCABULARY_MAX */
    uint32_t line_token; /* begins and ends a line */
} quillet_model;

#define QUILLET_END_OF_LINE (-1)

/* Writes lines, one token a call. The caller owns it, the model's state and the logits. */
typedef struct quillet_writer {
    const quillet_model* model;
    void* state;     /* what model->step takes */
    int32_t* logits; /* model->vocabulary values */
    quillet_sampling sampling;
    quillet_random random; /* carries on from line to line: seed and count name a text for ever */
    uint32_t max_length;   /* tokens a line, prompt included; at least 1 */
    uint32_t length;       /* tokens in this line so far */
    uint32_t token;        /* the last one fed or drawn, to be fed by the next step */
} quillet_writer;

/* Begins a line: states zero, then the line token and `prompt` (prompt_length tokens) are fed
 * without a draw. The prompt counts towards max_length and is not returned by quillet_line_next.
 * REQUIRES: model, state, logits, sampling, random and max_length are set. */
void quillet_line_begin(quillet_writer* writer, const uint8_t* prompt, uint32_t prompt_length);

/* The next token of the line, or QUILLET_END_OF_LINE at the line token or the length limit. One
 * draw a token, the line token's included; none at temperature 0, none for the end at the limit. */
int32_t quillet_line_next(quillet_writer* writer);

#ifdef __cplusplus
}
#endif

#endif
