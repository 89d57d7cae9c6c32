/* The RP2040's registers that the device uses, by the data sheet's chapters.
 * SPDX-License-Identifier: MIT */
#ifndef QUILLET_REGISTERS_H
#define QUILLET_REGISTERS_H

#include <stdint.h>

typedef volatile uint32_t quillet_register;

/* The register at `address`; the same address + 0x2000 sets bits, + 0x3000 clears them (2.1.2), in
 * peripherals but SIO and PPB. */
static inline quillet_register* quillet_at(uint32_t address) {
    return (quillet_register*)address;
}
static inline void quillet_set_bits(uint32_t address, uint32_t bits) {
    *quillet_at(address + 0x2000u) = bits;
}
static inline void quillet_clear_bits(uint32_t address, uint32_t bits) {
    *quillet_at(address + 0x3000u) = bits;
}

enum {
    CLOCKS = 0x40008000, /* 2.15.7 */
    CLOCKS_REF_CONTROL = CLOCKS + 0x30,
    CLOCKS_REF_SELECTED = CLOCKS + 0x38,
    CLOCKS_SYS_CONTROL = CLOCKS + 0x3C,
    CLOCKS_SYS_DIVISOR = CLOCKS + 0x40,
    CLOCKS_SYS_SELECTED = CLOCKS + 0x44,
    CLOCKS_PERI_CONTROL = CLOCKS + 0x48,
    CLOCKS_ADC_CONTROL = CLOCKS + 0x60,
    CLOCKS_ADC_DIVISOR = CLOCKS + 0x64,
    CLOCKS_RTC_CONTROL = CLOCKS + 0x6C,
    CLOCKS_RTC_DIVISOR = CLOCKS + 0x70,
    CLOCKS_SLEEP_0 = CLOCKS + 0xA8,
    CLOCKS_SLEEP_1 = CLOCKS + 0xAC,

    RESETS = 0x4000C000, /* 2.14.3 */
    RESETS_DONE = RESETS + 0x08,

    IO_BANK = 0x40014000, /* 2.19.6.1: eight bytes a pin, control at 4 */
    IO_BANK_EVENTS = IO_BANK + 0xF0,
    IO_BANK_ENABLE = IO_BANK + 0x100,
    IO_QSPI_SELECT = 0x40018000 + 0x0C,
    PADS_BANK = 0x4001C000 + 0x04,
    PADS_SWCLK = 0x4001C000 + 0x7C,
    PADS_SWD = 0x4001C000 + 0x80,

    XOSC = 0x40024000, /* 2.16.7 */
    XOSC_STATUS = XOSC + 0x04,
    XOSC_STARTUP = XOSC + 0x0C,
    PLL_SYS = 0x40028000, /* 2.18.4: status, power, feedback, post divisors */
    PLL_USB = 0x4002C000,
    ROSC = 0x40060000, /* 2.17.8 */
    ROSC_STATUS = ROSC + 0x18,
    ROSC_RANDOM = ROSC + 0x1C,
    VREG = 0x40064000, /* 2.10.6 */
    BOD = VREG + 0x04,

    UART = 0x40034000, /* 4.2.8; the second instance is INSTANCE further */
    SPI = 0x4003C000,  /* 4.4.4 */
    I2C = 0x40044000,  /* 4.3.17 */
    INSTANCE = 0x4000,

    ADC = 0x4004C000, /* 4.9.6 */
    ADC_RESULT = ADC + 0x04,

    TIMER = 0x40054000, /* 4.6.5 */
    TIMER_ALARM_0 = TIMER + 0x10,
    TIMER_HIGH = TIMER + 0x24,
    TIMER_LOW = TIMER + 0x28,
    TIMER_EVENTS = TIMER + 0x34,
    TIMER_ENABLE = TIMER + 0x38,
    WATCHDOG = 0x40058000, /* 4.7.6 */
    WATCHDOG_LOAD = WATCHDOG + 0x04,
    WATCHDOG_REASON = WATCHDOG + 0x08,
    WATCHDOG_SCRATCH = WATCHDOG + 0x0C,
    WATCHDOG_TICK = WATCHDOG + 0x2C,
    PSM_WATCHDOG = 0x40010000 + 0x08, /* 2.13.5: what a watchdog resets */

    RTC = 0x4005C000, /* 4.8.6 */
    RTC_SETUP_0 = RTC + 0x04,
    RTC_SETUP_1 = RTC + 0x08,
    RTC_CONTROL = RTC + 0x0C,
    RTC_ALARM_0 = RTC + 0x10,
    RTC_ALARM_1 = RTC + 0x14,
    RTC_NOW_1 = RTC + 0x18,
    RTC_NOW_0 = RTC + 0x1C, /* read this one first */
    RTC_ENABLE = RTC + 0x24
};

#define PSM_ALL_BUT_OSCILLATORS 0x1FFFCu

/* Beyond what an enum's int holds. */
#define SIO 0xD0000000u /* 2.3.1.7 */
#define SIO_IN (SIO + 0x04u)
#define SIO_OUT_SET (SIO + 0x14u)
#define SIO_OUT_CLEAR (SIO + 0x18u)
#define SIO_OUTPUT_SET (SIO + 0x24u)
#define NVIC_ENABLE 0xE000E100u
#define SYSTEM_CONTROL 0xE000ED10u /* bit 2: WFI is deep sleep */
#define XIP_FLUSH 0x14000004u      /* 2.6.3.6 */

#endif
