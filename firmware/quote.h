/* Invents a quote and an author: candidates from the models, the best by a score, on a page.
 * SPDX-License-Identifier: MIT
 *
 * Candidate n of a seed is the line that `quillet generate` writes first with the seed
 * quillet_candidate_seed(seed, n - 1), the authors are the lines that it writes with the seed. The
 * host does the same by this very code (`quillet preview`). */
#ifndef QUILLET_QUOTE_H
#define QUILLET_QUOTE_H

#include "eink/typeset.h"
#include "runtime/quillet_rank.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    QUILLET_QUOTE_BYTES = 3 * EINK_TEXT_MAX + 1,
    QUILLET_NAME_BYTES = 3 * EINK_AUTHOR_MAX + 1,
    QUILLET_TRIES_MAX = 96,  /* lines a model may need before it is given up */
    QUILLET_PATIENCE = 1350, /* characters after which no further candidate is begun: 30 s at 45 a
                                second; the host stops where the chip does */
    QUILLET_NO_QUOTE = -20,  /* the models wrote nothing that fits */
    QUILLET_COPY = -21,      /* a line of the training text */
    QUILLET_BEATEN = -22     /* a line that the best one beats whatever follows: left unfinished */
};

/* A model and how it is used; `quillet firmware` writes one for each. */
typedef struct quillet_text_model {
    const quillet_model* model;
    void* state;               /* what model->step takes */
    const char* const* pieces; /* token -> its text in UTF-8, model->vocabulary of them */
    const quillet_sampling* sampling;
    uint32_t max_length; /* tokens a line */
    void (*fetch)(void); /* brings the weights to where steps read them, before a turn's first line;
                            NULL: they are there */
    const quillet_word_filter* known; /* the ends of its training lines: what quillet_is_copy takes
                                         for one is never shown; NULL: nothing is known of them */
} quillet_text_model;

/* What is told while it works; each may be NULL. */
typedef struct quillet_listener {
    void* context;
    void (*character)(void* context); /* a character was written */
    /* A line was written: what ("quote", "author"), its number from 1, the eink_error if it does
     * not fit, QUILLET_COPY or QUILLET_BEATEN, else 0 and a quote's score. */
    void (*line)(void* context, const char* what, uint32_t number, const char* text, int error,
                 int32_t score);
} quillet_listener;

/* The memory that inventing takes, and its result. */
typedef struct quillet_quote {
    char text[QUILLET_QUOTE_BYTES]; /* UTF-8, the chosen one */
    char author[QUILLET_NAME_BYTES];
    uint32_t text_length, author_length;
    uint32_t chosen; /* its number, from 1 */
    int32_t score;

    char line[QUILLET_QUOTE_BYTES];
    uint32_t line_length;
    uint32_t written; /* characters of the candidates */
    int32_t logits[QUILLET_VOCABULARY_MAX], before[QUILLET_VOCABULARY_MAX];
} quillet_quote;

/* Writes lines of `quotes` until `candidates` of them fit the style or are beaten, or one fits and
 * QUILLET_PATIENCE characters were written (at most QUILLET_TRIES_MAX lines), keeps the one with
 * the highest score, then lines of `names` until one fits below it. `page` is the result, set and
 * ready to draw. Returns 0 or QUILLET_NO_QUOTE. `words`, what the quotes' own text held, and
 * `listener` may be NULL.
 *
 * The score of a line is quillet_line_score (runtime/quillet_rank.h), less 4 for each pixel that
 * its letters are smaller than the largest: lines that are read from the sofa are better. */
int quillet_invent(quillet_quote* quote, eink_page* page, const quillet_text_model* quotes,
                   const quillet_text_model* names, const eink_style* style, uint32_t seed,
                   uint32_t candidates, const quillet_word_filter* words,
                   const quillet_listener* listener);

#ifdef __cplusplus
}
#endif

#endif
