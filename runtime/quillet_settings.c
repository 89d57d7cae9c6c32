/* Sampling settings as people write them, as the contract's integers (host only: needs math.h).
 * SPDX-License-Identifier: MIT */
#include "quillet_settings.h"

#include <math.h>

static uint32_t round_within(double x, double low, double high) {
    double rounded = floor(x + 0.5);
    if (!(rounded > low)) return (uint32_t)low;
    return (uint32_t)(rounded < high ? rounded : high);
}

quillet_sampling quillet_sampling_from(double temperature, double min_p, uint32_t top_k,
                                       double top_p) {
    const double log2_e = 1.4426950408889634;
    quillet_sampling sampling = {0, UINT32_MAX, top_k, 0};
    if (temperature > 0)
        sampling.inverse_temperature = round_within(256.0 * log2_e / temperature, 1.0, 65535.0);
    if (min_p > 0) sampling.min_p_gap = round_within(-log(min_p) * 1024.0, 0.0, 65535.0);
    if (top_p > 0 && top_p < 1) sampling.top_p = round_within(top_p * 256.0, 1.0, 256.0);
    return sampling;
}
