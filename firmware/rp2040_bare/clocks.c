/* Clocks of a bare RP2040: 133 MHz from a crystal of 12 MHz, 48 MHz for the ADC (data
 * sheet 2.15, 2.16, 2.18).
 * SPDX-License-Identifier: MIT */
#include "board.h"
#include "registers.h"

/* Offsets in a PLL. */
enum { STATUS = 0, POWER = 4, FEEDBACK = 8, POST_DIVISORS = 12 };

enum {
    PLL_LOCKED_BIT = 31,
    PLL_OFF = 1 << 0 | 1 << 3 | 1 << 5, /* power, post divisors, oscillator */
    CLOCK_ENABLE = 1 << 11,
    FROM_CRYSTAL_REF = 2, /* clk_ref */
    FROM_AUX = 1,         /* clk_sys; its first source is the system's PLL */
    FROM_CRYSTAL_RTC = 3 << 5
};

static void start_crystal(void) {
    *quillet_at(XOSC_STARTUP) = 47;          /* a millisecond: 47 * 256 cycles at 12 MHz */
    *quillet_at(XOSC) = 0xFAB << 12 | 0xAA0; /* enable, 1 to 15 MHz */
    while (!(*quillet_at(XOSC_STATUS) >> 31)) {
    }
}

/* crystal * feedback / (first * second); the oscillator, crystal * feedback, within 750 to 1600
 * MHz. */
static void start_pll(uint32_t pll, uint32_t feedback, uint32_t first, uint32_t second) {
    *quillet_at(pll + POWER) = 0xFFFFFFFFu;
    *quillet_at(pll + STATUS) = 1; /* the crystal, undivided */
    *quillet_at(pll + FEEDBACK) = feedback;
    quillet_clear_bits(pll + POWER, 1 << 0 | 1 << 5);
    while (!(*quillet_at(pll + STATUS) >> PLL_LOCKED_BIT)) {
    }
    *quillet_at(pll + POST_DIVISORS) = first << 16 | second << 12;
    quillet_clear_bits(pll + POWER, 1 << 3);
}

static void release(uint32_t bits) {
    quillet_clear_bits(RESETS, bits);
    while ((*quillet_at(RESETS_DONE) & bits) != bits) {
    }
}

void board_release_pins(void) {
    release(1 << 5 | 1 << 8); /* IO, pads */
}

enum { ROSC_ON = 0xFAB, ROSC_OFF = 0xD1E, ROSC_RANGE = 0xAA0 };

void board_start_ring_oscillator(void) {
    *quillet_at(ROSC) = ROSC_ON << 12 | ROSC_RANGE;
    while (!(*quillet_at(ROSC_STATUS) >> 31)) {
    }
}

void board_stop_ring_oscillator(void) {
    *quillet_at(ROSC) = ROSC_OFF << 12 | ROSC_RANGE;
}

/* The core's regulator (2.10.6) and the brown-out detector: 1.10 V and on for work, 0.80 V and off in
 * sleep. */
enum {
    VREG_ON = 1,
    VREG_1100_MV = 0xB << 4,
    VREG_800_MV = 0x5 << 4,
    BOD_ON = 1,
    BOD_860_MV = 9 << 4
};

static void raise_voltage(void) {
    *quillet_at(VREG) = VREG_ON | VREG_1100_MV;
    while (!(*quillet_at(VREG) >> 12 & 1)) { /* in regulation */
    }
    *quillet_at(BOD) = BOD_ON | BOD_860_MV;
}

static void lower_voltage(void) {
    *quillet_at(BOD) = BOD_860_MV;
    *quillet_at(VREG) = VREG_ON | VREG_800_MV;
}

void board_start_clocks(void) {
    raise_voltage();
    *quillet_at(CLOCKS_SLEEP_0) = 0xFFFFFFFFu;
    *quillet_at(CLOCKS_SLEEP_1) = 0x7FFFu;
    start_crystal();
    *quillet_at(CLOCKS_REF_CONTROL) = FROM_CRYSTAL_REF;
    while (!(*quillet_at(CLOCKS_REF_SELECTED) >> FROM_CRYSTAL_REF & 1)) {
    }
    quillet_clear_bits(CLOCKS_SYS_CONTROL, 1); /* from clk_ref while the PLL changes */
    while (!(*quillet_at(CLOCKS_SYS_SELECTED) & 1)) {
    }
    release(1 << 12 | 1 << 13);
    start_pll(PLL_SYS, 133, 6, 2);
    start_pll(PLL_USB, 120, 6, 5);
    *quillet_at(CLOCKS_SYS_DIVISOR) = 1 << 8;
    *quillet_at(CLOCKS_SYS_CONTROL) = 0; /* its aux source: the system's PLL */
    *quillet_at(CLOCKS_SYS_CONTROL) = FROM_AUX;
    while (!(*quillet_at(CLOCKS_SYS_SELECTED) >> FROM_AUX & 1)) {
    }
    *quillet_at(CLOCKS_PERI_CONTROL) = CLOCK_ENABLE; /* from clk_sys */
    *quillet_at(CLOCKS_ADC_DIVISOR) = 1 << 8;
    *quillet_at(CLOCKS_ADC_CONTROL) = CLOCK_ENABLE; /* from the other PLL */
    *quillet_at(CLOCKS_RTC_DIVISOR) = 256 << 8;     /* 46875 Hz */
    *quillet_at(CLOCKS_RTC_CONTROL) = CLOCK_ENABLE | FROM_CRYSTAL_RTC;
    *quillet_at(WATCHDOG_TICK) = 1 << 9 | BOARD_CRYSTAL_HZ / 1000000; /* the timer's microsecond */
    /* ADC, I2C0 and 1, IO, pads, RTC, SPI0 and 1, timer, UART0 and 1. */
    release(1 << 0 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 8 | 1 << 15 | 1 << 16 | 1 << 17 | 1 << 21 |
            1 << 22 | 1 << 23);
    board_stop_ring_oscillator(); /* nothing runs from it any more */
}

void board_slow_clocks(void) {
    quillet_clear_bits(CLOCKS_SYS_CONTROL, 1);
    while (!(*quillet_at(CLOCKS_SYS_SELECTED) & 1)) {
    }
    *quillet_at(CLOCKS_SYS_DIVISOR) = 256 << 8; /* 47 kHz: enough to see a button */
    *quillet_at(CLOCKS_PERI_CONTROL) = 0;
    *quillet_at(CLOCKS_ADC_CONTROL) = 0;
    *quillet_at(PLL_SYS + POWER) = PLL_OFF;
    *quillet_at(PLL_USB + POWER) = PLL_OFF;
    *quillet_at(CLOCKS_SLEEP_0) =
        1u << 21 | 1u << 22 | 1u << 8; /* the real-time clock's two, pins */
    *quillet_at(CLOCKS_SLEEP_1) = 0;
    lower_voltage();
}
