/* As much of the Pico SDK as an example uses, on the host: a program ends where it would sleep.
 * SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <stdlib.h>

static inline void stdio_init_all(void) {}

static inline void sleep_ms(uint32_t milliseconds) {
    (void)milliseconds;
    exit(0);
}
