/* Pins of a bare RP2040 (data sheet 2.19).
 * SPDX-License-Identifier: MIT */
#include "board.h"
#include "registers.h"

enum {
    PAD_OUTPUT_OFF = 1 << 7,
    PAD_INPUT = 1 << 6,
    PAD_4_MA = 1 << 4,
    PAD_UP = 1 << 3,
    PAD_DOWN = 1 << 2,
    PAD_SCHMITT = 1 << 1
};

static void start_pin(int pin, uint32_t function, uint32_t pull) {
    *quillet_at(PADS_BANK + 4u * (uint32_t)pin) = PAD_INPUT | PAD_4_MA | PAD_SCHMITT | pull;
    *quillet_at(IO_BANK + 8u * (uint32_t)pin + 4u) = function;
}

static void start_output(int pin, int level) {
    board_set_pin(pin, level);
    *quillet_at(SIO_OUTPUT_SET) = 1u << pin;
    start_pin(pin, BOARD_FUNCTION_GPIO, 0);
}

void board_start_pins(void) {
    start_output(BOARD_POWER, 1);
    start_output(BOARD_CS, 1);
    start_output(BOARD_DC, 1);
    start_output(BOARD_RESET, 1);
    start_output(BOARD_PIEZO, 0);
    start_pin(BOARD_BUSY, BOARD_FUNCTION_GPIO, PAD_UP);
    start_pin(BOARD_BUTTON, BOARD_FUNCTION_GPIO, PAD_UP);
    start_pin(BOARD_SIX_HOURS, BOARD_FUNCTION_GPIO, PAD_UP);
    start_pin(BOARD_CLICKS, BOARD_FUNCTION_GPIO, PAD_UP);
    start_pin(BOARD_UART_TX, BOARD_FUNCTION_UART, 0);
    start_pin(BOARD_SCK, BOARD_FUNCTION_SPI, 0);
    start_pin(BOARD_MOSI, BOARD_FUNCTION_SPI, 0);
    start_pin(BOARD_I2C_SDA, BOARD_FUNCTION_I2C, PAD_UP);
    start_pin(BOARD_I2C_SCL, BOARD_FUNCTION_I2C, PAD_UP);
    /* The ADC's pin is analog: neither input nor output. */
    *quillet_at(PADS_BANK + 4u * BOARD_BATTERY) = PAD_OUTPUT_OFF;
}

void board_set_pin(int pin, int level) {
    *quillet_at(level ? SIO_OUT_SET : SIO_OUT_CLEAR) = 1u << pin;
}

int board_read_pin(int pin) {
    return *quillet_at(SIO_IN) >> pin & 1;
}
