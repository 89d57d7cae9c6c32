/* The ternary products of quillet_integer.h and their tables in Thumb-1 for Cortex-M0+.
 * SPDX-License-Identifier: MIT
 *
 * What quillet_integer_m0.S says of registers and sections holds here. Cycles a multiply-accumulate, measured as there:
 *
 *   quillet_product_ternary       1.15, and quillet_tables 24k for 320 columns
 *   quillet_product_ternary6      0.87, and quillet_tables6 52k
 */
#if defined(__ARM_ARCH_6M__) && !defined(QUILLET_PORTABLE)
#include "quillet_integer_m0_macros.S"

/* ---- quillet_tables and quillet_tables6(uint16_t* tables r0, const int8_t* x r1, columns r2) ---- */

/* Blocks of 28 entries follow one another, each the one before plus a word of twice the same number: x3 in r8, at every
 * third x4 - 2 x3 in r9 instead, at every ninth x5 - 2 x4 - 2 x3 in r11. Seven words, r1 .. r7, go through all blocks. */
.macro table_block delta
    .irp word, r1, r2, r3, r4, r5, r6, r7
    add \word, \delta
    .endr
    adds r0, #28
    stmia r0!, {r1-r7}
.endm

.macro table_nine_blocks
    .irp delta, r8, r8, r9, r8, r8, r9, r8, r8
    table_block \delta
    .endr
.endm

.macro table_pass group
    ldmia r0!, {r1-r7}
    table_nine_blocks
    .if \group == 6
    .rept 2
    table_block r11
    table_nine_blocks
    .endr
    .endif
.endm

/* Both halves of \to = \x; they are not the same register. */
.macro both_halves to, x
    lsls \to, \x, #16
    adds \to, \to, \x
.endm

.macro load_x to, i
    movs \to, #\i
    ldrsb \to, [r1, \to]
    subs r7, r7, \to
.endm

.macro tables_function name, group
function \name
    enter
    adds r3, r1, r2
    mov lr, r3          /* the end of x */
    mov r12, r1
1:  mov r1, r12
    movs r6, #\group
    movs r7, #127
    muls r7, r6, r7
    .if \group == 6
    load_x r6, 5
    mov r11, r6
    .endif
    load_x r2, 0
    load_x r3, 1
    load_x r4, 2
    load_x r5, 3
    load_x r6, 4
    adds r1, #\group
    mov r12, r1
    /* from block to block */
    both_halves r1, r5
    mov r8, r1
    lsls r5, r5, #1     /* 2 x3 */
    subs r1, r6, r5     /* x4 - 2 x3 */
    adds r6, r6, r6
    adds r6, r6, r5     /* 2 x4 + 2 x3 */
    both_halves r5, r1
    mov r9, r5
    .if \group == 6
    mov r1, r11
    subs r1, r1, r6
    both_halves r5, r1
    mov r11, r5
    .endif
    /* The first three columns: entries a + 3 b + 9 c, two a word, each word the one before plus one of six. With p =
     * 2 x0, d = x1 - x0 and v = x2 - 2 x1 - x0 these are (p, d), (d, p), (d, d), (p, v), (v, p), (v, v). */
    subs r3, r3, r2     /* d */
    subs r4, r4, r3
    subs r4, r4, r3
    lsls r5, r2, #1     /* p */
    subs r4, r4, r5
    subs r4, r4, r2     /* v */
    lsls r6, r7, #16
    adds r7, r7, r6
    lsls r6, r2, #16
    adds r7, r7, r6
    lsls r1, r3, #16
    adds r2, r5, r1     /* (p, d) */
    adds r6, r3, r1     /* (d, d) */
    lsls r1, r5, #16
    adds r3, r3, r1     /* (d, p) */
    adds r1, r4, r1     /* (v, p) */
    mov r10, r4
    lsls r4, r4, #16
    adds r5, r5, r4     /* (p, v) */
    add r4, r10         /* (v, v) */
    stmia r0!, {r7}
    .irp step, r2, r3, r6, r5, r1, r6, r2, r3, r4, r2, r3, r6, r2
    adds r7, r7, \step
    stmia r0!, {r7}
    .endr
    subs r0, #56
    /* all blocks from the first, in two passes */
    mov r10, r0
    table_pass \group
    mov r0, r10
    adds r0, #28
    table_pass \group
    cmp r12, lr
    beq 2f
    ldr r1, =1b + 1
    bx r1
2:  leave
    .ltorg
.endm

    tables_function quillet_tables, 5
    tables_function quillet_tables6, 6

/* ---- quillet_product_ternary(acc r0, weights r1, tables r2, rows r3, columns [sp]) ---- */

/* Four bytes of \word looked up in the table at r5, added to \a .. \d; r4 = 0x1FE. Twenty cycles. */
.macro ternary_word word, a, b, c, d
    lsls r3, \word, #1
    ands r3, r4
    ldrh r3, [r5, r3]
    add \a, r3
    lsrs r3, \word, #7
    ands r3, r4
    ldrh r3, [r5, r3]
    add \b, r3
    lsrs r3, \word, #15
    ands r3, r4
    ldrh r3, [r5, r3]
    add \c, r3
    lsrs r3, \word, #23
    ands r3, r4
    ldrh r3, [r5, r3]
    add \d, r3
.endm

.macro ternary_group
    ldmia r0!, {r1, r2}
    ternary_word r1, r6, r7, r8, r9
    ternary_word r2, r10, r11, r12, lr
    adds r5, #252
    adds r5, #252
