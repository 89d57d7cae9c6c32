/* As much of Zephyr as a sample uses, on the host.
 * SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <stdio.h>

#define printk printf
