/* What the device does: wakes, invents a quote, shows it, sleeps.
 * SPDX-License-Identifier: MIT */
#include "device.h"

#include <string.h>

/* /// the log, put together without stdio /// */

static void log_text(const quillet_hal* hal, const char* text) {
    hal->log(hal->context, text);
}

static void log_unsigned(const quillet_hal* hal, uint32_t number) {
    char digits[11];
    char* digit = digits + sizeof digits - 1;
    *digit = 0;
    do {
        *--digit = (char)('0' + number % 10u);
        number /= 10u;
    } while (number);
    hal->log(hal->context, digit);
}

static void log_number(const quillet_hal* hal, int32_t number) {
    if (number < 0) hal->log(hal->context, "-");
    log_unsigned(hal, number < 0 ? 0u - (uint32_t)number : (uint32_t)number);
}

/* "NAME NUMBER\n". */
static void log_value(const quillet_hal* hal, const char* name, uint32_t number) {
    hal->log(hal->context, name);
    hal->log(hal->context, " ");
    log_unsigned(hal, number);
    hal->log(hal->context, "\n");
}

/* /// wires: eink's view of the machine /// */

static const quillet_hal* hal_of(void* context) {
    return ((const quillet_device*)context)->parts->hal;
}

/* Waits for a panel have limits of their own, so that they need not count as a hang. */
static void delay_us(void* context, uint32_t us) {
    hal_of(context)->alive(hal_of(context)->context, QUILLET_STAGE_PANEL);
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
    log_text(hal, error == EINK_BUSY_STUCK   ? "panel: BUSY stuck for "
                  : error == EINK_BUSY_NEVER ? "panel: BUSY never came in "
                                             : "panel: no answer, error ");
    if (error == EINK_BUSY_STUCK || error == EINK_BUSY_NEVER) {
        log_unsigned(hal, waited_ms);
        log_text(hal, " ms");
    } else {
        log_number(hal, error);
    }
    log_text(hal, ", after command ");
    log_unsigned(hal, command);
    log_text(hal, ", attempt ");
    log_number(hal, attempt);
    log_text(hal, "\n");
}

/* /// what is told of inventing /// */

static void on_character(void* context) {
    const quillet_device* device = context;
    const quillet_hal* hal = hal_of(context);
    hal->alive(hal->context, QUILLET_STAGE_WRITING);
    if (!device->clicks) return;
    hal->set_pin(hal->context, QUILLET_PIN_PIEZO, 1);
    hal->delay_us(hal->context, 1000);
    hal->set_pin(hal->context, QUILLET_PIN_PIEZO, 0);
}

/* "quote 1, score -203: text", "author 1: name", "quote 2, error -5: text",
 * "quote 3, left unfinished: te". */
static void on_line(void* context, const char* what, uint32_t number, const char* text, int error,
                    int32_t score) {
    const quillet_hal* hal = hal_of(context);
    log_text(hal, what);
    log_text(hal, " ");
    log_unsigned(hal, number);
    if (error == QUILLET_BEATEN) {
        log_text(hal, ", left unfinished");
    } else if (error || score) {
        log_text(hal, error ? ", error " : ", score ");
        log_number(hal, error ? error : score);
    }
    log_text(hal, ": ");
    log_text(hal, text);
    log_text(hal, "\n");
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
    if (parts->german_marks) device->style.quotation_marks = EINK_MARKS_GERMAN;
    device->zero_s = parts->hal->seconds(parts->hal->context);
    quillet_journal_open(&device->journal, parts->hal);
}

static bool is_clock(const quillet_device_parts* parts) {
    return parts->collection && parts->collection->is_clock;
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
    uint32_t most = is_clock(parts) ? QUILLET_CLOCK_PARTIAL_MAX : QUILLET_PARTIAL_MAX;
    bool partial = gently && device->shown && device->partials < most;
    int error = eink_show(parts->panel, &device->bus, &picture, partial ? &old : NULL);
    device->partials = partial ? device->partials + 1 : 0;
    device->shown = !error && old.bytes;
    if (device->shown)
        memcpy(old.bytes, picture.bytes, (size_t)picture.stride * (size_t)picture.height);
    log_text(parts->hal, error ? "panel: given up\n" : partial ? "shown, in part\n" : "shown\n");
}

