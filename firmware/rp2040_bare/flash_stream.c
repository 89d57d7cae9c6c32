/* The device's weights from flash to SRAM by DMA, on four wires at half the system's clock: 16 cycles
 * a word (RP2040 data sheet 2.5, 4.10; command set of W25Q16JV).
 * SPDX-License-Identifier: MIT
 *
 * The flash interface is taken from the cache while a product runs, as flash.c takes it: a read of
 * one long stretch costs command and address once, which reads through the cache pay for each word.
 * So nothing that runs between open and close may lie in flash; the emulator stops where it does.
 * Command 6Bh sends command and address on one wire and leaves no mode behind. */
#include "board.h"
#include "flash_interface.h"
#include "registers.h"
#include "runtime/quillet_stream.h"

#define IN_SRAM __attribute__((section(".time_critical.stream"), noinline))

enum {
    SSI_DMA = 0x4C,
    SSI_DMA_LEVEL = 0x54,
    SSI_SAMPLE_DELAY = 0xF0,
    CONTROL_0_WORDS = 2 << 21 | 31 << 16 | 3 << 8, /* four wires, 32 bits, send then receive */
    READ_FOUR_WIRES = 0x6B,
    COMMAND_6B =
        8 << 11 | 2 << 8 | 6 << 2, /* eight clocks to wait, command of 8 bits, address 24 */
    DIVISOR = 2,
    READ_STATUS_2 = 0x35,
    WRITE_STATUS_2 = 0x31,
    ENABLE_VOLATILE = 0x50,
    FOUR_WIRES = 2, /* of status 2: the flash uses its third and fourth wire for data */
    RECEIVED = 1 << 3,
    BUSY = 1 << 0,
    DREQ_SSI_RECEIVED = 39
};

#define STREAM_DMA 0x50000000u /* channel 0 */
#define PADS_QSPI 0x40020000u
#define RESET_DMA (1u << 2)

static bool is_set_up;

static IN_SRAM void configure(uint32_t control, uint32_t count, uint32_t divisor, uint32_t read,
                              uint32_t delay) {
    *quillet_at(SSI_BASE + SSI_ENABLE) = 0;
    *quillet_at(SSI_BASE + SSI_BAUD) = divisor;
    *quillet_at(SSI_BASE + SSI_CONTROL_0) = control;
    *quillet_at(SSI_BASE + SSI_CONTROL_1) = count;
    *quillet_at(SSI_BASE + SSI_READ_COMMAND) = read;
    *quillet_at(SSI_BASE + SSI_SAMPLE_DELAY) = delay;
    *quillet_at(SSI_BASE + SSI_ENABLE) = 1;
}

static IN_SRAM uint32_t exchange(uint32_t byte) {
    *quillet_at(SSI_BASE + SSI_DATA) = byte;
    while (!(*quillet_at(SSI_BASE + SSI_STATUS) & RECEIVED)) {
    }
    return *quillet_at(SSI_BASE + SSI_DATA);
}

/* Sends `first`, then `second` if it is not negative; returns what came back last. */
static IN_SRAM uint32_t command(uint32_t first, int32_t second) {
    *quillet_at(IO_QSPI_SELECT) = 2 << 8;
    uint32_t answer = exchange(first);
    if (second >= 0) answer = exchange((uint32_t)second);
    *quillet_at(IO_QSPI_SELECT) = 3 << 8;
    return answer;
}

/* Once: fast pads, the DMA out of reset, and the flash told of its four wires, if it does not know,
 * until power goes (the Pico's own has them from the factory). */
static IN_SRAM void set_up(void) {
    *quillet_at(PADS_QSPI + 4) = 0x21; /* the clock: 8 mA, fast */
    quillet_clear_bits(RESETS, RESET_DMA);
    while (!(*quillet_at(RESETS_DONE) & RESET_DMA)) {
    }
    configure(SSI_CONTROL_0_BYTES, 0, SSI_CLOCK_DIVISOR, SSI_READ_COMMAND_03, 0);
    uint32_t status = command(READ_STATUS_2, 0);
    if (!(status & FOUR_WIRES)) {
        command(ENABLE_VOLATILE, -1);
        command(WRITE_STATUS_2, (int32_t)(status | FOUR_WIRES));
    }
    *quillet_at(IO_QSPI_SELECT) = 0;
    is_set_up = true;
}

IN_SRAM void quillet_stream_open(uint32_t words) {
    __asm volatile("cpsid i" ::: "memory");
    if (!is_set_up) set_up();
    configure(CONTROL_0_WORDS, words - 1, DIVISOR, COMMAND_6B, 1);
    *quillet_at(SSI_BASE + SSI_DMA_LEVEL) = 0;
    *quillet_at(SSI_BASE + SSI_DMA) = 1;
}

IN_SRAM void quillet_stream_begin(uint32_t* to, const uint32_t* flash, uint32_t words) {
    while (*quillet_at(SSI_BASE + SSI_STATUS) & BUSY) {
    }
    *quillet_at(STREAM_DMA + 0) = SSI_BASE + SSI_DATA;
    *quillet_at(STREAM_DMA + 4) = (uint32_t)(uintptr_t)to;
    *quillet_at(STREAM_DMA + 8) = words;
    /* enabled, before others, words, the write address counts up, chained to itself, paced by what
     * is received, no interrupt, bytes exchanged: the flash's first is the frame's highest */
    *quillet_at(STREAM_DMA + 12) =
        1u | 1u << 1 | 2u << 2 | 1u << 5 | (uint32_t)DREQ_SSI_RECEIVED << 15 | 1u << 21 | 1u << 22;
    *quillet_at(SSI_BASE + SSI_DATA) = READ_FOUR_WIRES;
    *quillet_at(SSI_BASE + SSI_DATA) = (uint32_t)(uintptr_t)flash & 0xFFFFFFu;
}

IN_SRAM void quillet_stream_wait(void) {
    while (*quillet_at(STREAM_DMA + 12) & 1u << 24) {
    }
}

IN_SRAM void quillet_stream_close(void) {
    while (*quillet_at(SSI_BASE + SSI_STATUS) & BUSY) {
    }
    *quillet_at(SSI_BASE + SSI_DMA) = 0;
    configure(SSI_CONTROL_0_READ, 0, SSI_CLOCK_DIVISOR, SSI_READ_COMMAND_03, 0);
    __asm volatile("cpsie i" ::: "memory");
}
