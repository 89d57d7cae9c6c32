/* What a bare image has to hand: a way to write, and marks around what the emulator measures.
 * SPDX-License-Identifier: MIT
 *
 * rp2040_bare/start.c and qemu_bare/start.c are the two that there are. */
#ifndef QUILLET_START_H
#define QUILLET_START_H

#include <stdint.h>

void quillet_reset(
    void); /* the first instruction: sets memory up, calls main, ends the run; never returns */

void quillet_put(const char* text);

static inline void quillet_put_number(uint32_t number) {
    char digits[11];
    char* digit = digits + sizeof digits - 1;
    *digit = 0;
    do {
        *--digit = (char)('0' + number % 10u);
        number /= 10u;
    } while (number);
    quillet_put(digit);
}

/* Around what emulator counts the cycles of; nothing elsewhere. */
#if defined(__ARM_ARCH_6M__)
#    define QUILLET_MEASURE_BEGIN() __asm volatile("bkpt #1" ::: "memory")
#    define QUILLET_MEASURE_END() __asm volatile("bkpt #2" ::: "memory")
#else
#    define QUILLET_MEASURE_BEGIN() ((void)0)
#    define QUILLET_MEASURE_END() ((void)0)
#endif

#endif
