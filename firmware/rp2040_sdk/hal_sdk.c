/* The device's machine by the official pico-sdk, for RP2040 and RP2350; the pins are the board's.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "firmware/board.h"
#include "firmware/hal.h"
#include "hardware/adc.h"
#include "hardware/clocks.h"
#include "hardware/flash.h"
#include "hardware/i2c.h"
#include "hardware/spi.h"
#include "hardware/sync.h"
#include "hardware/watchdog.h"
#include "pico/aon_timer.h"
#include "pico/rand.h"
#include "pico/stdlib.h"

enum {
    JOURNAL_BYTES = QUILLET_JOURNAL_SECTORS * QUILLET_SECTOR_BYTES,
    JOURNAL = PICO_FLASH_SIZE_BYTES - JOURNAL_BYTES,
    WATCHDOG_MS = 8000,
    MAGIC = 0x51750000, /* the record in scratch 0: magic, restarts, stage; 1: fault; 2: seconds */
    EPOCH = 1704067200  /* the first of January 2024 */
};

static volatile bool button_came, alarm_rang;

static int gpio_of(quillet_pin pin) {
    return quillet_this_board->pins[pin];
}

static void start_input(quillet_pin which, bool up) {
    if (gpio_of(which) < 0) return;
    gpio_init((uint)gpio_of(which));
    gpio_set_pulls((uint)gpio_of(which), up, !up);
}

static void start_output(quillet_pin which, bool level) {
    if (gpio_of(which) < 0) return;
    gpio_init((uint)gpio_of(which));
    gpio_put((uint)gpio_of(which), level);
    gpio_set_dir((uint)gpio_of(which), GPIO_OUT);
}

static spi_inst_t* spi(void) {
    return gpio_of(QUILLET_PIN_SCK) >> 3 & 1 ? spi1 : spi0;
}
static i2c_inst_t* i2c(void) {
    return gpio_of(QUILLET_PIN_SDA) >> 1 & 1 ? i2c1 : i2c0;
}

static void start_buses(void) {
    if (gpio_of(QUILLET_PIN_SCK) >= 0) {
        spi_init(spi(), 8000 * 1000);
        gpio_set_function((uint)gpio_of(QUILLET_PIN_SCK), GPIO_FUNC_SPI);
        gpio_set_function((uint)gpio_of(QUILLET_PIN_MOSI), GPIO_FUNC_SPI);
    }
    if (gpio_of(QUILLET_PIN_SDA) >= 0) {
        i2c_init(i2c(), 400 * 1000);
        for (quillet_pin pin = QUILLET_PIN_SDA; pin <= QUILLET_PIN_SCL; pin++) {
            gpio_set_function((uint)gpio_of(pin), GPIO_FUNC_I2C);
            gpio_pull_up((uint)gpio_of(pin));
        }
    }
}

static void start(void) {
    start_output(QUILLET_PIN_HOLD, 1); /* keeps the power on: before anything else */
    stdio_init_all();
    start_output(QUILLET_PIN_CS, 1);
    start_output(QUILLET_PIN_DC, 1);
    start_output(QUILLET_PIN_RESET, 1);
    start_output(QUILLET_PIN_PIEZO, 0);
    start_output(QUILLET_PIN_LED, 0);
    start_output(QUILLET_PIN_DONE, 0);
    start_output(QUILLET_PIN_RADIO, 0);
    start_output(QUILLET_PIN_SUPPLY_ON, 0);
    start_output(QUILLET_PIN_REFERENCE_ON, 0);
    start_input(QUILLET_PIN_BUSY, true);
    start_input(QUILLET_PIN_BUTTON, !quillet_this_board->button_level);
    start_input(QUILLET_PIN_SIX_HOURS, true);
    start_input(QUILLET_PIN_CLICKS, true);
    start_buses();
    adc_init();
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
    return (void)context, get_rand_32();
}

static void set_pin(void* context, quillet_pin pin, int level) {
    (void)context;
    if (gpio_of(pin) >= 0) gpio_put((uint)gpio_of(pin), level);
}
static int read_pin(void* context, quillet_pin pin) {
    return (void)context, gpio_of(pin) < 0 || gpio_get((uint)gpio_of(pin));
}

static void spi_write(void* context, const uint8_t* bytes, size_t count) {
    (void)context, spi_write_blocking(spi(), bytes, count);
}

static int i2c_write(void* context, uint8_t address, const uint8_t* bytes, size_t count) {
    return (void)context,
           i2c_write_timeout_us(i2c(), address, bytes, count, false, 20000) == (int)count ? 0 : -1;
}

