/* Shows a picture on a panel: runs its tables over a bus, waits for BUSY, tries again on failure.
 * SPDX-License-Identifier: MIT
 *
 * Two ways lead to a panel: SPI with four more wires, or I2C through an SC18IS602B bridge. */
#ifndef EINK_DRIVER_H
#define EINK_DRIVER_H

#include <stdbool.h>
#include <stddef.h>

#include "canvas.h"
#include "panel.h"

#ifdef __cplusplus
extern "C" {
#endif

enum eink_bus_error {
    EINK_BUS_NO_ANSWER = -10, /* the bus's other end does not acknowledge */
    EINK_BUSY_STUCK = -11,    /* BUSY did not become idle in time */
    EINK_BUSY_NEVER = -12     /* a refresh whose BUSY never came: no panel, or it took no command */
};

typedef enum eink_pin { EINK_PIN_CS, EINK_PIN_DC, EINK_PIN_RESET, EINK_PIN_BUSY } eink_pin;

/* What both ways need of the machine. */
typedef struct eink_wires {
    void* context;
    void (*delay_us)(void* context, uint32_t us);
    /* Told of every failure, for the log: which attempt (from 1), the error, the last command sent,
     * the limit that passed. */
    void (*failed)(void* context, int attempt, int error, uint8_t command, uint32_t waited_ms);
    /* SPI: mode 0, the highest bit first, at most 10 MHz; set and read are of GPIO pins. */
    void (*spi_write)(void* context, const uint8_t* bytes, size_t count);
    void (*set_pin)(void* context, eink_pin pin, int level);
    int (*read_pin)(void* context, eink_pin pin);
    /* I2C, at most 400 kHz: whole messages to and from a 7-bit address; 0, or negative when not
     * acknowledged. */
    int (*i2c_write)(void* context, uint8_t address, const uint8_t* bytes, size_t count);
    int (*i2c_read)(void* context, uint8_t address, uint8_t* bytes, size_t count);
} eink_wires;

/* A way to a panel. Each function that returns one returns 0 or more, or an eink_bus_error. */
typedef struct eink_bus {
    const eink_wires* wires;
    void* context;
    int (*command)(void* context, uint8_t code);                    /* one byte with D/C low */
    int (*data)(void* context, const uint8_t* bytes, size_t count); /* with D/C high */
    int (*set_reset)(void* context, int level);
    int (*busy)(void* context);  /* the level of BUSY, 0 or 1 */
    void (*rest)(void* context); /* the panel sleeps: what is between may as well */
} eink_bus;

/* A panel on SPI; CS is low around every command and every run of data. The wires must outlive the
 * bus. */
eink_bus eink_spi_bus(const eink_wires* wires);

/* NXP SC18IS602B. Its four pins: SS0 is CS, driven by the bridge around every SPI message and so
 * never set as GPIO, which would stop that; GPIO1 is D/C, GPIO2 RST, GPIO3 BUSY. Messages carry up
 * to 200 bytes. While it shifts them out the bridge does not acknowledge its address: that is tried
 * again for a while before it is an error. */
typedef struct eink_bridge {
    const eink_wires* wires;
    uint8_t address; /* 0x28 + A2 A1 A0 */
    uint8_t pins;    /* levels last written to the GPIOs */
    bool is_set_up;
} eink_bridge;

enum {
    EINK_BRIDGE_ADDRESS = 0x28,
    EINK_BRIDGE_BYTES = 200,
    EINK_BRIDGE_TRIES = 100, /* 200 microseconds apart: 20 ms; 200 bytes take 0.9 ms at 1.8 MHz */
    EINK_BRIDGE_PAUSE_US = 200
};

/* A panel behind the bridge, both of which must outlive the bus. REQUIRES: bridge->wires and
 * address are set, the rest is zero. */
eink_bus eink_bridge_bus(eink_bridge* bridge);

enum { EINK_ATTEMPTS = 3 };

/* Shows `picture` (panel->width x height). With `old`, what the panel shows now, the refresh is a
 * partial one, without flashing; with NULL a full one. Then the panel is put to deep sleep, also
 * after a failure. Failed attempts begin again with a reset, the later ones with a full refresh.
 * Returns 0 or the last attempt's error. */
int eink_show(const eink_panel* panel, const eink_bus* bus, const eink_canvas* picture,
              const eink_canvas* old);

/* Writes RAM row `row` of `picture` as the panel wants it (ram_columns / 8 bytes, 1 being white) to
 * `bytes`. */
void eink_ram_row(const eink_panel* panel, const eink_canvas* picture, int row, uint8_t* bytes);

#ifdef __cplusplus
}
#endif

#endif
