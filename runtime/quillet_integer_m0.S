/* The products of int8 and int4 of quillet_integer.h in Thumb-1 for Cortex-M0+ (one-cycle multiplier, loads of two cycles).
 * SPDX-License-Identifier: MIT
 *
 * How each works is said in quillet_integer_product.c, whose layouts these read; here is what the registers do. Eight rows'
 * sums stay in registers: r8 .. r12 and lr are only good for `mov` and `add`, which is all that sums need. Cycles are
 * those of the emulated RP2040, 960 rows of 320 columns from SRAM, a multiply-accumulate (tests/device prints them):
 *
 *   quillet_product_int8_strips   3.45
 *   quillet_product_int4          2.08 (blocks of 80 columns), 2.45 (of 32)
 *
 * Code goes to .time_critical, which start-up copies to SRAM: fetches from flash would compete with the weights. */
#if defined(__ARM_ARCH_6M__) && !defined(QUILLET_PORTABLE)
#include "quillet_integer_m0_macros.S"

/* ---- quillet_spread(int32_t* spread r0, const int8_t* x r1, int32_t columns r2) ---- */

function quillet_spread
    push {r4-r7, lr}
    lsls r3, r2, #2
    adds r3, r0, r3     /* the sums' place; r0 reaches it at the end */
    mov r12, r3
    movs r4, #0         /* the running sum */
    stmia r3!, {r4}
1:  ldmia r1!, {r5, r6}
    .macro spread_word word
    .irp left, 24, 16, 8, 0
    .if \left
    lsls r7, \word, #\left
    asrs r7, r7, #24
    .else
    asrs r7, \word, #24
    .endif
    adds r4, r4, r7
    stmia r0!, {r7}
    .endr
    .endm
    spread_word r5
    spread_word r6
    stmia r3!, {r4}
    cmp r0, r12
    bne 1b
    pop {r4-r7, pc}

/* ---- quillet_product_int8_strips(acc r0, weights r1, spread r2, rows r3, columns [sp]) ---- */

/* A word \word of four rows times r2 into \a, \b, \c, \d; \a may be a low register. */
.macro int8_word word, a, b, c, d
    asrs r5, \word, #24
    muls r5, r2, r5
    add \d, r5
    asrs r5, \word, #16
    muls r5, r2, r5
    add \c, r5
    asrs r5, \word, #8
    muls r5, r2, r5
    add \b, r5
    muls \word, r2, \word
    adds \a, \a, \word
.endm

.macro int8_columns count
    .rept \count
    ldmia r1!, {r2}
    ldmia r0!, {r3, r4}
    int8_word r3, r6, r8, r9, r10
    int8_word r4, r7, r11, r12, lr
    .endr
.endm

/* Undoes the mixture of four sums and stores them at r1; r2 = the bias. Leaves r7 alone when \a is r6. */
.macro int8_store a, b, c, d
    mov r4, \b
    lsls r5, r4, #8
    subs r3, \a, r5
    subs r3, r3, r2
    mov r5, \c
    lsls r6, r5, #8
    subs r4, r4, r6
    subs r4, r4, r2
    stmia r1!, {r3, r4}
    mov r6, \d
    lsls r3, r6, #8
    subs r5, r5, r3
    subs r5, r5, r2
    stmia r1!, {r5, r6}
.endm

