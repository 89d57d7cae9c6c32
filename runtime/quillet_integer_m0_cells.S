/* State, table row, requantising and gates of quillet_integer.h in Thumb-1 for Cortex-M0+.
 * SPDX-License-Identifier: MIT
 *
 * The formulas are quillet_integer.h's. A register shift takes its count from a register's lowest byte, so a scale's word is
 * its own shift count; (x >> (k - 1)) + 1) >> 1 is asr(x, k). A pre-activation becomes a place in a table by one sum,
 * 8 to round and 512 * 16 to centre, and one shift; places outside 0 .. 1023 are seen by their upper bits and mended
 * out of the way. Cycles on the emulated RP2040, tables in SRAM (tests/device prints them): a unit of a GRU 96, of an
 * LSTM 146, an entry of a table row 12, a row rescaled 17, a state narrowed 8. */
#if defined(__ARM_ARCH_6M__) && !defined(QUILLET_PORTABLE)
#include "quillet_integer_m0_macros.S"

/* ---- quillet_narrow(int8_t* x r0, const int16_t* h r1, int32_t count r2) ---- */

function quillet_narrow
    push {r4, lr}
    adds r4, r0, r2
    b 2f
1:  ldrh r2, [r1, #0]
    sxth r2, r2
    adds r2, #128
    asrs r2, r2, #8
    strb r2, [r0, #0]
    adds r0, #1
    adds r1, #2
2:  subs r3, r4, r0
    cmp r3, #4
    blt 4f
3:  .irp i, 0, 1, 2, 3
    ldrh r2, [r1, #(2*\i)]
    sxth r2, r2
    adds r2, #128
    asrs r2, r2, #8
    strb r2, [r0, #\i]
    .endr
    adds r0, #4
    adds r1, #8
    subs r3, #4
    cmp r3, #4
    bge 3b
4:  cmp r0, r4
    bne 1b
    pop {r4, pc}

/* ---- quillet_scale_rows(out r0, acc r1, scales r2, bias r3, rows [sp]) ---- */

function quillet_scale_rows
    push {r4-r7, lr}
    ldr r4, [sp, #20]
    lsls r4, r4, #2
    adds r4, r0, r4
    mov r12, r4
    b 2f
1:  ldmia r1!, {r4}
    ldmia r2!, {r5}
    lsrs r6, r5, #8
    muls r4, r6, r4
    asrs r4, r5
    adds r4, #1
    asrs r4, r4, #1
    ldmia r3!, {r5}
    adds r4, r4, r5
    stmia r0!, {r4}
2:  cmp r0, r12
    bne 1b
    pop {r4-r7, pc}

/* ---- quillet_table_row(out r0, table r1, scales r2, bias r3, token [sp], columns [sp]) ---- */

/* \to = the entry at [r1 + \at] by m, r6; where \round is 1, by k, r2, with 2^(k - 1) in r12. */
.macro table_entry to, at, round
    ldrb \to, [r1, #\at]
    sxtb \to, \to
    muls \to, r6, \to
    .if \round
    add \to, r12
    asrs \to, r2
    .endif
.endm

.macro table_two at, round
    table_entry r4, \at, \round
    table_entry r5, (\at+1), \round
    ldmia r3!, {r7}
    adds r4, r4, r7
    ldmia r3!, {r7}
    adds r5, r5, r7
    stmia r0!, {r4, r5}
.endm

/* All entries, to lr, then returns. */
.macro table_entries round
    b 2f
1:  table_two 0, \round
    table_two 2, \round
    adds r1, #4
2:  mov r7, lr
    subs r7, r7, r0
    cmp r7, #16
    bge 1b
    cmp r7, #0
    beq 4f
3:  table_entry r4, 0, \round
    ldmia r3!, {r7}
    adds r4, r4, r7
    stmia r0!, {r4}
    adds r1, #1
    cmp r0, lr
    bne 3b
4:  pop {r4-r7, pc}
.endm

function quillet_table_row
    push {r4-r7, lr}
    ldr r4, [sp, #20]
    ldr r5, [sp, #24]
    lsls r6, r4, #2
    ldr r2, [r2, r6]    /* the token's scale */
    muls r4, r5, r4
    adds r1, r1, r4
    lsls r5, r5, #2
    adds r5, r0, r5
    mov lr, r5          /* the end of out */
    lsrs r6, r2, #8
    uxtb r2, r2
    lsls r4, r6, #31
    orrs r4, r2         /* zero where k = 1 and m is even: a shift to the left, nothing to round */
    beq 5f
    movs r4, #1
    lsls r4, r2
    mov r12, r4
    adds r2, #1
    table_entries 1
5:  lsrs r6, r6, #1
    table_entries 0

/* ---- gates: r0 acc, r1 scales, r2 g, r3 the row's offset in all three ---- */

/* r4 = acc by its scale, Q10. */
.macro rescale
    ldr r4, [r0, r3]
    ldr r5, [r1, r3]
    lsrs r6, r5, #8
    muls r4, r6, r4
    asrs r4, r5
    adds r4, #1
    asrs r4, r4, #1
.endm

/* r4 = acc by its scale but for the last halving: twice it, rounded down. */
.macro rescale_twice
    ldr r4, [r0, r3]
    ldr r5, [r1, r3]
    lsrs r6, r5, #8
    muls r4, r6, r4
    asrs r4, r5
.endm

/* r4 += 2 g: halving, rounding and placing what rescale_twice began is then one shift of 5 bits, for floors of floors
 * are floors: asr(asr(v, k) + g, 4) = ((v >> (k - 1)) + 1 + 2 g + 16) >> 5. */
.macro add_input_twice
    ldr r5, [r2, r3]
    adds r4, r4, r5
    adds r4, r4, r5
.endm

/* r4 = the entry of \table (a high register), read by \load, at the place r4 + r9 says in steps of \shift bits; \mend is
 * an outside place's label of mend_place, which returns to \back. */
.macro look_up table, load, shift, mend
    add r4, r9
    asrs r4, r4, #\shift
    lsrs r5, r4, #10
    bne \mend\()f
\mend\()1:
    lsls r4, r4, #1
    mov r5, \table
    \load r4, [r5, r4]
.endm

/* r4 = 0 where it is negative, else 1023. */
.macro mend_place mend
\mend:
    asrs r5, r4, #31
    ldr r4, =1023
    bics r4, r5
    b \mend\()1b
.endm

/* r4 = asr(r4, 14). */
.macro round_14
    asrs r4, r4, #13
    adds r4, #1
    asrs r4, r4, #1
.endm

/* ---- quillet_gru_gates(h r0, acc r1, scales r2, g r3, bias, hidden, first, count [sp]) ---- */

function quillet_gru_gates
    enter
    sub sp, #12
    /* sp: 0 the bias less 8 hidden bytes, 4 the last unit's end, 8 -
     * r8 4 hidden, r9 what rounds and centres twice a pre-activation, r10 SIG, r11 TANH, r12 r,
     * lr h less 4 hidden bytes; r7 z */
    ldr r4, [sp, #52]   /* hidden */
    lsls r4, r4, #2
    mov r8, r4
    subs r0, r0, r4
    mov lr, r0
    ldr r5, [sp, #48]
    subs r5, r5, r4
    subs r5, r5, r4
    str r5, [sp, #0]
    ldr r6, [sp, #56]   /* first */
    ldr r7, [sp, #60]   /* count */
    adds r7, r7, r6
    lsls r7, r7, #2
    str r7, [sp, #4]
    movs r0, r1
    movs r1, r2
    movs r2, r3
    lsls r3, r6, #2
    ldr r4, =1 + 2 * (8 + 512 * 16)
    mov r9, r4
    ldr r4, =quillet_sigmoid_table
    mov r10, r4
    ldr r4, =quillet_tanh_table
    mov r11, r4
    cmp r3, r7
    bne 1f
    b 2f
1:  rescale_twice
    add_input_twice
    look_up r10, ldrh, 5, 11
    mov r7, r4
    add r3, r8
    rescale_twice
    add_input_twice
    look_up r10, ldrh, 5, 12
    mov r12, r4
    add r3, r8
    rescale
    ldr r5, [sp, #0]
    ldr r5, [r5, r3]
    adds r4, r4, r5
    mov r5, r12
    muls r4, r5, r4
    asrs r4, r4, #13    /* the rest of the halving by 2^14, with the input as above */
    add_input_twice
    look_up r11, ldrsh, 5, 13
    mov r6, lr
    lsrs r5, r3, #1
    mov r12, r4
    ldrsh r4, [r6, r5]
    mov r6, r12
    subs r4, r4, r6
    muls r4, r7, r4
    round_14
    add r4, r12
    mov r6, lr
    strh r4, [r6, r5]
    mov r5, r8
    subs r3, r3, r5
    subs r3, r3, r5
    adds r3, #4
    ldr r5, [sp, #4]
    cmp r3, r5
    beq 2f
    b 1b
2:  add sp, #12
    leave
    mend_place 11
    mend_place 12
    mend_place 13
    .ltorg

/* ---- quillet_lstm_gates(h r0, c r1, acc r2, scales r3, g, hidden, first, count [sp]) ---- */

function quillet_lstm_gates
    enter
    sub sp, #12
    /* sp: 0 h, 4 the last unit's end, 8 where place offsets of i begin
     * r8 4 hidden, r9 what rounds and centres twice a pre-activation, r10 SIG, r11 TANH, lr c; r7 what is added to the cell */
    mov lr, r1
    str r0, [sp, #0]
    ldr r4, [sp, #52]   /* hidden */
    lsls r4, r4, #2
    mov r8, r4
    ldr r6, [sp, #56]   /* first */
    ldr r7, [sp, #60]   /* count */
    adds r7, r7, r6
    lsls r7, r7, #2
    str r7, [sp, #4]
    mov r0, r2
    mov r1, r3
    ldr r2, [sp, #48]
    lsls r3, r6, #2
    ldr r4, =1 + 2 * (8 + 512 * 16)
    mov r9, r4
    ldr r4, =quillet_sigmoid_table
    mov r10, r4
    ldr r4, =quillet_tanh_table
    mov r11, r4
    cmp r3, r7
    bne 1f
    b 3f
1:  rescale_twice       /* i */
    add_input_twice
    look_up r10, ldrh, 5, 11
    mov r12, r4
    add r3, r8
    add r3, r8
    add r3, r8
    rescale_twice       /* u */
    add_input_twice
    look_up r11, ldrsh, 5, 12
    mov r5, r12
    muls r4, r5, r4
    asrs r4, r4, #2
    adds r4, #1
    asrs r7, r4, #1
    mov r5, r8
    subs r3, r3, r5
    rescale_twice       /* f */
    add_input_twice
    look_up r10, ldrh, 5, 13
    mov r5, r8
    subs r3, r3, r5
    subs r3, r3, r5     /* the unit's offset in c */
    mov r5, lr
    ldr r6, [r5, r3]
    muls r4, r6, r4
    adds r4, r4, r7
    round_14
    ldr r6, =65535
    cmp r4, r6
    bgt 4f
    rsbs r6, r6, #0
    cmp r4, r6
    blt 4f
2:  str r4, [r5, r3]
    movs r5, #129
    muls r4, r5, r4
    ldr r5, =4096 + 512 * 8192 - 1 - 2 * (8 + 512 * 16)
    adds r4, r4, r5     /* look_up adds r9 */
    look_up r11, ldrsh, 13, 14
    mov r7, r4
    add r3, r8
    rescale_twice       /* o */
    add_input_twice
    look_up r10, ldrh, 5, 15
    muls r4, r7, r4
    round_14
    mov r5, r8
    subs r3, r3, r5
    ldr r5, [sp, #0]
    lsrs r6, r3, #1
    strh r4, [r5, r6]
    adds r3, #4
    ldr r5, [sp, #4]
    cmp r3, r5
    beq 3f
    b 1b
3:  add sp, #12
    leave
4:  mov r4, r6          /* the limit that the cell passed */
    b 2b
    mend_place 11
    mend_place 12
    mend_place 13
    mend_place 14
    mend_place 15
    .ltorg

#endif
