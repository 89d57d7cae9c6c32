/* Both cores of a bare RP2040: launches the second, hands it work by SIO's FIFO, and lets the two
 * meet.
 * SPDX-License-Identifier: MIT
 *
 * The FIFO wakes a core from WFE (data sheet 2.3.1.4, 2.8.2). Meeting is two counters in SRAM, each
 * written by one core: a Cortex-M0+ has neither caches nor stores that overtake one another. */
#include "firmware/rp2040_bare/cores.h"

#include "runtime/quillet_cores.h"

typedef volatile uint32_t hardware;

static hardware* const fifo_status = (hardware*)0xD0000050u;
static hardware* const fifo_write = (hardware*)0xD0000054u;
static hardware* const fifo_read = (hardware*)0xD0000058u;

enum { VALID = 1, READY = 2, STACK_WORDS = 256 };

static uint32_t stack[STACK_WORDS];
static volatile uint32_t meetings[2];

static void push(uint32_t word) {
    while (!(*fifo_status & READY)) {
    }
    *fifo_write = word;
    __asm volatile("sev");
}

static uint32_t pop(void) {
    while (!(*fifo_status & VALID)) __asm volatile("wfe");
    return *fifo_read;
}

static void serve(void) {
    for (;;) {
        quillet_part part = (quillet_part)(uintptr_t)pop();
        part((void*)(uintptr_t)pop(), 1);
        push(0);
    }
}

void quillet_cores_set_up(void) {
    const uint32_t launch[6] = {0,
                                0,
                                1,
                                0x10000000u,
                                (uint32_t)(uintptr_t)(stack + STACK_WORDS),
                                (uint32_t)(uintptr_t)serve};
    for (int i = 0; i < 6;) {
        if (launch[i] == 0) {
            while (*fifo_status & VALID) (void)*fifo_read;
            __asm volatile("sev");
        }
        push(launch[i]);
        i = pop() == launch[i] ? i + 1 : 0; /* the boot ROM echoes what it expected */
    }
}

void quillet_run_on_both(quillet_part part, void* state) {
    push((uint32_t)(uintptr_t)part);
    push((uint32_t)(uintptr_t)state);
    part(state, 0);
    (void)pop();
}

void quillet_barrier_wait(int core) {
    uint32_t mine = meetings[core] + 1;
    __asm volatile("" ::: "memory");
    meetings[core] = mine;
    while ((int32_t)(meetings[1 - core] - mine) < 0) {
    }
    __asm volatile("" ::: "memory");
}