function quillet_product_int8_strips
    enter
    sub sp, #28
    /* sp: 0 end of x, 4 x, 8 acc, 12 end of acc, 16 the bias 128 * sum of x, 20 where a strip begins */
    lsls r3, r3, #2
    adds r3, r0, r3
    str r0, [sp, #8]
    str r3, [sp, #12]
    ldr r4, [sp, #64]   /* columns */
    str r2, [sp, #4]
    lsls r5, r4, #2
    adds r5, r2, r5
    str r5, [sp, #0]
    lsls r6, r4, #29    /* carry: an odd eight, which the second half of a turn does */
    ldr r6, =2f + 1
    bcc 5f
    ldr r6, =3f + 1
5:  str r6, [sp, #20]
    lsrs r4, r4, #1     /* the last of the sums that follow x: columns / 8 words on */
    ldr r4, [r5, r4]
    lsls r4, r4, #7
    str r4, [sp, #16]
    mov r0, r1
1:  ldr r1, [sp, #4]
    ldr r2, [sp, #20]
    movs r6, #0
    movs r7, #0
    mov r8, r6
    mov r9, r6
    mov r10, r6
    mov r11, r6
    mov r12, r6
    mov lr, r6
    bx r2
2:  int8_columns 8
3:  int8_columns 8
    ldr r2, [sp, #0]
    cmp r1, r2
    beq 4f
    b 2b
4:  ldr r1, [sp, #8]
    ldr r2, [sp, #16]
    int8_store r6, r8, r9, r10
    int8_store r7, r11, r12, lr
    str r1, [sp, #8]
    ldr r2, [sp, #12]
    cmp r1, r2
    beq 6f
    ldr r2, =1b + 1
    bx r2
6:  add sp, #28
    leave
    .ltorg

/* ---- quillet_product_int4(acc r0, weights r1, spread r2, rows r3, columns [sp]) ---- */

/* A column: the word \word of eight rows times \x. Sums in r8 .. r11: w; w >> 4 masked; w with the bytes of its halves
 * exchanged; w >> 4 masked, exchanged. Twelve cycles. */
.macro int4_column word, x
    rev16 r6, \word
    muls r6, \x, r6
    add r10, r6
    lsrs r6, \word, #4
    muls \word, \x, \word
    add r8, \word
    ands r6, r7
    rev16 \word, r6
    muls \word, \x, \word
    add r11, \word
    muls r6, \x, r6
    add r9, r6
.endm

/* \even and \odd hold the sums S of two pairs of rows as S_even + 2^8 S_odd and S_odd + 2^8 S_even, in each lane.
 * Makes \even S_low + 2^16 S_high of the first pair, \odd of the second; \bias is 8 times the sum of x. */
.macro int4_part even, odd, bias, t
    lsls \t, \odd, #8
    subs \t, \even, \t
    subs \t, \t, \bias
    lsls \even, \even, #8
    subs \odd, \odd, \even
    subs \odd, \odd, \bias
    lsls \even, \t, #16
    adds \even, \even, \t
    lsls \t, \odd, #16
    adds \odd, \odd, \t
.endm

/* Adds the lanes of \pair to two words at [r1 + \at]; r0 = 0x8000. */
.macro int4_lanes pair, at
    sxth r6, \pair
    ldr r7, [r1, #\at]
    adds r7, r7, r6
    str r7, [r1, #\at]
    adds \pair, \pair, r0
    asrs \pair, \pair, #16
    ldr r7, [r1, #\at + 4]
    adds r7, r7, \pair
    str r7, [r1, #\at + 4]
.endm

function quillet_product_int4
    enter
    sub sp, #20
    /* sp: 0 acc, 4 end of acc, 8 x, 12 the sums that follow x, 16 the block's header */
    str r0, [sp, #0]
    lsls r3, r3, #2
    adds r3, r0, r3
    str r3, [sp, #4]
    str r2, [sp, #8]
    mov r0, r1
1:  /* a strip */
    ldr r1, [sp, #0]
    movs r2, #0
    movs r3, #0
    movs r4, #0
    movs r5, #0
    stmia r1!, {r2-r5}
    stmia r1!, {r2-r5}
    ldr r1, [sp, #8]
    ldr r2, [sp, #76 - 20] /* columns */
    lsls r2, r2, #2
    adds r2, r1, r2
    mov lr, r2          /* where the sums of x are */
2:  /* a block: r0 weights, r1 x, r12 its end, lr the sum of x before it */
    ldmia r0!, {r2}
    str r2, [sp, #16]
    uxth r2, r2
    lsls r2, r2, #5
    adds r2, r1, r2
    mov r12, r2
    movs r2, #0
    mov r8, r2
    mov r9, r2
    mov r10, r2
    mov r11, r2
    ldr r7, =0x0F0F0F0F
3:  .rept 4
    ldmia r0!, {r4, r5}
    ldmia r1!, {r2, r3}
    int4_column r4, r2
    int4_column r5, r3
    .endr
    cmp r1, r12
    bne 3b
    mov r12, r1
    /* 8 times the sum of x in the block */
    ldr r2, [sp, #16]
    uxth r3, r2
    lsls r3, r3, #2
    mov r4, lr
    ldr r5, [r4, #0]
    adds r4, r4, r3
    mov lr, r4
    ldr r6, [r4, #0]
    subs r6, r6, r5
    lsls r6, r6, #3
    /* take 2^4 times the odd pairs out of the even ones, then each pair apart */
    mov r2, r8
    mov r3, r9
    mov r4, r10
    mov r5, r11
    lsls r7, r3, #4
    subs r2, r2, r7
    lsls r7, r5, #4
    subs r4, r4, r7
    int4_part r2, r4, r6, r7
    int4_part r3, r5, r6, r7
    mov r8, r0
    movs r0, #1
    lsls r0, r0, #15
    ldr r1, [sp, #0]
    int4_lanes r2, 0
    int4_lanes r3, 8
    int4_lanes r4, 16
    int4_lanes r5, 24
    mov r0, r8
    ldr r2, [sp, #16]
    cmp r2, #0
    blt 4f
    mov r1, r12
    ldr r2, =2b + 1
    bx r2
4:  adds r1, #32
    str r1, [sp, #0]
    ldr r2, [sp, #4]
    cmp r1, r2
    beq 5f
    ldr r2, =1b + 1
    bx r2
5:  add sp, #20
    leave
    .ltorg

#endif
