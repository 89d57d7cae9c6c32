/* Start-up of the device's image: vectors, clocks, memory, then main.
 * SPDX-License-Identifier: MIT */
#include "board.h"

extern uint32_t __data_source[], __data[], __data_end[], __bss[], __bss_end[], __noinit_end[],
    __stack[];

int main(void);
void quillet_start(void);
void quillet_on_timer(void);
void quillet_on_pins(void);
void quillet_on_rtc(void);

enum { PAINT = 0x57A11E55 }; /* the stack's depth is what is no longer painted */

/* The clocks come first: copying weights from flash at the ring oscillator's 6 MHz would take
 * seconds. */
void quillet_start(void) {
    board_release_pins();
    board_hold_power(); /* a button that gives the power is soon let go */
    board_start_clocks();
    const uint32_t* source = __data_source;
    for (uint32_t* word = __data; word < __data_end;) *word++ = *source++;
    for (uint32_t* word = __bss; word < __bss_end;) *word++ = 0;
    uint32_t* top;
    __asm volatile("mov %0, sp" : "=r"(top));
    for (uint32_t* word = __noinit_end; word < top - 16;) *word++ = PAINT;
    board_start_pins();
    board_start_serial();
    main(); /* for ever */
}

/* The exception's frame holds the address of the instruction that failed, its seventh word. */
static void __attribute__((used)) fault_at(const uint32_t* frame) {
    board_fault(frame[6]);
}

__attribute__((naked)) static void fault(void) {
    __asm volatile("mrs r0, msp\n ldr r1, =fault_at\n bx r1\n .ltorg");
}

typedef void (*handler)(void);

__attribute__((section(".vectors"), used)) static const struct {
    uint32_t* stack;
    handler handlers[15 + 26]; /* by exception number, less one; interrupt i is exception 16 + i */
} vectors = {
    __stack,
    {
        [1 - 1] = quillet_start,
        [2 - 1] = fault, /* NMI */
        [3 - 1] = fault, /* hard fault */
        [11 - 1] = fault,
        [14 - 1] = fault,
        [15 - 1] = fault,
        [16 - 1 + 0] = quillet_on_timer,
        [16 - 1 + 13] = quillet_on_pins,
        [16 - 1 + 25] = quillet_on_rtc,
    },
};
