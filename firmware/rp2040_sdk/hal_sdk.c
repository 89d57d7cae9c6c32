/* The device's machine by the official pico-sdk; the pins are rp2040_bare/board.h's.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "firmware/hal.h"
#include "firmware/rp2040_bare/board.h"
#include "hardware/adc.h"
#include "hardware/clocks.h"
#include "hardware/flash.h"
#include "hardware/i2c.h"
#include "hardware/rtc.h"
#include "hardware/spi.h"
#include "hardware/structs/rosc.h"
#include "hardware/structs/scb.h"
#include "hardware/sync.h"
#include "pico/stdlib.h"

enum {
    JOURNAL_BYTES = QUILLET_JOURNAL_SECTORS * QUILLET_SECTOR_BYTES,
    JOURNAL = PICO_FLASH_SIZE_BYTES - JOURNAL_BYTES
};

/* By quillet_pin. */
static const uint8_t pins[QUILLET_PIN_COUNT] = {BOARD_CS,   BOARD_DC,        BOARD_RESET,
                                                BOARD_BUSY, BOARD_SIX_HOURS, BOARD_CLICKS};
static volatile bool button_fell, rtc_rang;

static void start_input(uint pin) {
    gpio_init(pin);
    gpio_pull_up(pin);
}

static void start_output(uint pin, bool level) {
    gpio_init(pin);
    gpio_put(pin, level);
    gpio_set_dir(pin, GPIO_OUT);
}

static void start(void) {
    stdio_init_all();
    start_output(BOARD_POWER, 1);
    start_output(BOARD_CS, 1);
    start_output(BOARD_DC, 1);
    start_output(BOARD_RESET, 1);
    start_output(BOARD_PIEZO, 0);
    start_input(BOARD_BUSY);
    start_input(BOARD_BUTTON);
    start_input(BOARD_SIX_HOURS);
    start_input(BOARD_CLICKS);
    spi_init(spi0, 8000 * 1000);
    gpio_set_function(BOARD_SCK, GPIO_FUNC_SPI);
    gpio_set_function(BOARD_MOSI, GPIO_FUNC_SPI);
    i2c_init(i2c0, 400 * 1000);
    gpio_set_function(BOARD_I2C_SDA, GPIO_FUNC_I2C);
    gpio_set_function(BOARD_I2C_SCL, GPIO_FUNC_I2C);
    gpio_pull_up(BOARD_I2C_SDA);
    gpio_pull_up(BOARD_I2C_SCL);
    adc_init();
    adc_gpio_init(BOARD_BATTERY);
    rtc_init();
}

/* Before main, which knows no board. */
__attribute__((constructor)) static void start_before_main(void) {
    start();
}

static uint64_t microseconds(void* context) {
    return (void)context, time_us_64();
}
static void delay_us(void* context, uint32_t us) {
    (void)context, sleep_us(us);
}
static void write_log(void* context, const char* text) {
    (void)context, fputs(text, stdout);
}

static uint32_t entropy(void* context) {
    uint32_t word = (uint32_t)time_us_64();
    (void)context;
    for (int i = 0; i < 32 * 32; i++) word = (word * 0x9E3779B1u) ^ (rosc_hw->randombit & 1u);
    return word;
}

static void set_pin(void* context, quillet_pin pin, int level) {
    (void)context, gpio_put(pins[pin], level);
}
static int read_pin(void* context, quillet_pin pin) {
    return (void)context, gpio_get(pins[pin]);
}

static void spi_write(void* context, const uint8_t* bytes, size_t count) {
    (void)context, spi_write_blocking(spi0, bytes, count);
}

static int i2c_write(void* context, uint8_t address, const uint8_t* bytes, size_t count) {
    return (void)context,
           i2c_write_timeout_us(i2c0, address, bytes, count, false, 20000) == (int)count ? 0 : -1;
}

static int i2c_read(void* context, uint8_t address, uint8_t* bytes, size_t count) {
    return (void)context,
           i2c_read_timeout_us(i2c0, address, bytes, count, false, 20000) == (int)count ? 0 : -1;
}

static const uint8_t* journal(void* context) {
    return (void)context, (const uint8_t*)(XIP_BASE + JOURNAL);
}

static void erase_sector(void* context, uint32_t sector) {
    uint32_t interrupts = save_and_disable_interrupts();
    (void)context;
    flash_range_erase(JOURNAL + sector * QUILLET_SECTOR_BYTES, QUILLET_SECTOR_BYTES);
    restore_interrupts(interrupts);
}

static void write_page(void* context, uint32_t page, const uint8_t* bytes) {
    uint32_t interrupts = save_and_disable_interrupts();
    (void)context;
    flash_range_program(JOURNAL + page * QUILLET_PAGE_BYTES, bytes, QUILLET_PAGE_BYTES);
    restore_interrupts(interrupts);
}

static uint32_t battery_mv(void* context) {
    uint32_t sum = 0;
    (void)context;
    adc_select_input(BOARD_BATTERY - 26);
    for (int i = 0; i < 8; i++) sum += adc_read();
    return sum * 3u * 3300u / (8u * 4096u);
}

static void click(void* context) {
    (void)context;
    gpio_put(BOARD_PIEZO, 1);
    sleep_us(1000);
    gpio_put(BOARD_PIEZO, 0);
}

static void on_button(uint pin, uint32_t events) {
    (void)pin, (void)events, button_fell = true;
}
static void on_rtc(void) {
    rtc_rang = true;
}

/* Light sleep: the SDK keeps its clocks as they are; rp2040_bare/time.c goes deeper. */
static quillet_wake sleep(void* context, uint32_t seconds) {
    datetime_t now = {.year = 2024, .month = 1, .day = 1, .dotw = 1}, then = now;
    (void)context;
    then.day = (int8_t)(1 + seconds / 86400);
    then.hour = (int8_t)(seconds / 3600 % 24);
    then.min = (int8_t)(seconds / 60 % 60);
    then.sec = (int8_t)(seconds % 60);
    then.dotw = -1;
    button_fell = rtc_rang = false;
    rtc_set_datetime(&now);
    sleep_us(64); /* three ticks of the clock: until then it reads as before */
    rtc_set_alarm(&then, on_rtc);
    gpio_set_irq_enabled_with_callback(BOARD_BUTTON, GPIO_IRQ_EDGE_FALL, true, on_button);
    while (!button_fell && !rtc_rang) __wfi();
    gpio_set_irq_enabled(BOARD_BUTTON, GPIO_IRQ_EDGE_FALL, false);
    rtc_disable_alarm();
    return button_fell ? QUILLET_WAKE_BUTTON : QUILLET_WAKE_ALARM;
}

const quillet_hal quillet_hal_board = {
    .microseconds = microseconds,
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
    .click = click,
    .sleep = sleep,
};
