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
    PAD_SCHMITT = 1 << 1,
    PIN_COUNT = 30
};

static quillet_register* pad_of(int pin) {
    return quillet_at(PADS_BANK + 4u * (uint32_t)pin);
}

static void start_pin(int pin, uint32_t function, uint32_t pad) {
    if (pin < 0) return;
    *pad_of(pin) = PAD_4_MA | PAD_SCHMITT | pad;
    *quillet_at(IO_BANK + 8u * (uint32_t)pin + 4u) = function;
}

static void start_output(quillet_pin which, int level) {
    int pin = board_pin(which);
    if (pin < 0) return;
    board_set_pin(pin, level);
    *quillet_at(SIO_OUTPUT_SET) = 1u << pin;
    start_pin(pin, BOARD_FUNCTION_GPIO, 0);
}

static void start_input(quillet_pin which, uint32_t pull) {
    start_pin(board_pin(which), BOARD_FUNCTION_GPIO, PAD_INPUT | pull);
}

static uint32_t button_pull(void) {
    return quillet_this_board->button_level ? PAD_DOWN : PAD_UP;
}

void board_hold_power(void) {
    start_output(QUILLET_PIN_HOLD, 1);
}

void board_start_pins(void) {
    uint32_t used = 0;
    for (int i = 0; i < QUILLET_PIN_COUNT; i++) {
        int pin = board_pin((quillet_pin)i);
        if (pin >= 0) used |= 1u << pin;
    }
    for (int pin = 0; pin < PIN_COUNT; pin++) { /* neither input nor output nor pulled */
        if (!(used >> pin & 1)) *pad_of(pin) = PAD_OUTPUT_OFF;
    }
    board_hold_power();
    start_output(QUILLET_PIN_CS, 1);
    start_output(QUILLET_PIN_DC, 1);
    start_output(QUILLET_PIN_RESET, 1);
    start_output(QUILLET_PIN_PIEZO, 0);
    start_output(QUILLET_PIN_LED, 0);
    start_output(QUILLET_PIN_DONE, 0);
    start_output(QUILLET_PIN_RADIO, 0);
    start_output(QUILLET_PIN_SUPPLY_ON, 0);
    start_output(QUILLET_PIN_REFERENCE_ON, 0);
    start_input(QUILLET_PIN_BUSY, PAD_UP);
    start_input(QUILLET_PIN_BUTTON, button_pull());
    start_input(QUILLET_PIN_SIX_HOURS, PAD_UP);
    start_input(QUILLET_PIN_CLICKS, PAD_UP);
    start_pin(board_pin(QUILLET_PIN_LOG), BOARD_FUNCTION_UART, 0);
    start_pin(board_pin(QUILLET_PIN_SCK), BOARD_FUNCTION_SPI, 0);
    start_pin(board_pin(QUILLET_PIN_MOSI), BOARD_FUNCTION_SPI, 0);
    start_pin(board_pin(QUILLET_PIN_SDA), BOARD_FUNCTION_I2C, PAD_INPUT | PAD_UP);
    start_pin(board_pin(QUILLET_PIN_SCL), BOARD_FUNCTION_I2C, PAD_INPUT | PAD_UP);
    *quillet_at(PADS_SWCLK) = PAD_INPUT | PAD_UP | PAD_SCHMITT;
    *quillet_at(PADS_SWD) = PAD_INPUT | PAD_UP | PAD_SCHMITT | PAD_4_MA;
}

/* A jumper that is set draws 66 microamperes through its pull, a floating input some more. Debuggers
 * find no one while it sleeps. */
void board_rest_pins(void) {
    static const uint8_t inputs[] = {QUILLET_PIN_BUSY, QUILLET_PIN_SIX_HOURS, QUILLET_PIN_CLICKS,
                                     QUILLET_PIN_SDA, QUILLET_PIN_SCL};
    for (unsigned i = 0; i < sizeof inputs; i++) {
        int pin = board_pin((quillet_pin)inputs[i]);
        if (pin >= 0) *pad_of(pin) = PAD_OUTPUT_OFF;
    }
    *quillet_at(PADS_SWCLK) = PAD_OUTPUT_OFF;
    *quillet_at(PADS_SWD) = PAD_OUTPUT_OFF;
}

void board_set_pin(int pin, int level) {
    if (pin >= 0) *quillet_at(level ? SIO_OUT_SET : SIO_OUT_CLEAR) = 1u << pin;
}

int board_read_pin(int pin) {
    return pin < 0 ? 1 : *quillet_at(SIO_IN) >> pin & 1;
}
