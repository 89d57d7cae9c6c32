/* The contract's tables (docs/DESIGN.md, 3 and 5), written by tools/make_tables.py; do not edit.
 * SPDX-License-Identifier: MIT */
#ifndef QUILLET_TABLES_H
#define QUILLET_TABLES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* round(65535 * 2^(-i/64)) */
extern const uint16_t quillet_exp2_table[1024];
/* round(16384 * sigmoid((i - 512) / 64)), Q14 */
extern const uint16_t quillet_sigmoid_table[1024];
/* round(32512 * tanh((i - 512) / 64)) */
extern const int16_t quillet_tanh_table[1024];

#ifdef __cplusplus
}
#endif

#endif
