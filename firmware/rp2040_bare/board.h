/* A bare RP2040 board: what its parts give to hal.c.
 * SPDX-License-Identifier: MIT */
#ifndef QUILLET_BOARD_H
#define QUILLET_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The pins, those of Pimoroni's Badger 2040 where it has them; docs/panels.md has the wiring. */
enum {
    BOARD_UART_TX = 0,
    BOARD_I2C_SDA = 4,
    BOARD_I2C_SCL = 5,
    BOARD_POWER = 10, /* high: the Badger keeps its power on; free on a Pico */
    BOARD_BUTTON = 12,
    BOARD_SIX_HOURS = 13,
    BOARD_CLICKS = 14,
    BOARD_PIEZO = 15,
    BOARD_CS = 17,
    BOARD_SCK = 18,
    BOARD_MOSI = 19,
    BOARD_DC = 20,
    BOARD_RESET = 21,
    BOARD_BUSY = 26,
    BOARD_BATTERY = 29 /* ADC 3: a third of VSYS */
};

enum { BOARD_CRYSTAL_HZ = 12000000, BOARD_SYSTEM_HZ = 133000000 };

/* clocks.c: crystal, both PLLs, every clock; may run before .data and .bss are set up. */
void board_start_clocks(void);
/* Down to the crystal's slowest, with nothing but the real-time clock and the pins awake in deep
 * sleep; and up again. */
void board_slow_clocks(void);

/* pins.c */
enum {
    BOARD_FUNCTION_SPI = 1,
    BOARD_FUNCTION_UART = 2,
    BOARD_FUNCTION_I2C = 3,
    BOARD_FUNCTION_GPIO = 5
};
void board_start_pins(void);
void board_set_pin(int pin, int level);
int board_read_pin(int pin);

/* serial.c */
void board_start_serial(void);
void board_uart_write(const char* text);
void board_spi_write(const uint8_t* bytes, size_t count);
/* Whole messages with start and stop; 0, or -1: not acknowledged, or the bus is stuck. */
int board_i2c_write(uint8_t address, const uint8_t* bytes, size_t count);
int board_i2c_read(uint8_t address, uint8_t* bytes, size_t count);

/* time.c */
uint64_t board_microseconds(void);
void board_delay_us(uint32_t us);
/* Sleeps until `seconds` (at most 27 days) have passed or the button falls; returns whether it was
 * the button. */
bool board_sleep(uint32_t seconds);

/* measure.c */
uint32_t board_entropy(void);
uint32_t board_battery_mv(void);

/* flash.c: from SRAM, with the interface taken from the cache for as long; addresses count from the
 * flash's start. */
void board_flash_erase(uint32_t address);                       /* a sector of 4096 bytes */
void board_flash_write(uint32_t address, const uint8_t* bytes); /* a page of 256 */

#endif
