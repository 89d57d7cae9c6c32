/* Randomness and battery of a bare RP2040 (data sheet 2.17.5, 4.9).
 * SPDX-License-Identifier: MIT */
#include "board.h"
#include "registers.h"

/* The ring oscillator's bit is biased and follows itself when read fast: 32 of them are folded into
 * each of ours, with the timer's jitter. */
uint32_t board_entropy(void) {
    uint32_t word = (uint32_t)board_microseconds();
    board_start_ring_oscillator();
    for (int bit = 0; bit < 32; bit++) {
        for (int i = 0; i < 32; i++) word = (word * 0x9E3779B1u) ^ (*quillet_at(ROSC_RANDOM) & 1u);
        word = word << 7 | word >> 25;
    }
    board_stop_ring_oscillator();
    return word;
}

/* The sum of eight samples of a pin, 12 bits each. The first ones follow the switch in front. */
static uint32_t sample(int pin) {
    enum { ON = 1, START = 1 << 2, READY = 1 << 8, IGNORED = 3, SAMPLES = 8 };
    uint32_t sum = 0, input = (uint32_t)(pin - 26) << 12;
    *quillet_at(PADS_BANK + 4u * (uint32_t)pin) = 1 << 7; /* analog: neither input nor output */
    *quillet_at(ADC) = ON | input;
    while (!(*quillet_at(ADC) & READY)) {
    }
    for (int i = 0; i < IGNORED + SAMPLES; i++) {
        *quillet_at(ADC) = ON | input | START;
        while (!(*quillet_at(ADC) & READY)) {
        }
        if (i >= IGNORED) sum += *quillet_at(ADC_RESULT) & 0xFFFu;
    }
    *quillet_at(ADC) = 0;
    return sum;
}

uint32_t board_battery_mv(void) {
    enum { SETTLE_US = 1000 };
    int supply = board_pin(QUILLET_PIN_SUPPLY), reference = board_pin(QUILLET_PIN_REFERENCE);
    if (supply < 0) return 0;
    board_set_pin(board_pin(QUILLET_PIN_SUPPLY_ON), 1);
    board_set_pin(board_pin(QUILLET_PIN_REFERENCE_ON), 1);
    board_delay_us(SETTLE_US);
    uint32_t sum = sample(supply), known = reference < 0 ? 0 : sample(reference);
    board_set_pin(board_pin(QUILLET_PIN_SUPPLY_ON), 0);
    board_set_pin(board_pin(QUILLET_PIN_REFERENCE_ON), 0);
    return quillet_supply_mv(quillet_this_board, sum, known);
}
