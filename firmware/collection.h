/* Texts that someone wrote, in flash beside or instead of models: quotes, or a literary clock.
 * SPDX-License-Identifier: MIT */
#ifndef QUILLET_COLLECTION_H
#define QUILLET_COLLECTION_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { QUILLET_MINUTES_A_DAY = 24 * 60 };

/* bytes[begin ..]: the text, then the author, in UTF-8. */
typedef struct quillet_fixed_quote {
    uint32_t begin;
    uint16_t length, author_length;
    uint16_t minute; /* of the day, for a clock */
} quillet_fixed_quote;

typedef struct quillet_collection {
    const char* bytes;
    const quillet_fixed_quote* quotes; /* a clock's by ascending minute */
    uint32_t count;                    /* > 0 */
    bool is_clock;
    uint16_t start_minute; /* what a clock shows when power comes, and when its button is pressed */
} quillet_collection;

/* Which quote the turn `number` (from 1) shows: all of them in an order of `salt`'s, then all again
 * in another order. */
uint32_t quillet_collection_turn(const quillet_collection* collection, uint32_t number,
                                 uint32_t salt);

/* The clock's quote for the minute `minute` of day `day`: where several have that minute they take
 * turns by days; where none has, the last minute before it that has one counts. */
uint32_t quillet_collection_minute(const quillet_collection* clock, uint32_t minute, uint32_t day);

/* Minutes from `minute` to the next one that has a quote: 1 .. QUILLET_MINUTES_A_DAY. */
uint32_t quillet_collection_next(const quillet_collection* clock, uint32_t minute);

#ifdef __cplusplus
}
#endif

#endif
