/* What the runtime needs of a C library where there is none; machine.h has the functions.
 * SPDX-License-Identifier: MIT */
#include <stddef.h>

void* memset(void* to, int byte, size_t count);
void* memcpy(void* to, const void* from, size_t count);
