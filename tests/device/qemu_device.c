/* The device's program on a Cortex-M33 in QEMU: its SPI and pins as lines of text, which qemu_test.mjs gives to a panel.
 * SPDX-License-Identifier: MIT
 *
 * What an RP2350's core would run, without that chip: QEMU has none. Two turns: power, then the button. */
#include <string.h>

#include "firmware/device.h"
#include "firmware/rp2040_bare/start.h"

extern const quillet_device_parts quillet_parts;

enum { JOURNAL_BYTES = QUILLET_JOURNAL_SECTORS * QUILLET_SECTOR_BYTES, WORK_US = 400000 };

static uint64_t now_us, busy_until_us;
static int levels[QUILLET_PIN_COUNT];
static uint8_t flash[JOURNAL_BYTES];

static void delay_us(void* context, uint32_t us) {
    (void)context, now_us += us;
}
static void write_log(void* context, const char* text) {
    (void)context, quillet_put(text);
}
static uint32_t entropy(void* context) {
    return (void)context, 0x1234567u;
}

static void set_pin(void* context, quillet_pin pin, int level) {
    (void)context;
    if (pin == QUILLET_PIN_RESET) quillet_put(level ? "\n@reset 1\n" : "\n@reset 0\n");
    levels[pin] = level;
}

/* BUSY is high for a while after a command that takes time; jumpers are not set. */
static int read_pin(void* context, quillet_pin pin) {
    (void)context;
    return pin == QUILLET_PIN_BUSY ? now_us < busy_until_us : 1;
}

static void spi_write(void* context, const uint8_t* bytes, size_t count) {
    static const char digits[] = "0123456789abcdef";
    char line[2 * 200 + 1];
    (void)context;
    for (size_t i = 0; i < count; i++) {
        line[2 * i] = digits[bytes[i] >> 4];
        line[2 * i + 1] = digits[bytes[i] & 15];
    }
    line[2 * count] = 0;
    quillet_put(levels[QUILLET_PIN_DC] ? "\n@data " : "\n@command ");
    quillet_put(line);
    quillet_put("\n");
    if (!levels[QUILLET_PIN_DC] && (bytes[0] == 0x20 || bytes[0] == 0x12))
        busy_until_us = now_us + WORK_US;
}

static const uint8_t* journal(void* context) {
    return (void)context, flash;
}
static void erase_sector(void* context, uint32_t sector) {
    (void)context, memset(flash + sector * QUILLET_SECTOR_BYTES, 0xFF, QUILLET_SECTOR_BYTES);
}
static void write_page(void* context, uint32_t page, const uint8_t* bytes) {
    (void)context;
    for (uint32_t i = 0; i < QUILLET_PAGE_BYTES; i++)
        flash[page * QUILLET_PAGE_BYTES + i] &= bytes[i];
}

static uint32_t battery_mv(void* context) {
    return (void)context, 4500;
}
static uint32_t seconds(void* context) {
    return (void)context, (uint32_t)(now_us / 1000000);
}
static quillet_wake sleep(void* context, uint32_t until) {
    (void)context, now_us = (uint64_t)until * 1000000;
    return QUILLET_WAKE_ALARM;
}
static quillet_wake started(void* context, quillet_restart* restart) {
    (void)context, restart->count = 0;
    return QUILLET_WAKE_POWER;
}
static void alive(void* context, quillet_stage stage) {
    (void)context, (void)stage;
}
static void keep(void* context, uint32_t word) {
    (void)context, (void)word;
}
static void cut_power(void* context) {
    (void)context;
}

const quillet_hal quillet_hal_board = {
    .delay_us = delay_us,
    .log = write_log,
    .entropy = entropy,
    .set_pin = set_pin,
    .read_pin = read_pin,
    .spi_write = spi_write,
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

int main(void) {
    static quillet_device device;
    memset(flash, 0xFF, sizeof flash);
    quillet_device_begin(&device, &quillet_parts);
    (void)quillet_device_turn(&device, QUILLET_WAKE_POWER);
    (void)quillet_device_turn(&device, QUILLET_WAKE_BUTTON);
    return 0;
}