/* /// what a turn shows /// */

/* A quote of the models'. Returns whether there is one on the page. */
static bool invent(quillet_device* device, uint32_t seed) {
    const quillet_device_parts* parts = device->parts;
    const quillet_listener listener = {device, on_character, on_line};
    int error = quillet_invent(&device->quote, &device->page, parts->quotes, parts->names,
                               &device->style, seed, parts->candidates, parts->words, &listener);
    if (error) {
        log_text(parts->hal, "no quote fits\n");
        return false;
    }
    log_value(parts->hal, "chosen", device->quote.chosen);
    return true;
}

/* A quote of the collection's. Returns whether it is on the page. */
static bool look_up(quillet_device* device, uint32_t which) {
    const quillet_collection* collection = device->parts->collection;
    const quillet_fixed_quote* quote = &collection->quotes[which];
    const char* text = collection->bytes + quote->begin;
    log_value(device->parts->hal, "line", which + 1);
    int error = eink_typeset(text, quote->length, text + quote->length, quote->author_length,
                             &device->style, &device->page);
    if (error) log_text(device->parts->hal, "it does not fit\n");
    return !error;
}

/* The minute of the clock's day, and the day. */
static uint32_t clock_minute(const quillet_device* device, uint32_t now, uint32_t* day) {
    uint32_t minutes = (now - device->zero_s) / 60 + device->parts->collection->start_minute;
    *day = minutes / QUILLET_MINUTES_A_DAY;
    return minutes % QUILLET_MINUTES_A_DAY;
}

/* The clock's day begins now. */
static void set_clock(quillet_device* device, uint32_t now) {
    const quillet_hal* hal = device->parts->hal;
    device->zero_s = now;
    hal->keep(hal->context, now);
}

/* The clock's quote of this minute; notes when the next is due. */
static bool tell_time(quillet_device* device, quillet_wake wake) {
    const quillet_device_parts* parts = device->parts;
    uint32_t day, now = parts->hal->seconds(parts->hal->context);
    if (wake == QUILLET_WAKE_BUTTON) set_clock(device, now);
    uint32_t minute = clock_minute(device, now, &day);
    log_value(parts->hal, "minute", minute);
    uint32_t begun_s = now - (now - device->zero_s) % 60;
    device->next_s = begun_s + 60 * quillet_collection_next(parts->collection, minute);
    return look_up(device, quillet_collection_minute(parts->collection, minute, day));
}

/* A daily quote: takes a number from the journal, then the models' or the collection's quote. */
static bool tell_quote(quillet_device* device) {
    const quillet_device_parts* parts = device->parts;
    const quillet_hal* hal = parts->hal;
    uint32_t seed;
    hal->alive(hal->context, QUILLET_STAGE_JOURNAL);
    if (!quillet_journal_take(&device->journal, hal, &seed))
        log_text(hal, "journal: flash takes no records\n");
    log_value(hal, "seed", seed);
    device->clicks = !hal->read_pin(hal->context, QUILLET_PIN_CLICKS);
    hal->alive(hal->context, QUILLET_STAGE_WRITING);
    /* Turns, not records: of a timer's boots most show nothing. */
    uint32_t boots = parts->turn_a_boots ? parts->turn_a_boots : 1;
    uint32_t turn = (device->journal.number - 1) / boots;
    if (parts->collection && parts->quotes && turn % 2 == 0) return invent(device, seed);
    if (!parts->collection) return invent(device, seed);
    if (parts->quotes) turn /= 2;
    return look_up(device,
                   quillet_collection_turn(parts->collection, turn + 1, device->journal.salt));
}

/* When the next daily turn is due: at the same hour, whatever the button does. */
static void plan_next(quillet_device* device, quillet_wake wake) {
    const quillet_hal* hal = device->parts->hal;
    uint32_t now = hal->seconds(hal->context);
    uint32_t period =
        hal->read_pin(hal->context, QUILLET_PIN_SIX_HOURS) ? QUILLET_DAY_S : QUILLET_SIX_HOURS_S;
    if (wake == QUILLET_WAKE_POWER || wake == QUILLET_WAKE_RESTART) device->next_s = now + period;
    while ((int32_t)(device->next_s - now) <= 0) device->next_s += period;
    if (device->next_s - now > period) device->next_s = now + period; /* the jumper was set */
}

