/* The two cores' shares of rows, units or columns, for tests and benchmarks on the chip.
 * SPDX-License-Identifier: MIT */
#ifndef QUILLET_SHARES_H
#define QUILLET_SHARES_H

#include <stdint.h>

/* Core's share of `count` things in whole `unit`s: the first, and how many. Shares differ by a unit
 * at most. */
static inline int32_t share_first(int32_t count, int32_t unit, int core) {
    return core ? (count / unit + 1) / 2 * unit : 0;
}
static inline int32_t share_count(int32_t count, int32_t unit, int core) {
    int32_t half = share_first(count, unit, 1);
    return core ? count - half : half;
}

#endif
