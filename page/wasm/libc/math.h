/* The functions of <math.h> that WebAssembly has as instructions, rounded as IEEE 754 says.
 * SPDX-License-Identifier: MIT */
#ifndef QUILLET_PAGE_MATH_H
#define QUILLET_PAGE_MATH_H

#define fabs(x) __builtin_fabs(x)
#define fabsf(x) __builtin_fabsf(x)
#define floor(x) __builtin_floor(x)
#define floorf(x) __builtin_floorf(x)
#define ceilf(x) __builtin_ceilf(x)
#define sqrtf(x) __builtin_sqrtf(x)

#endif
