/* How a program begins, prints and ends on the instruction sets of `quillet verify`: standard output; an AVR's first
 * serial port; Linux's system calls, where there is no C library that starts (QUILLET_BARE).
 * SPDX-License-Identifier: MIT
 *
 * Included by one file, the one with main(). */
#include <stdint.h>

/* Once, before anything is printed; prints bytes, a text, a number in decimal; once, before main() returns. */
static void machine_begin(void);
static void machine_write(const char* bytes, uint32_t count);
static inline void machine_put(const char* text);
static inline void machine_put_number(uint32_t number);
static void machine_end(void);

#if defined(__AVR__)
#    include <avr/interrupt.h>
#    include <avr/io.h>
#    include <avr/sleep.h>

static void machine_begin(void) {
    UCSR0B = _BV(TXEN0);
}

static void machine_write(const char* bytes, uint32_t count) {
    while (count-- > 0) {
        while (!(UCSR0A & _BV(UDRE0))) {
        }
        UDR0 = (uint8_t)*bytes++;
    }
}

/* Asleep with interrupts off, which ends the simulator. */
static void machine_end(void) {
    while (!(UCSR0A & _BV(UDRE0))) {
    }
    cli();
    sleep_enable();
    sleep_cpu();
}

#elif defined(QUILLET_BARE)
#    include <string.h>

/* clang-format off */
static long machine_call(long number, long a, long b, long c) {
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
    machine_call(kExit, main(), 0, 0);
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
    machine_call(kExit, 134, 0, 0);
    for (;;) {
    }
}

#    ifdef __xtensa__
/* In an ESP8266's boot ROM, and so not in its compiler's library. */
uint32_t __udivsi3(uint32_t a, uint32_t b);
uint32_t __umodsi3(uint32_t a, uint32_t b);
int32_t __divsi3(int32_t a, int32_t b);
int32_t __modsi3(int32_t a, int32_t b);

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

static uint32_t machine_size(int32_t a) {
    return a < 0 ? 0u - (uint32_t)a : (uint32_t)a;
}

int32_t __divsi3(int32_t a, int32_t b) {
    const uint32_t quotient = __udivsi3(machine_size(a), machine_size(b));
    return (int32_t)((a < 0) == (b < 0) ? quotient : 0u - quotient);
}

int32_t __modsi3(int32_t a, int32_t b) {
    const uint32_t rest = __umodsi3(machine_size(a), machine_size(b));
    return (int32_t)(a < 0 ? 0u - rest : rest);
}
#    endif

static void machine_begin(void) {}

static void machine_write(const char* bytes, uint32_t count) {
    while (count > 0) {
        const long written = machine_call(kWrite, 1, (long)bytes, (long)count);
        if (written <= 0) abort();
        bytes += written;
        count -= (uint32_t)written;
    }
}

static void machine_end(void) {}

#else
#    include <stdio.h>

static void machine_begin(void) {}

static void machine_write(const char* bytes, uint32_t count) {
    fwrite(bytes, 1, count, stdout);
}

static void machine_end(void) {
    fflush(stdout);
}
#endif

static inline void machine_put(const char* text) {
    uint32_t count = 0;
    while (text[count]) count++;
    machine_write(text, count);
}

static inline void machine_put_number(uint32_t number) {
    char digits[11];
    int at = 10;
    digits[at] = '\0';
    do digits[--at] = (char)('0' + number % 10);
    while (number /= 10);
    machine_put(digits + at);
}