static int i2c_read(void* context, uint8_t address, uint8_t* bytes, size_t count) {
    return (void)context,
           i2c_read_timeout_us(i2c(), address, bytes, count, false, 20000) == (int)count ? 0 : -1;
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

static uint32_t sample(int gpio) {
    uint32_t sum = 0;
    adc_gpio_init((uint)gpio);
    adc_select_input((uint)gpio - 26);
    for (int i = 0; i < 3; i++) (void)adc_read();
    for (int i = 0; i < 8; i++) sum += adc_read();
    return sum;
}

static uint32_t battery_mv(void* context) {
    enum { FULL_SUM = 8 * 4096, FULL_SCALE_MV = 3300 };
    const quillet_board* board = quillet_this_board;
    int supply = gpio_of(QUILLET_PIN_SUPPLY), reference = gpio_of(QUILLET_PIN_REFERENCE);
    if (supply < 0) return 0;
    set_pin(context, QUILLET_PIN_SUPPLY_ON, 1);
    set_pin(context, QUILLET_PIN_REFERENCE_ON, 1);
    sleep_us(1000);
    uint32_t sum = sample(supply), known = reference < 0 ? 0 : sample(reference);
    set_pin(context, QUILLET_PIN_SUPPLY_ON, 0);
    set_pin(context, QUILLET_PIN_REFERENCE_ON, 0);
    if (reference >= 0)
        return known ? sum * board->supply_divisor * board->reference_mv / known : 0;
    return sum * board->supply_divisor / 8u * FULL_SCALE_MV / (FULL_SUM / 8u);
}

static void click(void* context) {
    set_pin(context, QUILLET_PIN_PIEZO, 1);
    sleep_us(1000);
    set_pin(context, QUILLET_PIN_PIEZO, 0);
}

static uint32_t seconds(void* context) {
    struct timespec now;
    (void)context;
    return aon_timer_get_time(&now) ? (uint32_t)(now.tv_sec - EPOCH) : 0;
}

static void on_button(uint pin, uint32_t events) {
    (void)pin, (void)events, button_came = true;
}
static void on_alarm(void) {
    alarm_rang = true;
}

/* Light sleep: the SDK keeps its clocks as they are; the bare backend goes deeper. */
static quillet_wake sleep(void* context, uint32_t until) {
    uint32_t soonest = seconds(context) + 2, at = until > soonest ? until : soonest;
    struct timespec then = {.tv_sec = (time_t)EPOCH + (time_t)at};
    int button = gpio_of(QUILLET_PIN_BUTTON);
    stdio_flush();
    watchdog_disable();
    button_came = alarm_rang = false;
    aon_timer_enable_alarm(&then, on_alarm, false);
    if (button >= 0)
        gpio_set_irq_enabled_with_callback(
            (uint)button,
            quillet_this_board->button_level ? GPIO_IRQ_EDGE_RISE : GPIO_IRQ_EDGE_FALL, true,
            on_button);
    while (!button_came && !alarm_rang) {
        uint32_t interrupts = save_and_disable_interrupts();
        if (!button_came && !alarm_rang) __wfi();
        restore_interrupts(interrupts);
    }
    if (button >= 0)
        gpio_set_irq_enabled((uint)button, GPIO_IRQ_EDGE_RISE | GPIO_IRQ_EDGE_FALL, false);
    aon_timer_disable_alarm();
    return button_came ? QUILLET_WAKE_BUTTON : QUILLET_WAKE_ALARM;
}

/* /// restarts: a record in the watchdog's scratch words /// */

static uint32_t restarts(void) {
    uint32_t word = watchdog_hw->scratch[0];
    return (word & 0xFFFF0000u) == MAGIC ? word >> 8 & 0xFF : 0;
}

static quillet_wake started(void* context, quillet_restart* restart) {
    struct timespec now = {.tv_sec = EPOCH};
    bool again = watchdog_caused_reboot() && (watchdog_hw->scratch[0] & 0xFFFF0000u) == MAGIC;
    int button = gpio_of(QUILLET_PIN_BUTTON);
    (void)context;
    restart->count = again ? restarts() + 1 : 0;
    restart->stage = again ? watchdog_hw->scratch[0] & 0xFF : 0;
    restart->fault = again ? watchdog_hw->scratch[1] : 0;
    if (again) now.tv_sec += (time_t)watchdog_hw->scratch[2];
    aon_timer_start(&now);
    sleep_us(100); /* until then it reads as before */
    watchdog_hw->scratch[0] = MAGIC | restart->count << 8 | restart->stage;
    watchdog_hw->scratch[1] = 0;
    if (again) return QUILLET_WAKE_RESTART;
    return button >= 0 && gpio_get((uint)button) == quillet_this_board->button_level
               ? QUILLET_WAKE_BUTTON
               : QUILLET_WAKE_POWER;
}

static void alive(void* context, quillet_stage stage) {
    static bool is_on;
    if (stage == QUILLET_STAGE_IDLE) { /* sleep turns it off */
        is_on = false;
    } else if (!is_on) {
        watchdog_enable(WATCHDOG_MS, true);
        is_on = true;
    }
    watchdog_update();
    watchdog_hw->scratch[0] =
        MAGIC | (stage == QUILLET_STAGE_IDLE ? 0 : restarts()) << 8 | (uint32_t)stage;
    watchdog_hw->scratch[2] = seconds(context);
}

static void __attribute__((used)) fault_at(const uint32_t* frame) {
    watchdog_hw->scratch[1] = frame[6];
    watchdog_reboot(0, 0, 0);
    for (;;) tight_loop_contents();
}

/* The SDK's is a breakpoint. */
void isr_hardfault(void);
__attribute__((naked)) void isr_hardfault(void) {
    __asm volatile("mrs r0, msp\n ldr r1, =fault_at\n bx r1\n .ltorg");
}

static void cut_power(void* context) {
    if (gpio_of(QUILLET_PIN_HOLD) < 0 && gpio_of(QUILLET_PIN_DONE) < 0) return;
    stdio_flush();
    set_pin(context, QUILLET_PIN_DONE, 1);
    set_pin(context, QUILLET_PIN_HOLD, 0);
    sleep_us(100000);
    set_pin(context, QUILLET_PIN_DONE, 0);
    set_pin(context, QUILLET_PIN_HOLD, 1);
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
    .seconds = seconds,
    .sleep = sleep,
    .started = started,
    .alive = alive,
    .cut_power = cut_power,
};
