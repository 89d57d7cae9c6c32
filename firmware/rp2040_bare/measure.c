/* Randomness and battery of a bare RP2040 (data sheet 2.17.5, 4.9).
 * SPDX-License-Identifier: MIT */
#include "board.h"
#include "registers.h"

/* The ring oscillator's bit is biased and follows itself when read fast: 32 of them are folded into
 * each of ours, with the timer's jitter. */
uint32_t board_entropy(void) {
    uint32_t word = (uint32_t)board_microseconds();
    for (int bit = 0; bit < 32; bit++) {
        for (int i = 0; i < 32; i++) word = (word * 0x9E3779B1u) ^ (*quillet_at(ROSC_RANDOM) & 1u);
        word = word << 7 | word >> 25;
    }
    return word;
}

/* VSYS by a divider of three on ADC 3, mean of eight samples; full scale is 3.3 V. */
uint32_t board_battery_mv(void) {
    enum { ON = 1, START = 1 << 2, READY = 1 << 8, INPUT = (BOARD_BATTERY - 26) << 12 };
    uint32_t sum = 0;
    *quillet_at(ADC) = ON | INPUT;
    while (!(*quillet_at(ADC) & READY)) {
    }
    for (int i = 0; i < 8; i++) {
        *quillet_at(ADC) = ON | INPUT | START;
        while (!(*quillet_at(ADC) & READY)) {
        }
        sum += *quillet_at(ADC_RESULT) & 0xFFFu;
    }
    *quillet_at(ADC) = 0;
    return sum * 3u * 3300u / (8u * 4096u);
}
