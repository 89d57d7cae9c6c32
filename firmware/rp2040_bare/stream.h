/* Weights that stay in flash, streamed to SRAM by DMA while others are multiplied.
 * SPDX-License-Identifier: MIT */
#ifndef QUILLET_STREAM_H
#define QUILLET_STREAM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Once, before anything is streamed: takes the DMA out of reset. */
void quillet_stream_set_up(void);

/* Starts to copy `words` words from `flash` (a cached address, 0x10000000 on) to SRAM; one copy at
 * a time. Does not go through the cache. REQUIRES: words > 0. */
void quillet_stream_begin(uint32_t* to, const uint32_t* flash, uint32_t words);

/* Waits for the copy to end. */
void quillet_stream_wait(void);

/* A product whose rows are partly in SRAM (`resident`, the first ones) and partly in flash
 * (`streamed`). */
typedef struct quillet_streamed_product {
    /* Multiplies `strips` strips: acc, weights, the prepared input, strips. */
    void (*multiply)(int32_t* acc, const uint32_t* weights, const void* input, int32_t strips);
    const uint32_t* resident;
    const uint32_t* streamed;
    int32_t resident_strips;
    int32_t streamed_strips;
    int32_t strip_rows;
    int32_t strip_words;
    uint32_t* buffers; /* 2 * strip_words words */
} quillet_streamed_product;

/* acc = W x. Strips arrive one by one; meanwhile the resident ones are multiplied in equal
 * portions, so that a copy has as long as can be. The first streamed strip is begun by
 * quillet_stream_first, at best long before. */
void quillet_stream_first(const quillet_streamed_product* product);
void quillet_stream_multiply(const quillet_streamed_product* product, int32_t* acc,
                             const void* input);

#ifdef __cplusplus
}
#endif

#endif
