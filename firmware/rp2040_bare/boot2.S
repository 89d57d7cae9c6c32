/* The second stage: sets the flash interface up for plain serial reads and jumps to the program.
 * SPDX-License-Identifier: MIT
 *
 * The boot ROM copies the flash's first 256 bytes to the end of SRAM and runs them if their last four are the CRC of the rest (data
 * sheet 2.8.1); device/image.h puts it there. Every flash chip knows command 03h, and what is fast lies in SRAM anyway. */
#include "firmware/rp2040_bare/flash_interface.h"

    .syntax unified
    .cpu cortex-m0plus
    .thumb
    .section .boot2, "ax"
    .global quillet_boot2
    .thumb_func
quillet_boot2:
    ldr r3, =SSI_BASE
    movs r0, #0
    str r0, [r3, #SSI_ENABLE]
    movs r1, #SSI_CLOCK_DIVISOR
    str r1, [r3, #SSI_BAUD]
    ldr r1, =SSI_CONTROL_0_READ
    str r1, [r3, #SSI_CONTROL_0]
    str r0, [r3, #SSI_CONTROL_1]
    ldr r1, =SSI_READ_COMMAND_03
    ldr r2, =(SSI_BASE + SSI_READ_COMMAND)
    str r1, [r2]
    movs r0, #1
    str r0, [r3, #SSI_ENABLE]

    ldr r0, =VECTORS
    ldr r1, =VECTOR_TABLE_OFFSET
    str r0, [r1]
    ldmia r0!, {r1, r2}
    msr msp, r1
    bx r2
    .pool
