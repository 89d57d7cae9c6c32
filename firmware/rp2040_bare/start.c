/* Start-up of a bare RP2040 image: vectors, sections, one UART to write to; no boot ROM, no SDK.
 * SPDX-License-Identifier: MIT
 *
 * For the emulator and for benchmarks: clocks, pins and the second stage that sets up real flash
 * are left out. */
#include "start.h"

#include <stddef.h>

extern uint32_t __data_source[], __data[], __data_end[], __bss[], __bss_end[], __stack[];

int main(void);

static volatile uint32_t* const uart0_data = (volatile uint32_t*)0x40034000u;

void quillet_put(const char* text) {
    while (*text) *uart0_data = (uint8_t)*text++;
}

void quillet_reset(void) {
    const uint32_t* source = __data_source;
    for (uint32_t* word = __data; word < __data_end;) *word++ = *source++;
    for (uint32_t* word = __bss; word < __bss_end;) *word++ = 0;
    if (main() == 0) __asm volatile("bkpt #0");
    for (;;) __asm volatile("bkpt #3");
}

static void stop(void) {
    for (;;) __asm volatile("bkpt #98");
}

__attribute__((section(".vectors"), used)) static const void* const vectors[16] = {
    __stack,
    (const void*)quillet_reset,
    (const void*)stop,
    (const void*)stop,
};
