/* UART, SPI and I2C of a bare RP2040 (data sheet 4.2, 4.4, 4.3).
 * SPDX-License-Identifier: MIT */
#include "board.h"
#include "registers.h"

enum { UART_BAUDS = 115200, UART_BUSY = 1 << 3, UART_FULL = 1 << 5 };
enum { SPI_NOT_FULL = 1 << 1, SPI_NOT_EMPTY = 1 << 2, SPI_BUSY = 1 << 4 };
enum {
    I2C_ABORT = 1 << 6, /* events */
    I2C_STOPPED = 1 << 9,
    I2C_NOT_FULL = 1 << 1, /* status */
    I2C_READ = 1 << 8,     /* commands */
    I2C_STOP = 1 << 9,
    I2C_PATIENCE_US = 20000 /* 201 bytes take 5 ms */
};

/* Registers of a serial port's instance, which follows from its pins (data sheet 1.4.3). */
enum { /* UART */
       UART_FLAGS = 0x18,
       UART_BAUD = 0x24,
       UART_BAUD_FRACTION = 0x28,
       UART_LINE = 0x2C,
       UART_CONTROL = 0x30,
       /* SPI */
       SPI_CONTROL_1 = 0x04,
       SPI_DATA = 0x08,
       SPI_STATUS = 0x0C,
       SPI_PRESCALE = 0x10,
       /* I2C */
       I2C_TARGET = 0x04,
       I2C_DATA = 0x10,
       I2C_FAST_HIGH = 0x1C,
       I2C_FAST_LOW = 0x20,
       I2C_RAW_EVENTS = 0x34,
       I2C_CLEAR_ABORT = 0x54,
       I2C_CLEAR_STOP = 0x60,
       I2C_ENABLE = 0x6C,
       I2C_STATUS = 0x70,
       I2C_RECEIVED = 0x78,
       I2C_HOLD = 0x7C,
       I2C_SPIKES = 0xA0
};

static quillet_register* uart(uint32_t offset) {
    uint32_t second = ((uint32_t)board_pin(QUILLET_PIN_LOG) + 4u) >> 3 & 1;
    return quillet_at(UART + second * INSTANCE + offset);
}
static quillet_register* spi(uint32_t offset) {
    uint32_t second = (uint32_t)board_pin(QUILLET_PIN_SCK) >> 3 & 1;
    return quillet_at(SPI + second * INSTANCE + offset);
}
static quillet_register* i2c(uint32_t offset) {
    uint32_t second = (uint32_t)board_pin(QUILLET_PIN_SDA) >> 1 & 1;
    return quillet_at(I2C + second * INSTANCE + offset);
}

static bool has(quillet_pin pin) {
    return board_pin(pin) >= 0;
}

static void start_i2c(void) {
    enum { HOLD_NS = 300, MHZ = BOARD_SYSTEM_HZ / 1000000 };
    *i2c(I2C_ENABLE) = 0;
    *i2c(0) = 1 << 0 | 2 << 1 | 1 << 5 | 1 << 6; /* master, fast, restart, no slave */
    *i2c(I2C_FAST_HIGH) = BOARD_SYSTEM_HZ / 400000 * 2 / 5;
    *i2c(I2C_FAST_LOW) = BOARD_SYSTEM_HZ / 400000 * 3 / 5;
    *i2c(I2C_SPIKES) = BOARD_SYSTEM_HZ / 400000 * 3 / 80;
    *i2c(I2C_HOLD) = (MHZ * HOLD_NS + 999) / 1000; /* for slaves that see SDA before SCL fall */
}

void board_start_serial(void) {
    /* Sixty-fourths of the divisor clk_peri / (16 * bauds). */
    uint32_t divisor = (BOARD_SYSTEM_HZ * 4u + UART_BAUDS / 2u) / UART_BAUDS;
    if (has(QUILLET_PIN_LOG)) {
        *uart(UART_BAUD) = divisor >> 6;
        *uart(UART_BAUD_FRACTION) = divisor & 63u;
        *uart(UART_LINE) = 3 << 5 | 1 << 4;    /* 8 bits, FIFO */
        *uart(UART_CONTROL) = 1 << 8 | 1 << 0; /* send only */
    }
    if (has(QUILLET_PIN_SCK)) {
        *spi(SPI_PRESCALE) = 2;
        *spi(0) = 7 << 8 | 7; /* 133 MHz / (2 * 8) = 8.3 MHz, mode 0, 8 bits */
        *spi(SPI_CONTROL_1) = 1 << 1;
    }
    if (has(QUILLET_PIN_SDA)) start_i2c();
}

void board_uart_write(const char* text) {
    if (!has(QUILLET_PIN_LOG)) return;
    for (; *text; text++) {
        while (*uart(UART_FLAGS) & UART_FULL) {
        }
        *uart(0) = (uint8_t)*text;
    }
}

void board_uart_drain(void) {
    while (has(QUILLET_PIN_LOG) && *uart(UART_FLAGS) & UART_BUSY) {
    }
}

void board_spi_write(const uint8_t* bytes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        while (!(*spi(SPI_STATUS) & SPI_NOT_FULL)) {
        }
        *spi(SPI_DATA) = bytes[i];
    }
    while (*spi(SPI_STATUS) & SPI_BUSY) {
    }
    while (*spi(SPI_STATUS) & SPI_NOT_EMPTY) (void)*spi(SPI_DATA);
}

static void i2c_begin(uint8_t address) {
    *i2c(I2C_ENABLE) = 0;
    *i2c(I2C_TARGET) = address;
    *i2c(I2C_ENABLE) = 1;
    (void)*i2c(I2C_CLEAR_ABORT);
    (void)*i2c(I2C_CLEAR_STOP);
}

/* Waits for the stop condition. Returns 0, or -1 after an abort or when it does not come. */
static int i2c_end(uint64_t until) {
    while (!(*i2c(I2C_RAW_EVENTS) & I2C_STOPPED)) {
        if (board_microseconds() > until) break;
    }
    bool failed = (*i2c(I2C_RAW_EVENTS) & (I2C_ABORT | I2C_STOPPED)) != I2C_STOPPED;
    (void)*i2c(I2C_CLEAR_ABORT);
    (void)*i2c(I2C_CLEAR_STOP);
    *i2c(I2C_ENABLE) = 0;
    return failed ? -1 : 0;
}

/* Puts a command in the FIFO when it has room. Returns whether the message goes on. */
static bool i2c_put(uint32_t command, uint64_t until) {
    while (!(*i2c(I2C_STATUS) & I2C_NOT_FULL)) {
        if (board_microseconds() > until) return false;
    }
    if (*i2c(I2C_RAW_EVENTS) & I2C_ABORT) return false;
    *i2c(I2C_DATA) = command;
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
        while (!*i2c(I2C_RECEIVED) && !(*i2c(I2C_RAW_EVENTS) & I2C_ABORT) &&
               board_microseconds() < until) {
        }
        if (*i2c(I2C_RECEIVED)) bytes[i] = (uint8_t)*i2c(I2C_DATA);
    }
    return i2c_end(until);
}