static uint32_t seconds_left(const quillet_device* device) {
    const quillet_hal* hal = device->parts->hal;
    int32_t left = (int32_t)(device->next_s - hal->seconds(hal->context));
    return left > 0 ? (uint32_t)left : 1;
}

/* /// turns /// */

/* The battery in millivolts, 0 where it is not known. */
static uint32_t read_battery(const quillet_device* device, quillet_wake wake) {
    static const char* const names[] = {"awake, battery mV", "awake, battery mV",
                                        "button, battery mV", "restarted, battery mV"};
    const quillet_hal* hal = device->parts->hal;
    uint32_t mv = hal->battery_mv(hal->context);
    log_value(hal, names[wake], mv);
    if (mv < QUILLET_SUPPLY_MIN_MV) {
        log_text(hal, "battery unknown\n");
        return 0;
    }
    return mv;
}

uint32_t quillet_device_turn(quillet_device* device, quillet_wake wake) {
    const quillet_device_parts* parts = device->parts;
    const quillet_hal* hal = parts->hal;
    uint32_t cells = parts->cells ? parts->cells : 3, battery_mv = read_battery(device, wake);
    if (!is_clock(parts)) plan_next(device, wake);
    if (battery_mv && battery_mv < cells * QUILLET_CELL_EMPTY_MV) {
        log_text(hal, "battery empty\n");
        if (is_clock(parts)) device->next_s = hal->seconds(hal->context) + QUILLET_DAY_S;
        return seconds_left(device);
    }
    hal->set_pin(hal->context, QUILLET_PIN_LED, 1);
    bool told = is_clock(parts) ? tell_time(device, wake) : tell_quote(device);
    hal->set_pin(hal->context, QUILLET_PIN_LED, 0);
    if (told)
        show(device, wake == QUILLET_WAKE_BUTTON || is_clock(parts),
             battery_mv && battery_mv < cells * QUILLET_CELL_LOW_MV);
    hal->alive(hal->context, QUILLET_STAGE_IDLE);
    return seconds_left(device);
}

/* Whether this boot is one of those that a timer's boots count past. It takes a number of the
 * journal's, so that the count outlives the power. */
static bool is_counted_past(quillet_device* device, quillet_wake wake) {
    const quillet_device_parts* parts = device->parts;
    uint32_t seed;
    if (parts->turn_a_boots < 2 || wake != QUILLET_WAKE_POWER) return false;
    if (device->journal.number % parts->turn_a_boots == 0) return false;
    (void)quillet_journal_take(&device->journal, parts->hal, &seed);
    log_value(parts->hal, "boot", device->journal.number);
    return true;
}

static void log_restart(const quillet_hal* hal, const quillet_restart* restart) {
    log_text(hal, restart->fault ? "restarted after a fault" : "restarted after a hang");
    log_value(hal, ", stage", restart->stage);
    if (restart->fault) log_value(hal, "at", restart->fault);
    log_value(hal, "restarts", restart->count);
}

void quillet_device_run(quillet_device* device, const quillet_device_parts* parts) {
    const quillet_hal* hal = parts->hal;
    quillet_restart restart = {0, 0, 0, 0};
    quillet_wake wake = hal->started(hal->context, &restart);
    if (restart.count) log_restart(hal, &restart);
    quillet_device_begin(device, parts);
    if (wake == QUILLET_WAKE_RESTART || wake == QUILLET_WAKE_ALARM)
        device->zero_s = restart.kept;
    else
        set_clock(device, device->zero_s);
    bool idle = is_counted_past(device, wake);
    for (;;) {
        uint32_t seconds = QUILLET_DAY_S;
        if (restart.count > QUILLET_RESTARTS_MAX) {
            log_text(hal, "restarted too often: no turn\n");
            device->next_s = hal->seconds(hal->context) + seconds;
            hal->alive(hal->context, QUILLET_STAGE_IDLE);
        } else if (!idle) {
            seconds = quillet_device_turn(device, wake);
        } else {
            device->next_s = hal->seconds(hal->context) + seconds;
        }
        restart.count = 0;
        idle = false;
        log_value(hal, "asleep, s", seconds);
        if (!is_clock(parts)) hal->cut_power(hal->context); /* it would not know the time again */
        wake = hal->sleep(hal->context, device->next_s);
    }
}
