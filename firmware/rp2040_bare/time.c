/* Time on a bare RP2040: the microsecond timer, delays that sleep, and the long sleep (data
 * sheet 4.6, 4.8, 2.11).
 * SPDX-License-Identifier: MIT */
#include "board.h"
#include "registers.h"

enum { TIMER_INTERRUPT = 0, PINS_INTERRUPT = 13, RTC_INTERRUPT = 25 };

static volatile bool timer_rang, button_fell, rtc_rang;

/* The three interrupts (start_device.c's vectors): each stills its source and leaves a word. */
void quillet_on_timer(void);
void quillet_on_pins(void);
void quillet_on_rtc(void);

void quillet_on_timer(void) {
    *quillet_at(TIMER_EVENTS) = 1;
    timer_rang = true;
}

/* Four bits a pin, eight pins a register; bit 2 of them: it fell. */
enum { BUTTON_EVENTS = BOARD_BUTTON / 8 * 4, BUTTON_FELL = 1 << (BOARD_BUTTON % 8 * 4 + 2) };

void quillet_on_pins(void) {
    *quillet_at(IO_BANK_EVENTS + BUTTON_EVENTS) = BUTTON_FELL;
    button_fell = true;
}

void quillet_on_rtc(void) {
    *quillet_at(RTC_ENABLE) = 0;
    quillet_clear_bits(RTC_ALARM_0, 1 << 28); /* the alarm matches for a whole second */
    rtc_rang = true;
}

/* Waits until one of the words is there. Interrupts are off between looking and waiting, so that
 * none is missed; WFI ends all the same, and the interrupt is taken when they are on again. */
static void wait_for(const volatile bool* one, const volatile bool* other) {
    for (;;) {
        __asm volatile("cpsid i" ::: "memory");
        if (*one || *other) break;
        __asm volatile("wfi\n cpsie i" ::: "memory");
    }
    __asm volatile("cpsie i" ::: "memory");
}

uint64_t board_microseconds(void) {
    uint32_t high, low;
    do {
        high = *quillet_at(TIMER_HIGH);
        low = *quillet_at(TIMER_LOW);
    } while (high != *quillet_at(TIMER_HIGH));
    return (uint64_t)high << 32 | low;
}

void board_delay_us(uint32_t us) {
    uint64_t until = board_microseconds() + us;
    if (us >= 100) {
        timer_rang = false;
        *quillet_at(TIMER_ENABLE) = 1;
        *quillet_at(NVIC_ENABLE) = 1u << TIMER_INTERRUPT;
        *quillet_at(TIMER_ALARM_0) = (uint32_t)until;
        wait_for(&timer_rang, &timer_rang);
    }
    while (board_microseconds() < until) {
    }
}

/* Sets the real-time clock to a day's beginning and its alarm to `seconds` later. */
static void start_rtc(uint32_t seconds) {
    enum {
        ACTIVE = 1 << 1,
        LOAD = 1 << 4,
        RUN = 1,
        YEAR_2024 = 2024 << 12,
        MATCH = 1 << 28,
        MATCHING = 1 << 29
    };
    *quillet_at(RTC_CONTROL) = 0;
    while (*quillet_at(RTC_CONTROL) & ACTIVE) {
    }
    *quillet_at(RTC) = BOARD_CRYSTAL_HZ / 256 - 1;
    *quillet_at(RTC_SETUP_0) = YEAR_2024 | 1 << 8 | 1; /* the first of January, a Monday */
    *quillet_at(RTC_SETUP_1) = 1 << 24;
    *quillet_at(RTC_CONTROL) = LOAD;
    *quillet_at(RTC_CONTROL) = RUN;
    while (!(*quillet_at(RTC_CONTROL) & ACTIVE)) {
    }
    quillet_clear_bits(RTC_ALARM_0, MATCH);
    while (*quillet_at(RTC_ALARM_0) & MATCHING) {
    }
    uint32_t minutes = seconds / 60, hours = minutes / 60, day = hours / 24 + 1;
    *quillet_at(RTC_ALARM_0) = 1 << 24 | day;
    *quillet_at(RTC_ALARM_1) = 7u << 28 | (hours % 24) << 16 | (minutes % 60) << 8 | seconds % 60;
    *quillet_at(RTC_ENABLE) = 1;
    quillet_set_bits(RTC_ALARM_0, MATCH);
    while (!(*quillet_at(RTC_ALARM_0) & MATCHING)) {
    }
}

bool board_sleep(uint32_t seconds) {
    enum { DEEP = 1 << 2 };
    button_fell = rtc_rang = false;
    start_rtc(seconds);
    *quillet_at(IO_BANK_EVENTS + BUTTON_EVENTS) =
        BUTTON_FELL; /* what happened before does not count */
    quillet_set_bits(IO_BANK_ENABLE + BUTTON_EVENTS, BUTTON_FELL);
    *quillet_at(NVIC_ENABLE) = 1u << PINS_INTERRUPT | 1u << RTC_INTERRUPT;
    board_slow_clocks();
    *quillet_at(SYSTEM_CONTROL) = DEEP;
    wait_for(&button_fell, &rtc_rang);
    *quillet_at(SYSTEM_CONTROL) = 0;
    board_start_clocks();
    quillet_clear_bits(IO_BANK_ENABLE + BUTTON_EVENTS, BUTTON_FELL);
    return button_fell;
}
