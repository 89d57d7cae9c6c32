/* Sampling settings as people write them, as the contract's integers (host only: needs math.h).
 * SPDX-License-Identifier: MIT */
#ifndef QUILLET_SETTINGS_H
#define QUILLET_SETTINGS_H

#include "quillet_sampler.h"

#ifdef __cplusplus
extern "C" {
#endif

/* temperature >= 0 (0: the most likely token), min_p (0: off), top_k (0: off) and top_p (0, 1:
 * off); min_p and top_p in 0 .. 1. Values outside are clipped to the nearest that the integers
 * hold. */
quillet_sampling quillet_sampling_from(double temperature, double min_p, uint32_t top_k,
                                       double top_p);

#ifdef __cplusplus
}
#endif

#endif
