/* Products of one matrix of small integers with many vectors: exact, whatever the processor.
 * SPDX-License-Identifier: MIT
 *
 * A single product reads each weight for one multiplication; here a weight that was read serves all
 * vectors. All forms give the same integers as the kernels of runtime/quillet_integer.h. */
#ifndef QUILLET_RUN_BATCH_PRODUCT_H
#define QUILLET_RUN_BATCH_PRODUCT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How a product is computed; later ones are faster. */
typedef enum {
    QUILLET_BATCH_PLAIN,
    QUILLET_BATCH_AVX2,
    QUILLET_BATCH_VNNI, /* AVX-512 with its products of bytes */
} quillet_batch_form;

/* The fastest form that this processor has; slower ones it has as well. */
quillet_batch_form quillet_batch_fastest(void);

/* Bytes of a packed matrix, and of what quillet_batch_product needs for itself, in whole words. */
size_t quillet_batch_packed_bytes(quillet_batch_form form, int32_t rows, int32_t columns);
size_t quillet_batch_scratch_bytes(quillet_batch_form form, int32_t columns, int32_t count);

/* Packs row-major weights, -128 .. 127. */
void quillet_batch_pack(quillet_batch_form form, uint8_t* packed, const int8_t* weights,
                        int32_t rows, int32_t columns);

/* acc[i][row] = sum over columns of W[row][column] * x[i][column], for i < count. Rows beyond `rows`
 * are not written. REQUIRES: no sum leaves int32; packed and scratch as above, of the same form. */
void quillet_batch_product(quillet_batch_form form, int32_t* const* acc, const uint8_t* packed,
                           const int8_t* const* x, int32_t count, int32_t rows, int32_t columns,
                           void* scratch);

#ifdef __cplusplus
}
#endif

#endif
