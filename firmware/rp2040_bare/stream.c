/* Weights that stay in flash, streamed to SRAM by DMA while others are multiplied (RP2040 data
 * sheet 2.5, 2.6.3.1).
 * SPDX-License-Identifier: MIT
 *
 * XIP's stream reads flash in one long transfer, 16 cycles a word where a cache miss takes 40, and
 * its DREQ paces a DMA channel that writes to SRAM. A strip of eight int8 rows of 320 columns is
 * 640 words, 10.2k cycles to stream and 8.8k to multiply. */
#include "runtime/quillet_stream.h"

typedef volatile uint32_t hardware;

#define AT(address) ((hardware*)(uintptr_t)(address))

enum { DREQ_XIP_STREAM = 37 };

static hardware* const resets_clear = AT(0x4000C000 + 0x3000);
static hardware* const resets_done = AT(0x4000C008);
static hardware* const stream_address = AT(0x14000014);
static hardware* const stream_count = AT(0x14000018);
static hardware* const dma_read = AT(0x50000000);
static hardware* const dma_write = AT(0x50000004);
static hardware* const dma_count = AT(0x50000008);
static hardware* const dma_control = AT(0x5000000C);

/* Takes the DMA out of reset. */
static void set_up(void) {
    *resets_clear = 1u << 2;
    while (!(*resets_done & 1u << 2)) {
    }
}

__attribute__((section(".time_critical.stream"))) void quillet_stream_begin(uint32_t* to,
                                                                            const uint32_t* flash,
                                                                            uint32_t words) {
    if (!(*resets_done & 1u << 2)) set_up();
    *stream_address = (uint32_t)(uintptr_t)flash;
    *stream_count = words;
    *dma_read = 0x50400000u; /* the stream's FIFO */
    *dma_write = (uint32_t)(uintptr_t)to;
    *dma_count = words;
    /* enabled, words, the write address counts up, chained to itself, paced by the stream, no
     * interrupt */
    *dma_control = 1u | 2u << 2 | 1u << 5 | 0u << 11 | (uint32_t)DREQ_XIP_STREAM << 15 | 1u << 21;
}

__attribute__((section(".time_critical.stream"))) void quillet_stream_wait(void) {
    while (*dma_control & 1u << 24) {
    }
}

/* Streaming by XIP leaves the cache at work: there is nothing to take or to give back. */
void quillet_stream_open(uint32_t words) {
    (void)words;
}

void quillet_stream_close(void) {}
