/* The check of a file of weights (quillet_weights.h).
 * SPDX-License-Identifier: MIT */
#include "quillet_weights.h"

enum { HEAD_BYTES = 3, HEAD_CHECK = 6 }; /* words of the head */

int32_t quillet_weights_fit(const void* file, uint32_t bytes,
                            const uint32_t head[QUILLET_WEIGHTS_HEAD]) {
    const uint32_t* words = file;
    uint32_t check = 2166136261u;
    if (!file || (uintptr_t)file % QUILLET_WEIGHTS_ALIGNMENT || bytes != head[HEAD_BYTES]) return 0;
    for (uint32_t i = 0; i < QUILLET_WEIGHTS_HEAD; i++)
        if (words[i] != head[i]) return 0;
    for (uint32_t i = QUILLET_WEIGHTS_HEAD; i < bytes / 4; i++)
        check = (check ^ words[i]) * 16777619u;
    return check == head[HEAD_CHECK];
}
