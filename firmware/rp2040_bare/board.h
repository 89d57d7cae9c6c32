/* A bare RP2040 board: what its parts give to hal.c.
 * SPDX-License-Identifier: MIT */
#ifndef QUILLET_BARE_BOARD_H
#define QUILLET_BARE_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/board.h"

/* Pins are quillet_this_board's (firmware/board.h), by quillet_pin; the functions here take GPIO
 * numbers, and do nothing for QUILLET_NO_PIN. */
static inline int board_pin(quillet_pin pin) {
    return quillet_this_board->pins[pin];
}

enum { BOARD_CRYSTAL_HZ = 12000000, BOARD_SYSTEM_HZ = 133000000 };

/* clocks.c: crystal, both PLLs, every clock; may run before .data and .bss are set up. */
void board_start_clocks(void);
/* Down to the crystal's slowest and the core's lowest voltage, with nothing but the real-time clock
 * and the pins awake in deep sleep; board_start_clocks leads up again. */
void board_slow_clocks(void);

/* The ring oscillator, which the chip starts with: off but for its random bit. */
void board_start_ring_oscillator(void);
void board_stop_ring_oscillator(void);

/* pins.c */
enum {
    BOARD_FUNCTION_SPI = 1,
    BOARD_FUNCTION_UART = 2,
    BOARD_FUNCTION_I2C = 3,
    BOARD_FUNCTION_GPIO = 5
};
void board_start_pins(void);
/* Before anything else: pins can be set, and the power stays on. */
void board_release_pins(void);
void board_hold_power(void);
/* Turns off what costs current in sleep, inputs and pulls that nobody needs; and on again. */
void board_rest_pins(void);
void board_set_pin(int pin, int level);
int board_read_pin(int pin);

/* serial.c */
void board_start_serial(void);
void board_uart_write(const char* text);
void board_uart_drain(void); /* until the last bit is out */
void board_spi_write(const uint8_t* bytes, size_t count);
/* Whole messages with start and stop; 0, or -1: not acknowledged, or the bus is stuck. */
int board_i2c_write(uint8_t address, const uint8_t* bytes, size_t count);
int board_i2c_read(uint8_t address, uint8_t* bytes, size_t count);

/* time.c */
uint64_t board_microseconds(void);
void board_delay_us(uint32_t us);
/* The real-time clock: seconds since it was first set to 0, in sleep too. */
void board_start_seconds(uint32_t seconds);
uint32_t board_seconds(void);
/* Sleeps until board_seconds() is `until` (within 27 days) or the button is pressed; returns whether
 * it was the button. */
bool board_sleep(uint32_t until);

/* watchdog.c */
/* The first call starts it: without another within 8 s the chip restarts. The stage is kept for the
 * record; QUILLET_STAGE_IDLE forgets the restarts. */
void board_alive(quillet_stage stage);
void board_stop_watchdog(void);
/* A word for the record. */
void board_keep(uint32_t kept);
/* Why the program runs, if it was restarted; and the clock's seconds at the last sign of life. */
quillet_restart board_restart(uint32_t* seconds);
/* Restarts after a fault at `address`. */
void board_fault(uint32_t address);

/* measure.c */
uint32_t board_entropy(void);
uint32_t board_battery_mv(void);

/* flash.c: from SRAM, with the interface taken from the cache for as long; addresses count from the
 * flash's start. */
void board_flash_erase(uint32_t address);                       /* a sector of 4096 bytes */
void board_flash_write(uint32_t address, const uint8_t* bytes); /* a page of 256 */

#endif
