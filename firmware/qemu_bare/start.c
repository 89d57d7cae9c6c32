/* Start-up of a bare image for QEMU's mps2 boards: vectors, .bss, text and the end by semihosting.
 * SPDX-License-Identifier: MIT
 *
 * qemu-system-arm -M mps2-an385 (Cortex-M3) or mps2-an505 (Cortex-M33) -nographic -semihosting
 * -kernel IMAGE.elf */
#include "firmware/rp2040_bare/start.h"

#include <stddef.h>

extern uint32_t __bss[], __bss_end[], __stack[];

int main(void);

enum { kWrite0 = 0x04, kExit = 0x18 };

static void call(uint32_t operation, const void* argument) {
    register uint32_t r0 __asm("r0") = operation;
    register const void* r1 __asm("r1") = argument;
    __asm volatile("bkpt #0xAB" : "+r"(r0) : "r"(r1) : "memory");
}

void quillet_put(const char* text) {
    call(kWrite0, text);
}

static void end(uint32_t reason) {
    for (;;) call(kExit, (const void*)(size_t)reason);
}

void quillet_reset(void) {
    for (uint32_t* word = __bss; word < __bss_end;) *word++ = 0;
    end(main() == 0 ? 0x20026u : 0x20023u); /* application exit, or run-time error: status 1 */
}

static void stop(void) {
    quillet_put("fault\n");
    end(0x20023u);
}

__attribute__((section(".vectors"), used)) static const void* const vectors[16] = {
    __stack,           (const void*)quillet_reset, (const void*)stop, (const void*)stop,
    (const void*)stop, (const void*)stop,          (const void*)stop,
};
