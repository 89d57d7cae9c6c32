/* A step shared by two cores: what a board gives to code that runs on both.
 * SPDX-License-Identifier: MIT
 *
 * The same function runs on both cores, each taking its part of the rows (or of the units, or of
 * the columns to be prepared), and meets the other wherever one reads what the other has written.
 * firmware/rp2040_bare/cores.c is one for the RP2040; a host's is two threads and a barrier. */
#ifndef QUILLET_CORES_H
#define QUILLET_CORES_H

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

#ifdef __cplusplus
}
#endif

#endif
