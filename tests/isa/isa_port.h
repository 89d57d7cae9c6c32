/* How isa_main.c prints: standard output; an AVR's first serial port; Linux's system calls, where there is
 * no C library that starts (ISA_BARE).
 * SPDX-License-Identifier: MIT */
#include <stdint.h>

#ifdef MODEL_HEADER
#    include MODEL_HEADER
#endif

#if defined(__AVR__)
#    include <avr/interrupt.h>
#    include <avr/io.h>
#    include <avr/sleep.h>

static void isa_begin(void) {
    UCSR0B = _BV(TXEN0);
}

static void isa_put(char c) {
    while (!(UCSR0A & _BV(UDRE0))) {
    }
    UDR0 = (uint8_t)c;
}

/* Asleep with interrupts off, which ends the simulator. */
static void isa_end(void) {
    while (!(UCSR0A & _BV(UDRE0))) {
    }
    cli();
    sleep_enable();
    sleep_cpu();
}

#elif defined(ISA_BARE)
#    include <string.h>

/* clang-format off */
static long isa_call(long number, long a, long b, long c) {
#if defined(__sh__)
    register long n __asm__("r3") = number, x __asm__("r4") = a, y __asm__("r5") = b, z __asm__("r6") = c, result __asm__("r0");
    __asm__ volatile("trapa #0x13" : "=r"(result) : "r"(n), "r"(x), "r"(y), "r"(z) : "memory");
#elif defined(__xtensa__)
    register long n __asm__("a2") = number, x __asm__("a6") = a, y __asm__("a3") = b, z __asm__("a4") = c, result __asm__("a2");
    __asm__ volatile("syscall" : "=r"(result) : "r"(n), "r"(x), "r"(y), "r"(z) : "memory");
#elif defined(__or1k__) || defined(__OR1K__)
    register long n __asm__("r11") = number, x __asm__("r3") = a, y __asm__("r4") = b, z __asm__("r5") = c, result __asm__("r11");
    __asm__ volatile("l.sys 1\n\tl.nop" : "=r"(result) : "r"(n), "r"(x), "r"(y), "r"(z) : "memory", "r6", "r7", "r8", "r12");
#elif defined(__aarch64__)
    register long n __asm__("x8") = number, x __asm__("x0") = a, y __asm__("x1") = b, z __asm__("x2") = c, result __asm__("x0");
    __asm__ volatile("svc 0" : "=r"(result) : "r"(n), "r"(x), "r"(y), "r"(z) : "memory");
#elif defined(__arm__)
    register long n __asm__("r7") = number, x __asm__("r0") = a, y __asm__("r1") = b, z __asm__("r2") = c, result __asm__("r0");
    __asm__ volatile("svc 0" : "=r"(result) : "r"(n), "r"(x), "r"(y), "r"(z) : "memory");
#endif
    return result;
}
/* clang-format on */

#    if defined(__or1k__) || defined(__OR1K__) || defined(__aarch64__)
enum { kWrite = 64, kExit = 93 };
#    elif defined(__xtensa__)
enum { kWrite = 13, kExit = 118 };
#    else
enum { kWrite = 4, kExit = 1 };
#    endif

int main(void);
void _start(void);

void _start(void) {
    isa_call(kExit, main(), 0, 0);
}

void* memset(void* to, int byte, size_t count) {
    char* at = to;
    while (count-- > 0) *at++ = (char)byte;
    return to;
}

void* memcpy(void* to, const void* from, size_t count) {
    char* at = to;
    const char* source = from;
    while (count-- > 0) *at++ = *source++;
    return to;
}

/* What the compiler puts where a division by zero would be. */
void abort(void);

void abort(void) {
    isa_call(kExit, 134, 0, 0);
    for (;;) {
    }
}

#    ifdef __xtensa__
/* In an ESP8266's boot ROM, and so not in its compiler's library. */
uint32_t __udivsi3(uint32_t a, uint32_t b);
uint32_t __umodsi3(uint32_t a, uint32_t b);

uint32_t __udivsi3(uint32_t a, uint32_t b) {
    uint32_t quotient = 0, rest = 0;
    int bit;
    for (bit = 31; bit >= 0; bit--) {
        rest = rest << 1 | (a >> bit & 1u);
        if (rest >= b) {
            rest -= b;
            quotient |= (uint32_t)1 << bit;
        }
    }
    return quotient;
}

uint32_t __umodsi3(uint32_t a, uint32_t b) {
    return a - __udivsi3(a, b) * b;
}
#    endif

static void isa_begin(void) {}

static void isa_put(char c) {
    isa_call(kWrite, 1, (long)&c, 1);
}

static void isa_end(void) {}

#else
#    include <stdio.h>

static void isa_begin(void) {}

static void isa_put(char c) {
    putchar(c);
}

static void isa_end(void) {
    fflush(stdout);
}
#endif
