/* A walk over several arrays at once: how the tensor kernels see shapes, strides and broadcasting.
 * SPDX-License-Identifier: MIT
 *
 * A walk is a table of int32_t: the number of axes, at least one, then for each axis, the outermost
 * first, its size, at least one, and a stride in elements for each array. A kernel says how many arrays
 * its walk has; a stride of 0 repeats an element. The last axis is the kernel's own loop. */
#ifndef QUILLET_WALK_H
#define QUILLET_WALK_H

#include <stdint.h>

#define QUILLET_MOST_AXES 8
#define QUILLET_MOST_ARRAYS 4

typedef struct quillet_walk {
    const int32_t* axes;
    int32_t rank, arrays;
    int32_t count;                   /* of the last axis */
    const int32_t* step;             /* the last axis's strides */
    int32_t at[QUILLET_MOST_ARRAYS]; /* where the last axis begins in each array */
    int32_t index[QUILLET_MOST_AXES];
} quillet_walk;

static inline void quillet_walk_begin(quillet_walk* walk, const int32_t* table, int32_t arrays) {
    walk->rank = table[0];
    walk->axes = table + 1;
    walk->arrays = arrays;
    walk->count = table[1 + (walk->rank - 1) * (1 + arrays)];
    walk->step = table + 2 + (walk->rank - 1) * (1 + arrays);
    for (int32_t k = 0; k < arrays; k++) walk->at[k] = 0;
    for (int32_t axis = 0; axis < QUILLET_MOST_AXES; axis++) walk->index[axis] = 0;
}

/* Goes to the next run of the last axis; 0 after the last. */
static inline int quillet_walk_next(quillet_walk* walk) {
    for (int32_t axis = walk->rank - 2; axis >= 0; axis--) {
        const int32_t* row = walk->axes + axis * (1 + walk->arrays);
        for (int32_t k = 0; k < walk->arrays; k++) walk->at[k] += row[1 + k];
        if (++walk->index[axis] < row[0]) return 1;
        for (int32_t k = 0; k < walk->arrays; k++) walk->at[k] -= row[0] * row[1 + k];
        walk->index[axis] = 0;
    }
    return 0;
}

#endif
