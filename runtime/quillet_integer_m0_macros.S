/* What the files of Thumb-1 share: each includes this, which has no code by itself.
 * SPDX-License-Identifier: MIT */
#if defined(__ARM_ARCH_6M__) && !defined(QUILLET_PORTABLE)

    .syntax unified
    .cpu cortex-m0plus
    .thumb

/* Each function has a section of its own, so that --gc-sections leaves out what no step calls. */
.macro function name
    .section .time_critical.\name, "ax"
    .align 2
    .global \name
    .type \name, %function
    .thumb_func
\name:
.endm

/* Saves what a C function must keep, all of it: 36 bytes. */
.macro enter
    push {r4-r7, lr}
    mov r4, r8
    mov r5, r9
    mov r6, r10
    mov r7, r11
    push {r4-r7}
.endm

.macro leave
    pop {r4-r7}
    mov r8, r4
    mov r9, r5
    mov r10, r6
    mov r11, r7
    pop {r4-r7, pc}
.endm

#endif
