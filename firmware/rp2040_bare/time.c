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

/* Four bits a pin, eight pins a register: it is low, is high, fell, rose. */
static uint32_t button_register(void) {
    return (uint32_t)board_pin(QUILLET_PIN_BUTTON) / 8u * 4u;
}
static uint32_t button_event(void) {
    uint32_t event = quillet_this_board->button_level ? 3 : 2;
    return 1u << ((uint32_t)board_pin(QUILLET_PIN_BUTTON) % 8u * 4u + event);
}

void quillet_on_pins(void) {
    *quillet_at(IO_BANK_EVENTS + button_register()) = button_event();
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

/* /// the real-time clock counts from the first of January 2024 /// */

enum { DAY_S = 24 * 60 * 60, YEAR_0 = 2024 };

static uint32_t days_of_month(uint32_t year, uint32_t month) {
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && year % 4 == 0); /* until 2099 */
}

static void date_of(uint32_t days, uint32_t* year, uint32_t* month, uint32_t* day) {
    *year = YEAR_0;
    *month = 1;
    while (days >= days_of_month(*year, *month)) {
        days -= days_of_month(*year, *month);
        if (++*month > 12) {
            *month = 1;
            ++*year;
        }
    }
    *day = days + 1;
}

static uint32_t days_of(uint32_t year, uint32_t month, uint32_t day) {
    uint32_t days = day - 1;
    for (uint32_t y = YEAR_0; y <= year; y++) {
        for (uint32_t m = 1; m <= 12 && (y < year || m < month); m++) days += days_of_month(y, m);
    }
    return days;
}

/* Hours, minutes and seconds as the clock's and the alarm's registers have them. */
static uint32_t time_of(uint32_t seconds) {
    uint32_t minutes = seconds / 60;
    return minutes / 60 % 24 << 16 | minutes % 60 << 8 | seconds % 60;
}

void board_start_seconds(uint32_t seconds) {
    enum { ACTIVE = 1 << 1, LOAD = 1 << 4, RUN = 1 };
    uint32_t year, month, day;
    date_of(seconds / DAY_S, &year, &month, &day);
    *quillet_at(RTC_CONTROL) = 0;
    while (*quillet_at(RTC_CONTROL) & ACTIVE) {
    }
    *quillet_at(RTC) = BOARD_CRYSTAL_HZ / 256 - 1;
    *quillet_at(RTC_SETUP_0) = year << 12 | month << 8 | day;
    *quillet_at(RTC_SETUP_1) = 1u << 24 | time_of(seconds);
    *quillet_at(RTC_CONTROL) = LOAD;
    *quillet_at(RTC_CONTROL) = RUN;
    while (!(*quillet_at(RTC_CONTROL) & ACTIVE)) {
    }
}

uint32_t board_seconds(void) {
    uint32_t time = *quillet_at(RTC_NOW_0), date = *quillet_at(RTC_NOW_1);
    uint32_t days = days_of(date >> 12 & 0xFFF, date >> 8 & 0xF, date & 0x1F);
    return days * DAY_S + (time >> 16 & 0x1F) * 3600 + (time >> 8 & 0x3F) * 60 + (time & 0x3F);
}

static void start_alarm(uint32_t at) {
    enum { MATCH = 1 << 28, MATCHING = 1 << 29 };
    uint32_t year, month, day;
    date_of(at / DAY_S, &year, &month, &day);
    quillet_clear_bits(RTC_ALARM_0, MATCH);
    while (*quillet_at(RTC_ALARM_0) & MATCHING) {
    }
    *quillet_at(RTC_ALARM_0) = 1u << 24 | day;
    *quillet_at(RTC_ALARM_1) = 7u << 28 | time_of(at);
    *quillet_at(RTC_ENABLE) = 1;
    quillet_set_bits(RTC_ALARM_0, MATCH);
    while (!(*quillet_at(RTC_ALARM_0) & MATCHING)) {
    }
}

bool board_sleep(uint32_t until) {
    enum { DEEP = 1 << 2, SOON_S = 2 };
    bool has_button = board_pin(QUILLET_PIN_BUTTON) >= 0;
    uint32_t soonest = board_seconds() + SOON_S; /* an alarm that is missed comes in a month */
    button_fell = rtc_rang = false;
    start_alarm(until > soonest ? until : soonest);
    *quillet_at(NVIC_ENABLE) = 1u << RTC_INTERRUPT;
    if (has_button) { /* what happened before does not count */
        *quillet_at(IO_BANK_EVENTS + button_register()) = button_event();
        quillet_set_bits(IO_BANK_ENABLE + button_register(), button_event());
        *quillet_at(NVIC_ENABLE) = 1u << PINS_INTERRUPT;
    }
    board_slow_clocks();
    *quillet_at(SYSTEM_CONTROL) = DEEP;
    wait_for(&button_fell, &rtc_rang);
    *quillet_at(SYSTEM_CONTROL) = 0;
    board_start_clocks();
    *quillet_at(RTC_ENABLE) = 0;
    if (has_button) quillet_clear_bits(IO_BANK_ENABLE + button_register(), button_event());
    return button_fell;
}
