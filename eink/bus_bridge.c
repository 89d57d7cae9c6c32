/* A panel on I2C, behind an SC18IS602B bridge (NXP data sheet, revision 7, section 7.1).
 * SPDX-License-Identifier: MIT */
#include "driver.h"

/* Function identifiers, the first byte of a message. */
enum {
    SELECT_SS0 = 0x01, /* send what follows on SPI with SS0 low */
    CONFIGURE_SPI = 0xF0,
    IDLE = 0xF2, /* low power until the next message */
    WRITE_PINS = 0xF4,
    READ_PINS = 0xF5, /* puts the levels in the buffer, to be read next */
    ENABLE_PINS = 0xF6,
    CONFIGURE_PINS = 0xF7
};

enum {
    MODE_0_1843_KHZ = 0x00, /* the highest bit first */
    PIN_DC = 1 << 1,
    PIN_RESET = 1 << 2,
    PIN_BUSY = 1 << 3,
    PIN_KINDS = 0x95 /* two bits a pin from SS3 down: input 10, push-pull 01, 01, 01 */
};

/* Sends a message; while the bridge does not answer, again and again for a while. */
static int send(const eink_bridge* bridge, const uint8_t* bytes, size_t count) {
    const eink_wires* wires = bridge->wires;
    for (int i = 0; i < EINK_BRIDGE_TRIES; i++) {
        if (wires->i2c_write(wires->context, bridge->address, bytes, count) >= 0) return 0;
        wires->delay_us(wires->context, EINK_BRIDGE_PAUSE_US);
    }
    return EINK_BUS_NO_ANSWER;
}

static int receive(const eink_bridge* bridge, uint8_t* bytes, size_t count) {
    const eink_wires* wires = bridge->wires;
    for (int i = 0; i < EINK_BRIDGE_TRIES; i++) {
        if (wires->i2c_read(wires->context, bridge->address, bytes, count) >= 0) return 0;
        wires->delay_us(wires->context, EINK_BRIDGE_PAUSE_US);
    }
    return EINK_BUS_NO_ANSWER;
}

static int send_pair(const eink_bridge* bridge, uint8_t function, uint8_t value) {
    const uint8_t message[] = {function, value};
    return send(bridge, message, sizeof message);
}

/* Sets the bridge up if that was not done, or failed, before. */
static int set_up(eink_bridge* bridge) {
    if (bridge->is_set_up) return 0;
    bridge->pins = PIN_RESET;
    int error = send_pair(bridge, CONFIGURE_SPI, MODE_0_1843_KHZ);
    if (!error) error = send_pair(bridge, ENABLE_PINS, PIN_DC | PIN_RESET | PIN_BUSY);
    if (!error) error = send_pair(bridge, CONFIGURE_PINS, PIN_KINDS);
    if (!error) error = send_pair(bridge, WRITE_PINS, bridge->pins);
    bridge->is_set_up = !error;
    return error;
}

static int set_pin(eink_bridge* bridge, uint8_t pin, int level) {
    int error = set_up(bridge);
    uint8_t pins = (uint8_t)(level ? bridge->pins | pin : bridge->pins & ~pin);
    if (error || pins == bridge->pins) return error;
    error = send_pair(bridge, WRITE_PINS, pins);
    if (!error) bridge->pins = pins;
    return error;
}

/* Sends bytes on SPI, at most EINK_BRIDGE_BYTES a message. */
static int send_spi(eink_bridge* bridge, int dc, const uint8_t* bytes, size_t count) {
    uint8_t message[1 + EINK_BRIDGE_BYTES] = {SELECT_SS0};
    int error = set_pin(bridge, PIN_DC, dc);
    while (count > 0 && !error) {
        size_t piece = count < EINK_BRIDGE_BYTES ? count : EINK_BRIDGE_BYTES;
        for (size_t i = 0; i < piece; i++) message[1 + i] = bytes[i];
        error = send(bridge, message, 1 + piece);
        bytes += piece;
        count -= piece;
    }
    return error;
}

static int command(void* context, uint8_t code) {
    return send_spi(context, 0, &code, 1);
}
static int data(void* context, const uint8_t* bytes, size_t count) {
    return send_spi(context, 1, bytes, count);
}

/* A falling reset begins an attempt: whatever happened to the bridge since, it is set up anew. */
static int set_reset(void* context, int level) {
    eink_bridge* bridge = context;
    if (!level) bridge->is_set_up = false;
    return set_pin(bridge, PIN_RESET, level);
}

static int busy(void* context) {
    eink_bridge* bridge = context;
    const uint8_t message[] = {READ_PINS};
    uint8_t pins = 0;
    int error = set_up(bridge);
    if (!error) error = send(bridge, message, sizeof message);
    if (!error) error = receive(bridge, &pins, 1);
    return error ? error : (pins & PIN_BUSY) != 0;
}

static void rest(void* context) {
    const eink_bridge* bridge = context;
    const uint8_t message[] = {IDLE};
    (void)send(bridge, message, sizeof message);
}

eink_bus eink_bridge_bus(eink_bridge* bridge) {
    eink_bus bus = {bridge->wires, bridge, command, data, set_reset, busy, rest};
    return bus;
}
