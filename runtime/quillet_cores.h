/* A step shared by two cores: what a board gives to code that runs on both.
 * SPDX-License-Identifier: MIT
 *
 * The same function runs on both cores, each taking its part of the rows (or of the units, or of
 * the columns to be prepared), and meets the other wherever one reads what the other has written.
 * firmware/rp2040_bare/cores.c is one for the RP2040; a host's is two threads and a barrier. */
#ifndef QUILLET_CORES_H
#define QUILLET_CORES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef void (*quillet_part)(void* state, int core); /* core: 0 or 1 */

/* Runs part(state, 0) here and part(state, 1) on the other core; returns when both have returned.
 */
extern void quillet_run_on_both(quillet_part part, void* state);

/* Waits until the other core has come here as well; what either wrote before is then seen by both.
 */
extern void quillet_barrier_wait(int core);

/* Core's share of `count` things in whole `unit`s: the first, and how many. Shares differ by a unit
 * at most. */
static inline int32_t quillet_share_first(int32_t count, int32_t unit, int core) {
    return core ? (count / unit + 1) / 2 * unit : 0;
}
static inline int32_t quillet_share_count(int32_t count, int32_t unit, int core) {
    int32_t half = quillet_share_first(count, unit, 1);
    return core ? count - half : half;
}

#ifdef __cplusplus
}
#endif

#endif
