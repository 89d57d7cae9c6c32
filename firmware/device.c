/* What the device does: wakes, invents a quote, shows it, sleeps.
 * SPDX-License-Identifier: MIT */
#include "device.h"

#include <string.h>

#include "text_log.h"

/* /// wires: eink's view of the machine /// */

static const quillet_hal* hal_of(void* context) {
    return ((const quillet_device*)context)->parts->hal;
}

static void delay_us(void* context, uint32_t us) {
    hal_of(context)->delay_us(hal_of(context)->context, us);
}

static void spi_write(void* context, const uint8_t* bytes, size_t count) {
    hal_of(context)->spi_write(hal_of(context)->context, bytes, count);
}

static void set_pin(void* context, eink_pin pin, int level) {
    hal_of(context)->set_pin(hal_of(context)->context, (quillet_pin)pin, level);
}

static int read_pin(void* context, eink_pin pin) {
    return hal_of(context)->read_pin(hal_of(context)->context, (quillet_pin)pin);
}

static int i2c_write(void* context, uint8_t address, const uint8_t* bytes, size_t count) {
    return hal_of(context)->i2c_write(hal_of(context)->context, address, bytes, count);
}

static int i2c_read(void* context, uint8_t address, uint8_t* bytes, size_t count) {
    return hal_of(context)->i2c_read(hal_of(context)->context, address, bytes, count);
}

static void log_failure(void* context, int attempt, int error, uint8_t command,
                        uint32_t waited_ms) {
    const quillet_hal* hal = hal_of(context);
    quillet_log_text(hal, error == EINK_BUSY_STUCK   ? "panel: BUSY stuck for "
                          : error == EINK_BUSY_NEVER ? "panel: BUSY never came in "
                                                     : "panel: no answer, error ");
    if (error == EINK_BUSY_STUCK || error == EINK_BUSY_NEVER) {
        quillet_log_unsigned(hal, waited_ms);
        quillet_log_text(hal, " ms");
    } else {
        quillet_log_number(hal, error);
    }
    quillet_log_text(hal, ", after command ");
    quillet_log_unsigned(hal, command);
    quillet_log_text(hal, ", attempt ");
    quillet_log_number(hal, attempt);
    quillet_log_text(hal, "\n");
}

/* /// what is told of inventing /// */

static void on_character(void* context) {
    quillet_device* device = context;
    if (device->clicks) device->parts->hal->click(device->parts->hal->context);
}

/* "quote 1, score -203: text", "author 1: name", "quote 2, error -5: text". */
static void on_line(void* context, const char* what, uint32_t number, const char* text, int error,
                    int32_t score) {
    const quillet_hal* hal = hal_of(context);
    quillet_log_text(hal, what);
    quillet_log_text(hal, " ");
    quillet_log_unsigned(hal, number);
    if (error || score) {
        quillet_log_text(hal, error ? ", error " : ", score ");
        quillet_log_number(hal, error ? error : score);
    }
    quillet_log_text(hal, ": ");
    quillet_log_text(hal, text);
    quillet_log_text(hal, "\n");
}

/* /// turns /// */

void quillet_device_begin(quillet_device* device, const quillet_device_parts* parts) {
    memset(device, 0, sizeof *device);
    device->parts = parts;
    device->wires.context = device;
    device->wires.delay_us = delay_us;
    device->wires.failed = log_failure;
    device->wires.spi_write = spi_write;
    device->wires.set_pin = set_pin;
    device->wires.read_pin = read_pin;
    device->wires.i2c_write = i2c_write;
    device->wires.i2c_read = i2c_read;
    device->bridge.wires = &device->wires;
    device->bridge.address = parts->bridge_address;
    device->bus = parts->bridged ? eink_bridge_bus(&device->bridge) : eink_spi_bus(&device->wires);
    device->style = eink_panel_style(parts->panel);
    quillet_journal_open(&device->journal, parts->hal);
}

/* Shows the page; without flashing when `gently` and the panel's picture is known. */
static void show(quillet_device* device, bool gently, bool battery_low) {
    const quillet_device_parts* parts = device->parts;
    eink_canvas picture, old;
    eink_canvas_begin(&picture, parts->panel->width, parts->panel->height, parts->pictures[0]);
    eink_draw_page(&picture, &device->page);
    if (battery_low) eink_draw_low_battery(&picture);
    old = picture;
    old.bytes = parts->pictures[1];
    bool partial = gently && device->shown && device->partials < QUILLET_PARTIAL_MAX;
    int error = eink_show(parts->panel, &device->bus, &picture, partial ? &old : NULL);
    device->partials = partial ? device->partials + 1 : 0;
    device->shown = !error && old.bytes;
    if (device->shown)
        memcpy(old.bytes, picture.bytes, (size_t)picture.stride * (size_t)picture.height);
    quillet_log_text(parts->hal, error     ? "panel: given up\n"
                                 : partial ? "shown, in part\n"
                                           : "shown\n");
}

uint32_t quillet_device_turn(quillet_device* device, quillet_wake wake) {
    const quillet_device_parts* parts = device->parts;
    const quillet_hal* hal = parts->hal;
    uint32_t seconds =
        hal->read_pin(hal->context, QUILLET_PIN_SIX_HOURS) ? QUILLET_DAY_S : QUILLET_SIX_HOURS_S;
    uint32_t battery_mv = hal->battery_mv(hal->context), seed;
    quillet_log_value(hal, wake == QUILLET_WAKE_BUTTON ? "button, battery mV" : "awake, battery mV",
                      battery_mv);
    if (battery_mv < QUILLET_BATTERY_EMPTY_MV) {
        quillet_log_text(hal, "battery empty\n");
        return seconds;
    }
    if (!quillet_journal_take(&device->journal, hal, &seed))
        quillet_log_text(hal, "journal: flash takes no records\n");
    quillet_log_value(hal, "seed", seed);
    device->clicks = !hal->read_pin(hal->context, QUILLET_PIN_CLICKS);
    const quillet_listener listener = {device, on_character, on_line};
    int error = quillet_invent(&device->quote, &device->page, parts->quotes, parts->names,
                               &device->style, seed, parts->candidates, parts->lexicon, &listener);
    if (error) {
        quillet_log_text(hal, "no quote fits\n");
        return seconds;
    }
    quillet_log_value(hal, "chosen", device->quote.chosen);
    show(device, wake == QUILLET_WAKE_BUTTON, battery_mv < QUILLET_BATTERY_LOW_MV);
    return seconds;
}

void quillet_device_run(quillet_device* device, const quillet_device_parts* parts) {
    quillet_wake wake = QUILLET_WAKE_POWER;
    quillet_device_begin(device, parts);
    for (;;) {
        uint32_t seconds = quillet_device_turn(device, wake);
        quillet_log_value(parts->hal, "asleep, s", seconds);
        wake = parts->hal->sleep(parts->hal->context, seconds);
    }
}
