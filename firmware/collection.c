/* Which of a collection's texts is shown when.
 * SPDX-License-Identifier: MIT */
#include "collection.h"

#include "runtime/quillet_random.h"

static uint32_t common_divisor(uint32_t a, uint32_t b) {
    while (b) {
        uint32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

uint32_t quillet_collection_turn(const quillet_collection* collection, uint32_t number,
                                 uint32_t salt) {
    uint32_t count = collection->count, round = (number - 1) / count, at = (number - 1) % count;
    uint32_t random = quillet_mix(salt + round), step = random % count;
    while (common_divisor(step, count) != 1) step = (step + 1) % count; /* 1 is common to none */
    return (uint32_t)(((uint64_t)at * step + quillet_mix(random)) % count);
}

/* The first quote whose minute is `minute` or later; count: none. */
static uint32_t first_from(const quillet_collection* clock, uint32_t minute) {
    uint32_t low = 0, high = clock->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (clock->quotes[middle].minute < minute)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t quillet_collection_minute(const quillet_collection* clock, uint32_t minute, uint32_t day) {
    uint32_t end = first_from(clock, minute + 1);
    if (end == 0) { /* yesterday's last */
        end = clock->count;
        day--;
    }
    uint32_t begin = first_from(clock, clock->quotes[end - 1].minute);
    return begin + day % (end - begin);
}

uint32_t quillet_collection_next(const quillet_collection* clock, uint32_t minute) {
    uint32_t next = first_from(clock, minute + 1);
    if (next < clock->count) return clock->quotes[next].minute - minute;
    return QUILLET_MINUTES_A_DAY - minute + clock->quotes[0].minute;
}
