/* What the device's program needs of a machine: a table of functions, one a backend.
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
    QUILLET_PIN_BUTTON,
    QUILLET_PIN_PIEZO,
    QUILLET_PIN_LED, /* on while a quote is written */
    /* What only a board's backend touches. */
    QUILLET_PIN_SCK,
    QUILLET_PIN_MOSI,
    QUILLET_PIN_SDA,
    QUILLET_PIN_SCL,
    QUILLET_PIN_LOG,          /* UART */
    QUILLET_PIN_HOLD,         /* high keeps the board's power on */
    QUILLET_PIN_SUPPLY,       /* ADC: the supply's voltage, divided */
    QUILLET_PIN_SUPPLY_ON,    /* high while that is measured */
    QUILLET_PIN_REFERENCE,    /* ADC: a known voltage */
    QUILLET_PIN_REFERENCE_ON, /* its power */
    QUILLET_PIN_RADIO,        /* low keeps a wireless chip off */
    QUILLET_PIN_DONE,         /* a pulse tells a timer to cut the power */
    QUILLET_PIN_COUNT
} quillet_pin;

typedef enum quillet_wake {
    QUILLET_WAKE_POWER,
    QUILLET_WAKE_ALARM,
    QUILLET_WAKE_BUTTON,
    QUILLET_WAKE_RESTART /* after a hang or a fault */
} quillet_wake;

/* What the program is about, for the record of a restart. */
typedef enum quillet_stage {
    QUILLET_STAGE_IDLE, /* a turn came to its end: what a record counted is forgotten */
    QUILLET_STAGE_JOURNAL,
    QUILLET_STAGE_WRITING,
    QUILLET_STAGE_PANEL
} quillet_stage;

/* Why the program began anew. */
typedef struct quillet_restart {
    uint32_t count; /* since a turn came to its end last; 0: no restart */
    uint32_t stage; /* quillet_stage */
    uint32_t fault; /* the instruction's address; 0: the watchdog */
    uint32_t kept;  /* what `keep` was given last, if SRAM was lost but not the power */
} quillet_restart;

/* Flash that the seeds' journal has: erased by sectors, to ones; written by pages, which turns ones
 * to zeros. */
enum { QUILLET_PAGE_BYTES = 256, QUILLET_SECTOR_BYTES = 4096, QUILLET_JOURNAL_SECTORS = 4 };

typedef struct quillet_hal {
    void* context;
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
    uint32_t (*battery_mv)(void* context);    /* 0: not known */
    /* Seconds since some moment, that go on in sleep and over restarts. */
    uint32_t (*seconds)(void* context);
    /* Until seconds() is `until` or the button is pressed. */
    quillet_wake (*sleep)(void* context, uint32_t until);
    /* Keeps a word over restarts, and over a sleep that loses SRAM. */
    void (*keep)(void* context, uint32_t word);
    /* Why the program runs; once, at its beginning. After a sleep that lost SRAM what ended it. */
    quillet_wake (*started)(void* context, quillet_restart* restart);
    /* To be called every few seconds, or the watchdog restarts the program. */
    void (*alive)(void* context, quillet_stage stage);
    /* Cuts the power where the board can; else it returns. */
    void (*cut_power)(void* context);
} quillet_hal;

/* The board's, in programs for a board. */
extern const quillet_hal quillet_hal_board;

#ifdef __cplusplus
}
#endif

#endif
