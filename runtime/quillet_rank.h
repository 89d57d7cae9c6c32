/* Which of several lines a reader would rather have: what is heard while a line is written, what a
 * collection says of its words, and one score of both (docs/device.md).
 * SPDX-License-Identifier: MIT
 *
 * The device, `quillet generate --best`, the preview and the bot rank by this very file. */
#ifndef QUILLET_RANK_H
#define QUILLET_RANK_H

#include <stdint.h>

#include "quillet_text.h"

#ifdef __cplusplus
extern "C" {
#endif

/* /// hearing /// */

/* A model that is overheard: it steps as `model` does and adds up how unlikely, at temperature 1,
 * the tokens are that it is fed. */
typedef struct quillet_hearing {
    const quillet_model* model;
    void* state;     /* model's */
    int32_t* before; /* room for model->vocabulary logits: those of the last step */
    uint32_t steps;  /* since the line began */
    uint32_t bits;   /* 1/64 bit, of all tokens fed since */
    uint32_t worst;  /* 1/64 bit, of the least likely of them */
} quillet_hearing;

/* What a quillet_writer needs to write as `hearing` listens: the writer's state is `hearing`. */
quillet_model quillet_heard_model(const quillet_hearing* hearing);

/* -log2 of the probability of `token` at temperature 1, in 1/64 bit, at most some 100 bits. */
uint32_t quillet_bits_of(const int32_t* logits, uint32_t vocabulary, uint32_t token);

/* /// a collection's words /// */

enum {
    QUILLET_HOLDS_WORDS = 1, /* the words of the collection */
    QUILLET_HOLDS_EDGES = 4, /* the first and the last words of its lines; 2 was pairs of words */
    QUILLET_EDGE_WORDS = 6,  /* so many of them; whole lines where they are shorter */
    QUILLET_LINE_WORDS = 96, /* words of a line that are looked at */
    QUILLET_FILTER_HASHES = 4
};

/* A Bloom filter (Bloom 1970, "Space/time trade-offs in hash coding with allowable errors"): an
 * entry that it lacks was never put in; of those that were not, one in some 85 is found all the
 * same at 10 bits an entry. */
typedef struct quillet_word_filter {
    const uint8_t* bits;
    uint32_t bit_count; /* 8 or more */
    uint32_t holds;     /* QUILLET_HOLDS_… */
} quillet_word_filter;

/* Hashes of the words of `line` (UTF-8) into `words`, which has room for QUILLET_LINE_WORDS; the
 * lowest bit tells the words of more than four letters.
 * Letters are a to z, in either case, and all beyond ASCII; apostrophes inside a word are its own.
 * Returns their number. */
uint32_t quillet_line_words(uint32_t* words, const char* line, uint32_t length);

/* The entries of a collection: a word, the first and the last words. */
uint32_t quillet_word_entry(uint32_t word);
uint32_t quillet_edge_entry(const uint32_t* words, uint32_t count, int at_end);

/* The place of an entry's bit `which`, 0 .. QUILLET_FILTER_HASHES - 1. */
uint32_t quillet_filter_place(uint32_t entry, uint32_t which, uint32_t bit_count);

/* 1 where `line` begins and ends as lines of the collection do: always for a line that was put in
 * whose words number QUILLET_LINE_WORDS at most, whatever its marks and capitals. Of other lines
 * the square of the filter's own rate is taken for one, for both ends must be found. 0 where the
 * filter holds no ends, or the line has no words. */
int quillet_is_copy(const char* line, uint32_t length, const quillet_word_filter* collection);

/* /// candidates /// */

/* The seed of candidate `number`, from 0, for a line of `seed`. The step keeps seeds that follow
 * one another from sharing candidates: it is SplitMix32's. */
static inline uint32_t quillet_candidate_seed(uint32_t seed, uint32_t number) {
    return seed + number * UINT32_C(0x9E3779B9);
}

/* /// score /// */

/* What is known of a line. */
typedef struct quillet_marks {
    int32_t total;         /* bits of the whole line at temperature 1, tenths, line end included */
    int32_t bits;          /* the same a character, hundredths */
    int32_t worst;         /* bits of its least likely token, hundredths */
    int32_t unknown_words; /* per cent of its words that the collection lacks */
    int32_t repeats;       /* words that follow themselves */
    int32_t echoes;        /* words of more than four letters that stood there before */
    int32_t open;          /* 1: it does not end in . ! or ?, also before a quotation mark */
    int32_t unbalanced;    /* 1: a bracket or double quotation mark lacks its other half */
    int32_t small;         /* 1: it begins with a small letter */
    int32_t missing;       /* characters short of 28 */
    int32_t leaning;       /* 1: it begins with he, this, but …: as what goes on from elsewhere */
    int32_t trailing;      /* 1: it ends with it, him, another …: whose, the line does not say */
    int32_t bare;          /* 1: it has neither a letter nor a digit */
    int32_t copied;        /* 1: its first or its last words are a collection's line's; 2: both */
} quillet_marks;

/* The marks of `line` as `hearing` heard it, its line end included; `collection` may be NULL.
 * `hearing` may be NULL: then total, bits and worst are 0. */
quillet_marks quillet_marks_of(const char* line, uint32_t length, const quillet_hearing* hearing,
                               const quillet_word_filter* collection);

/* The higher the better, 0 at most; in tenths of a bit: a difference of 20 matters, 100 is much.
 * Weights are fitted to judged lines by tools/fit_ranking.py. */
int32_t quillet_line_score(const quillet_marks* marks);

/* 1 once a line that is being heard can no longer score more than `score`, however it goes on:
 * what is left of it need not be written. */
int quillet_is_beaten(const quillet_hearing* hearing, int32_t score);

#ifdef __cplusplus
}
#endif

#endif
