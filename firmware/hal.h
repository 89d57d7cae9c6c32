/* What the device's program needs of a machine: a dozen functions, one table of them a backend.
 * SPDX-License-Identifier: MIT
 *
 * Backends: rp2040_bare (own start-up), rp2040_sdk (the official SDK), and the host's simulation
 * (device/simulation.h). */
#ifndef QUILLET_HAL_H
#define QUILLET_HAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum quillet_pin {
    QUILLET_PIN_CS, /* the first four are eink_pin's */
    QUILLET_PIN_DC,
    QUILLET_PIN_RESET,
    QUILLET_PIN_BUSY,
    QUILLET_PIN_SIX_HOURS, /* jumpers to ground, pulled up: 0 is set */
    QUILLET_PIN_CLICKS,
    QUILLET_PIN_COUNT
} quillet_pin;

typedef enum quillet_wake {
    QUILLET_WAKE_POWER,
    QUILLET_WAKE_ALARM,
    QUILLET_WAKE_BUTTON
} quillet_wake;

/* Flash that the seeds' journal has: erased by sectors, to ones; written by pages, which turns ones
 * to zeros. */
enum { QUILLET_PAGE_BYTES = 256, QUILLET_SECTOR_BYTES = 4096, QUILLET_JOURNAL_SECTORS = 4 };

typedef struct quillet_hal {
    void* context;
    uint64_t (*microseconds)(void* context); /* since some moment; stands still in sleep */
    void (*delay_us)(void* context, uint32_t us);
    void (*log)(void* context, const char* text);
    uint32_t (*entropy)(void* context); /* 32 bits that differ from boot to boot */
    void (*set_pin)(void* context, quillet_pin pin, int level);
    int (*read_pin)(void* context, quillet_pin pin);
    void (*spi_write)(void* context, const uint8_t* bytes, size_t count);
    int (*i2c_write)(void* context, uint8_t address, const uint8_t* bytes,
                     size_t count); /* < 0: not acknowledged */
    int (*i2c_read)(void* context, uint8_t address, uint8_t* bytes, size_t count);
    const uint8_t* (*journal)(void* context); /* QUILLET_JOURNAL_SECTORS sectors to read */
    void (*erase_sector)(void* context, uint32_t sector);
    void (*write_page)(void* context, uint32_t page,
                       const uint8_t* bytes); /* page: of the journal, from 0 */
    uint32_t (*battery_mv)(void* context);
    void (*click)(void* context);                           /* a millisecond of the piezo */
    quillet_wake (*sleep)(void* context, uint32_t seconds); /* until the alarm or the button */
} quillet_hal;

/* The board's, in programs for a board. */
extern const quillet_hal quillet_hal_board;

#ifdef __cplusplus
}
#endif

#endif
