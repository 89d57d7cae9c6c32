/* UART, SPI and I2C of a bare RP2040 (data sheet 4.2, 4.4, 4.3).
 * SPDX-License-Identifier: MIT */
#include "board.h"
#include "registers.h"

enum { UART_BAUDS = 115200, UART_FULL = 1 << 5 };
enum { SPI_NOT_FULL = 1 << 1, SPI_NOT_EMPTY = 1 << 2, SPI_BUSY = 1 << 4 };
enum {
    I2C_ABORT = 1 << 6, /* events */
    I2C_STOPPED = 1 << 9,
    I2C_NOT_FULL = 1 << 1, /* status */
    I2C_READ = 1 << 8,     /* commands */
    I2C_STOP = 1 << 9,
    I2C_PATIENCE_US = 20000 /* 201 bytes take 5 ms */
};

void board_start_serial(void) {
    /* Sixty-fourths of the divisor clk_peri / (16 * bauds). */
    uint32_t divisor = (BOARD_SYSTEM_HZ * 4u + UART_BAUDS / 2u) / UART_BAUDS;
    *quillet_at(UART_BAUD) = divisor >> 6;
    *quillet_at(UART_BAUD_FRACTION) = divisor & 63u;
    *quillet_at(UART_LINE) = 3 << 5 | 1 << 4;    /* 8 bits, FIFO */
    *quillet_at(UART_CONTROL) = 1 << 8 | 1 << 0; /* send only */

    *quillet_at(SPI_PRESCALE) = 2;
    *quillet_at(SPI) = 7 << 8 | 7; /* 133 MHz / (2 * 8) = 8.3 MHz, mode 0, 8 bits */
    *quillet_at(SPI_CONTROL_1) = 1 << 1;

    *quillet_at(I2C_ENABLE) = 0;
    *quillet_at(I2C) = 1 << 0 | 2 << 1 | 1 << 5 | 1 << 6; /* master, fast, restart, no slave */
    *quillet_at(I2C_FAST_HIGH) = BOARD_SYSTEM_HZ / 400000 * 2 / 5;
    *quillet_at(I2C_FAST_LOW) = BOARD_SYSTEM_HZ / 400000 * 3 / 5;
    *quillet_at(I2C_SPIKES) = BOARD_SYSTEM_HZ / 400000 * 3 / 80;
}

void board_uart_write(const char* text) {
    for (; *text; text++) {
        while (*quillet_at(UART_FLAGS) & UART_FULL) {
        }
        *quillet_at(UART) = (uint8_t)*text;
    }
}

void board_spi_write(const uint8_t* bytes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        while (!(*quillet_at(SPI_STATUS) & SPI_NOT_FULL)) {
        }
        *quillet_at(SPI_DATA) = bytes[i];
    }
    while (*quillet_at(SPI_STATUS) & SPI_BUSY) {
    }
    while (*quillet_at(SPI_STATUS) & SPI_NOT_EMPTY) (void)*quillet_at(SPI_DATA);
}

static void i2c_begin(uint8_t address) {
    *quillet_at(I2C_ENABLE) = 0;
    *quillet_at(I2C_TARGET) = address;
    *quillet_at(I2C_ENABLE) = 1;
    (void)*quillet_at(I2C_CLEAR_ABORT);
    (void)*quillet_at(I2C_CLEAR_STOP);
}

/* Waits for the stop condition. Returns 0, or -1 after an abort or when it does not come. */
static int i2c_end(uint64_t until) {
    while (!(*quillet_at(I2C_RAW_EVENTS) & I2C_STOPPED)) {
        if (board_microseconds() > until) break;
    }
    bool failed = (*quillet_at(I2C_RAW_EVENTS) & (I2C_ABORT | I2C_STOPPED)) != I2C_STOPPED;
    (void)*quillet_at(I2C_CLEAR_ABORT);
    (void)*quillet_at(I2C_CLEAR_STOP);
    *quillet_at(I2C_ENABLE) = 0;
    return failed ? -1 : 0;
}

/* Puts a command in the FIFO when it has room. Returns whether the message goes on. */
static bool i2c_put(uint32_t command, uint64_t until) {
    while (!(*quillet_at(I2C_STATUS) & I2C_NOT_FULL)) {
        if (board_microseconds() > until) return false;
    }
    if (*quillet_at(I2C_RAW_EVENTS) & I2C_ABORT) return false;
    *quillet_at(I2C_DATA) = command;
    return true;
}

int board_i2c_write(uint8_t address, const uint8_t* bytes, size_t count) {
    uint64_t until = board_microseconds() + I2C_PATIENCE_US;
    i2c_begin(address);
    for (size_t i = 0; i < count; i++) {
        if (!i2c_put(bytes[i] | (i + 1 == count ? (uint32_t)I2C_STOP : 0u), until)) break;
    }
    return i2c_end(until);
}

int board_i2c_read(uint8_t address, uint8_t* bytes, size_t count) {
    uint64_t until = board_microseconds() + I2C_PATIENCE_US;
    i2c_begin(address);
    for (size_t i = 0; i < count; i++) {
        if (!i2c_put(I2C_READ | (i + 1 == count ? (uint32_t)I2C_STOP : 0u), until)) break;
        while (!*quillet_at(I2C_RECEIVED) && !(*quillet_at(I2C_RAW_EVENTS) & I2C_ABORT) &&
               board_microseconds() < until) {
        }
        if (*quillet_at(I2C_RECEIVED)) bytes[i] = (uint8_t)*quillet_at(I2C_DATA);
    }
    return i2c_end(until);
}
