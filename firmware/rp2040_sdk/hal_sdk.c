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
#if PICO_RP2350
#    include "hardware/powman.h"
#endif

enum {
    JOURNAL_BYTES = QUILLET_JOURNAL_SECTORS * QUILLET_SECTOR_BYTES,
    JOURNAL = PICO_FLASH_SIZE_BYTES - JOURNAL_BYTES,
    WATCHDOG_MS = 8000,
    MAGIC = 0x51750000, /* the record in scratch 0: magic, restarts, stage; 1: fault; 2: seconds;
                           3: what is kept for the program */
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
    int supply = gpio_of(QUILLET_PIN_SUPPLY), reference = gpio_of(QUILLET_PIN_REFERENCE);
    if (supply < 0) return 0;
    set_pin(context, QUILLET_PIN_SUPPLY_ON, 1);
    set_pin(context, QUILLET_PIN_REFERENCE_ON, 1);
    sleep_us(1000);
    uint32_t sum = sample(supply), known = reference < 0 ? 0 : sample(reference);
    set_pin(context, QUILLET_PIN_SUPPLY_ON, 0);
    set_pin(context, QUILLET_PIN_REFERENCE_ON, 0);
    return quillet_supply_mv(quillet_this_board, sum, known);
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

/* /// the RP2350's power manager: all but the timer and the button's pad off /// */

#if PICO_RP2350
enum {
    OFF_FROM_S = 600, /* shorter sleeps keep SRAM, so that a clock's refreshes need not flash */
    OFF_MAGIC = 0x5175F0FF,
    BUTTON_WAKES = 1 << 1, /* of LAST_SWCORE_PWRUP */
    ALARM_WAKES = 1 << 6
};

/* The low-power oscillator may be a fifth off: measured against the crystal, to 31 Hz in 32 ms
 * (frequency_count_khz has whole kilohertz). */
static uint32_t slow_hz(void) {
    enum { INTERVAL = 15, PARTS_A_KHZ = 32 };
    fc_hw_t* counter = &clocks_hw->fc0;
    while (counter->status & CLOCKS_FC0_STATUS_RUNNING_BITS) tight_loop_contents();
    counter->ref_khz = clock_get_hz(clk_ref) / 1000;
    counter->interval = INTERVAL;
    counter->min_khz = 0;
    counter->max_khz = 0xffffffff;
    counter->src = CLOCKS_FC0_SRC_VALUE_LPOSC_CLKSRC;
    while (!(counter->status & CLOCKS_FC0_STATUS_DONE_BITS)) tight_loop_contents();
    return counter->result * 1000 / PARTS_A_KHZ;
}

/* Inputs and pulls off where nobody drives; outputs keep their level while the core is off. */
static void rest_pads(int button) {
    for (uint pin = 0; pin < NUM_BANK0_GPIOS; pin++) {
        if ((int)pin == button || gpio_is_dir_out(pin)) continue;
        gpio_disable_pulls(pin);
        gpio_set_input_enabled(pin, false);
    }
}

/* Ends in a start that finds OFF_MAGIC, or returns where the power manager refuses (an event is
 * waiting). As pico-examples' powman_example.c does it. */
static void power_off(uint64_t until_ms) {
    const powman_power_state off = POWMAN_POWER_STATE_NONE;
    powman_power_state on = POWMAN_POWER_STATE_NONE;
    int button = gpio_of(QUILLET_PIN_BUTTON);
    on = powman_power_state_with_domain_on(on, POWMAN_POWER_DOMAIN_SWITCHED_CORE);
    on = powman_power_state_with_domain_on(on, POWMAN_POWER_DOMAIN_XIP_CACHE);
    on = powman_power_state_with_domain_on(on, POWMAN_POWER_DOMAIN_SRAM_BANK0);
    on = powman_power_state_with_domain_on(on, POWMAN_POWER_DOMAIN_SRAM_BANK1);
    if (!powman_configure_wakeup_state(off, on)) return;
    powman_set_debug_power_request_ignored(true);
    powman_timer_set_1khz_tick_source_lposc_with_hz(slow_hz());
    if (button >= 0)
        powman_enable_gpio_wakeup(0, (uint32_t)button, true, quillet_this_board->button_level);
    powman_enable_alarm_wakeup_at_ms(until_ms);
    for (int i = 0; i < 4; i++) powman_hw->boot[i] = 0; /* the boot ROM starts from flash */
    powman_hw->scratch[0] = OFF_MAGIC;
    rest_pads(button);
    if (powman_set_power_state(off) == PICO_OK)
        for (int i = 0; i < 100; i++) __wfi();
    powman_hw->scratch[0] = 0;
    powman_disable_all_wakeups();
    powman_timer_set_1khz_tick_source_xosc();
    start();
}

/* After power_off: what woke it. QUILLET_WAKE_POWER: it was not off. */
static quillet_wake woken(void) {
    uint32_t source = powman_hw->last_swcore_pwrup;
    bool was_off = powman_hw->scratch[0] == OFF_MAGIC;
    powman_hw->scratch[0] = 0;
    if (!was_off || !(source & (BUTTON_WAKES | ALARM_WAKES))) return QUILLET_WAKE_POWER;
    powman_disable_all_wakeups();
    powman_timer_set_1khz_tick_source_xosc();
    return source & BUTTON_WAKES ? QUILLET_WAKE_BUTTON : QUILLET_WAKE_ALARM;
}
#endif

/* Light sleep: the SDK keeps its clocks as they are; the bare backend goes deeper. An RP2350 goes
 * off where that pays. */
static quillet_wake sleep(void* context, uint32_t until) {
    uint32_t soonest = seconds(context) + 2, at = until > soonest ? until : soonest;
    struct timespec then = {.tv_sec = (time_t)EPOCH + (time_t)at};
    int button = gpio_of(QUILLET_PIN_BUTTON);
    stdio_flush();
    watchdog_disable();
#if PICO_RP2350
    if (at - seconds(context) >= OFF_FROM_S) {
        uart_default_tx_wait_blocking();
        power_off((uint64_t)then.tv_sec * 1000);
    }
#endif
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
    restart->kept = again ? watchdog_hw->scratch[3] : 0;
#if PICO_RP2350
    quillet_wake wake = again ? QUILLET_WAKE_POWER : woken();
    if (wake != QUILLET_WAKE_POWER) { /* the timer went on */
        restart->kept = powman_hw->scratch[1];
        return wake;
    }
#endif
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

static void keep(void* context, uint32_t word) {
    (void)context, watchdog_hw->scratch[3] = word;
#if PICO_RP2350
    powman_hw->scratch[1] = word;
#endif
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
