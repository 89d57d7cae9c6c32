/* Both cores of a bare RP2040, for runtime/quillet_cores.h.
 * SPDX-License-Identifier: MIT */
#ifndef QUILLET_RP2040_CORES_H
#define QUILLET_RP2040_CORES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Once, on core 0, before quillet_run_on_both: launches core 1, which then waits for work. */
void quillet_cores_set_up(void);

#ifdef __cplusplus
}
#endif

#endif