.endm

/* r4 = where in a turn of \count groups at \turn, \size bytes each, a strip of r4 groups begins so that the last turn is
 * whole; r5, r6 are spent. \reciprocal / 2^16 is 1 / \count. */
.macro first_group turn, count, size, reciprocal
    ldr r5, =\reciprocal
    muls r5, r4, r5
    lsrs r5, r5, #16
    movs r6, #\count
    muls r5, r6, r5
    subs r4, r4, r5     /* what is left beside whole turns */
    beq \turn\()1f
    subs r4, r6, r4
    movs r5, #\size
    muls r4, r5, r4
\turn\()1:
    ldr r5, =\turn\()f + 1
    adds r4, r4, r5
.endm

function quillet_product_ternary
    enter
    sub sp, #28
    /* sp: 0 tables, 4 their end, 8 acc, 12 its end, 16 what sums begin with, 20 where a strip begins */
    str r0, [sp, #8]
    lsls r3, r3, #2
    adds r3, r0, r3
    str r3, [sp, #12]
    str r2, [sp, #0]
    mov r0, r1
    ldr r4, [sp, #64]
    movs r5, #127       /* the tables' bias comes off beforehand: -127 a column */
    muls r5, r4, r5
    rsbs r5, r5, #0
    str r5, [sp, #16]
    ldr r5, =52429      /* groups = columns / 5, exact below 81920 */
    muls r4, r5, r4
    lsrs r4, r4, #18
    ldr r5, =504
    muls r5, r4, r5
    adds r5, r2, r5
    str r5, [sp, #4]
    first_group 2, 8, 70, 8192
    str r4, [sp, #20]
1:  ldr r6, [sp, #16]
    ldr r4, =0x1FE
    ldr r5, [sp, #0]
    mov r7, r6
    mov r8, r6
    mov r9, r6
    mov r10, r6
    mov r11, r6
    mov r12, r6
    mov lr, r6
    ldr r1, [sp, #20]
    bx r1
2:  .rept 8
    ternary_group
    .endr
    ldr r1, [sp, #4]
    cmp r5, r1
    beq 3f
    b 2b
3:  ldr r1, [sp, #8]
    mov r2, r8
    mov r3, r9
    stmia r1!, {r6, r7}
    stmia r1!, {r2, r3}
    mov r2, r10
    mov r3, r11
    mov r4, r12
    mov r5, lr
    stmia r1!, {r2-r5}
    str r1, [sp, #8]
    ldr r2, [sp, #12]
    cmp r1, r2
    beq 4f
    ldr r2, =1b + 1
    bx r2
4:  add sp, #28
    leave
    .ltorg

/* ---- quillet_product_ternary6(acc r0, weights r1, tables r2, rows r3, columns [sp]) ---- */

/* Three places of \word looked up in the table at r5, added to \a, \b, \c; r4 = 0x7FE. Thirteen cycles: the outer places
 * need only a shift or a mask. */
.macro ternary6_word word, a, b, c
    lsrs r3, \word, #10
    ands r3, r4
    ldrh r3, [r5, r3]
    add \b, r3
    lsrs r3, \word, #21
    ldrh r3, [r5, r3]
    add \c, r3
    ands \word, r4
    ldrh r3, [r5, \word]
    add \a, r3
.endm

.macro ternary6_group
    ldmia r0!, {r1, r2}
    ternary6_word r1, r6, r7, r8
    ternary6_word r2, r9, r10, r11
    add r5, r12
.endm

function quillet_product_ternary6
    enter
    sub sp, #28
    /* sp: 0 tables, 4 -, 8 acc, 12 its end, 16 what sums begin with, 20 where a strip begins
     * r12 bytes a table, lr the end of tables */
    str r0, [sp, #8]
    lsls r3, r3, #2
    adds r3, r0, r3
    str r3, [sp, #12]
    str r2, [sp, #0]
    mov r0, r1
    ldr r4, [sp, #64]
    movs r5, #127       /* the tables' bias comes off beforehand: -127 a column */
    muls r5, r4, r5
    rsbs r5, r5, #0
    str r5, [sp, #16]
    movs r5, #252       /* bytes of tables a column */
    muls r5, r4, r5
    adds r5, r2, r5
    mov lr, r5
    ldr r5, =1512
    mov r12, r5
    ldr r5, =43691      /* groups = columns / 6, exact below 98304 */
    muls r4, r5, r4
    lsrs r4, r4, #18
    first_group 2, 9, 44, 7282
    str r4, [sp, #20]
    ldr r4, =0x7FE
1:  ldr r6, [sp, #16]
    ldr r5, [sp, #0]
    mov r7, r6
    mov r8, r6
    mov r9, r6
    mov r10, r6
    mov r11, r6
    ldr r1, [sp, #20]
    bx r1
2:  .rept 9
    ternary6_group
    .endr
    cmp r5, lr
    beq 3f
    b 2b
3:  ldr r1, [sp, #8]
    mov r2, r8
    stmia r1!, {r6, r7}
    stmia r1!, {r2}
    mov r5, r9
    mov r6, r10
    mov r7, r11
    stmia r1!, {r5-r7}
    str r1, [sp, #8]
    ldr r2, [sp, #12]
    cmp r1, r2
    beq 4f
    ldr r2, =1b + 1
    bx r2
4:  add sp, #28
    leave
    .ltorg

#endif
