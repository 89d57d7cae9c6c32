/* The device's machine on a bare RP2040 board.
 * SPDX-License-Identifier: MIT */
#include "firmware/hal.h"

#include "board.h"

enum {
    JOURNAL_BYTES = QUILLET_JOURNAL_SECTORS * QUILLET_SECTOR_BYTES,
    FLASH_BYTES = 2 << 20,
    JOURNAL = FLASH_BYTES - JOURNAL_BYTES
};

static void delay_us(void* context, uint32_t us) {
    (void)context, board_delay_us(us);
}
static void write_log(void* context, const char* text) {
    (void)context, board_uart_write(text);
}
static uint32_t entropy(void* context) {
    return (void)context, board_entropy();
}
static void set_pin(void* context, quillet_pin pin, int level) {
    (void)context, board_set_pin(board_pin(pin), level);
}
static int read_pin(void* context, quillet_pin pin) {
    return (void)context, board_read_pin(board_pin(pin));
}
static void spi_write(void* context, const uint8_t* bytes, size_t count) {
    (void)context, board_spi_write(bytes, count);
}

static int i2c_write(void* context, uint8_t address, const uint8_t* bytes, size_t count) {
    return (void)context, board_i2c_write(address, bytes, count);
}

static int i2c_read(void* context, uint8_t address, uint8_t* bytes, size_t count) {
    return (void)context, board_i2c_read(address, bytes, count);
}

static const uint8_t* journal(void* context) {
    return (void)context, (const uint8_t*)(0x10000000u + JOURNAL);
}

static void erase_sector(void* context, uint32_t sector) {
    (void)context;
    board_flash_erase(JOURNAL + sector * QUILLET_SECTOR_BYTES);
}

static void write_page(void* context, uint32_t page, const uint8_t* bytes) {
    (void)context;
    board_flash_write(JOURNAL + page * QUILLET_PAGE_BYTES, bytes);
}

static uint32_t battery_mv(void* context) {
    return (void)context, board_battery_mv();
}

static uint32_t seconds(void* context) {
    return (void)context, board_seconds();
}

static quillet_wake sleep(void* context, uint32_t until) {
    (void)context;
    board_uart_drain();
    board_stop_watchdog();
    board_rest_pins();
    bool button = board_sleep(until);
    board_start_pins();
    board_start_serial(); /* their clock was off */
    return button ? QUILLET_WAKE_BUTTON : QUILLET_WAKE_ALARM;
}

static bool is_pressed(void) {
    int pin = board_pin(QUILLET_PIN_BUTTON);
    return pin >= 0 && board_read_pin(pin) == quillet_this_board->button_level;
}

static quillet_wake started(void* context, quillet_restart* restart) {
    uint32_t seconds_then = 0;
    (void)context;
    *restart = board_restart(&seconds_then);
    board_start_seconds(seconds_then);
    if (restart->count) return QUILLET_WAKE_RESTART;
    return is_pressed() ? QUILLET_WAKE_BUTTON : QUILLET_WAKE_POWER;
}

static void alive(void* context, quillet_stage stage) {
    (void)context, board_alive(stage);
}

static void keep(void* context, uint32_t word) {
    (void)context, board_keep(word);
}

/* By the board's own latch, which its button or USB may hold all the same, or by a timer's. */
static void cut_power(void* context) {
    enum { PULSE_US = 100000 };
    int hold = board_pin(QUILLET_PIN_HOLD), done = board_pin(QUILLET_PIN_DONE);
    (void)context;
    if (hold < 0 && done < 0) return;
    board_uart_drain();
    board_set_pin(done, 1);
    board_set_pin(hold, 0);
    board_delay_us(PULSE_US);
    board_set_pin(done, 0);
    board_set_pin(hold, 1);
}

const quillet_hal quillet_hal_board = {
    .delay_us = delay_us,
    .log = write_log,
    .entropy = entropy,
    .set_pin = set_pin,
    .read_pin = read_pin,
    .spi_write = spi_write,
    .i2c_write = i2c_write,
    .i2c_read = i2c_read,
    .journal = journal,
    .erase_sector = erase_sector,
    .write_page = write_page,
    .battery_mv = battery_mv,
    .seconds = seconds,
    .sleep = sleep,
    .started = started,
    .alive = alive,
    .keep = keep,
    .cut_power = cut_power,
};
