/* The two ways to a panel: SPI with four more wires, or I2C through an SC18IS602B bridge.
 * SPDX-License-Identifier: MIT */
#ifndef EINK_BUS_H
#define EINK_BUS_H

#include "driver.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum eink_pin { EINK_PIN_CS, EINK_PIN_DC, EINK_PIN_RESET, EINK_PIN_BUSY } eink_pin;

/* What both ways need of the machine. */
typedef struct eink_wires {
    void* context;
    void (*delay_us)(void* context, uint32_t us);
    void (*failed)(void* context, int attempt, int error, uint8_t command,
                   uint32_t waited_ms); /* as eink_bus.failed */
    /* SPI: mode 0, the highest bit first, at most 10 MHz; set and read are of GPIO pins. */
    void (*spi_write)(void* context, const uint8_t* bytes, size_t count);
    void (*set_pin)(void* context, eink_pin pin, int level);
    int (*read_pin)(void* context, eink_pin pin);
    /* I2C, at most 400 kHz: whole messages to and from a 7-bit address; 0, or negative when not
     * acknowledged. */
    int (*i2c_write)(void* context, uint8_t address, const uint8_t* bytes, size_t count);
    int (*i2c_read)(void* context, uint8_t address, uint8_t* bytes, size_t count);
} eink_wires;

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

#ifdef __cplusplus
}
#endif

#endif
