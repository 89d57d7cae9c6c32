/* Products whose weights lie in slow memory: a strip of rows is copied while the one before it is
 * multiplied.
 * SPDX-License-Identifier: MIT
 *
 * Each is the product of quillet_integer.h with the same bits. `buffers` has room for two strips,
 * 2 * strip_words; rows are whole strips. On a Cortex-M0+ the copies are made by
 * quillet_stream_begin and its like, which the board gives (firmware/rp2040_bare/
 * flash_stream.c has them, by DMA); elsewhere by memcpy. */
#ifndef QUILLET_STREAM_PRODUCTS_H
#define QUILLET_STREAM_PRODUCTS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* For a board to give. Before a product whose strips have `words` words each, and after it: nothing
 * that runs between may lie in flash, if the board so wants. begin starts to copy a strip to `to`,
 * one at a time; wait waits for its end. */
extern void quillet_stream_open(uint32_t words);
extern void quillet_stream_begin(uint32_t* to, const uint32_t* from, uint32_t words);
extern void quillet_stream_wait(void);
extern void quillet_stream_close(void);

void quillet_stream_int8_strips(int32_t* acc, const uint32_t* weights, const int32_t* spread,
                                int32_t rows, int32_t columns, int32_t strip_words,
                                uint32_t* buffers);
void quillet_stream_int4(int32_t* acc, const uint32_t* weights, const int32_t* spread, int32_t rows,
                         int32_t columns, int32_t strip_words, uint32_t* buffers);
void quillet_stream_ternary(int32_t* acc, const uint8_t* weights, const uint16_t* tables,
                            int32_t rows, int32_t columns, int32_t strip_words, uint32_t* buffers);
void quillet_stream_ternary6(int32_t* acc, const uint32_t* weights, const uint16_t* tables,
                             int32_t rows, int32_t columns, int32_t strip_words, uint32_t* buffers);

#ifdef __cplusplus
}
#endif

#endif
