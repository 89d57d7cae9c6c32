/* What clang's code and the runtime need of a C library, for WebAssembly without one.
 * SPDX-License-Identifier: MIT
 *
 * Compiled with -fno-builtin, so that no loop here becomes a call of itself. */
#include <string.h>

void* memcpy(void* to, const void* from, size_t count) {
    char* out = to;
    const char* in = from;
    while (count--) *out++ = *in++;
    return to;
}

void* memmove(void* to, const void* from, size_t count) {
    char* out = to;
    const char* in = from;
    if (out < in) return memcpy(to, from, count);
    while (count--) out[count] = in[count];
    return to;
}

void* memset(void* to, int byte, size_t count) {
    char* out = to;
    while (count--) *out++ = (char)byte;
    return to;
}

int memcmp(const void* a, const void* b, size_t count) {
    const unsigned char* one = a;
    const unsigned char* other = b;
    for (; count; count--, one++, other++) {
        if (*one != *other) return *one - *other;
    }
    return 0;
}

size_t strlen(const char* text) {
    size_t count = 0;
    while (text[count]) count++;
    return count;
}

int strcmp(const char* a, const char* b) {
    for (; *a && *a == *b; a++) b++;
    return (unsigned char)*a - (unsigned char)*b;
}
