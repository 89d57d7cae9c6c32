/* Weights that lie apart from a model's C: the check of a file that quillet compile --weights wrote.
 * SPDX-License-Identifier: MIT
 *
 * The file is little-endian: eight words of head, then the arrays, each beginning at a multiple of
 * eight bytes. Words of the head: "QUIL", "WGHT", the format (1), bytes of the file, the first
 * eight bytes of the SHA-256 of what follows the head, and its check: beginning with 2166136261,
 * for each word (check ^ word) * 16777619. The last word is 0. */
#ifndef QUILLET_WEIGHTS_H
#define QUILLET_WEIGHTS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define QUILLET_WEIGHTS_HEAD 8      /* words */
#define QUILLET_WEIGHTS_ALIGNMENT 8 /* bytes */

/* 1 where the `bytes` bytes at `file` are those whose head is `head`; 0 where they are not aligned,
 * cut off, damaged or another model's, or where this machine is big-endian. Reads every word once. */
int32_t quillet_weights_fit(const void* file, uint32_t bytes,
                            const uint32_t head[QUILLET_WEIGHTS_HEAD]);

#ifdef __cplusplus
}
#endif

#endif
