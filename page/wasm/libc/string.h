/* The functions of <string.h> that the runtime and the panels call, for WebAssembly without a C library.
 * SPDX-License-Identifier: MIT */
#ifndef QUILLET_PAGE_STRING_H
#define QUILLET_PAGE_STRING_H

#include <stddef.h>

void* memcpy(void* to, const void* from, size_t count);
void* memmove(void* to, const void* from, size_t count);
void* memset(void* to, int byte, size_t count);
int memcmp(const void* a, const void* b, size_t count);
size_t strlen(const char* text);
int strcmp(const char* a, const char* b);

#endif
