/* A panel on SPI.
 * SPDX-License-Identifier: MIT */
#include "driver.h"

static int send(const eink_wires* wires, int dc, const uint8_t* bytes, size_t count) {
    wires->set_pin(wires->context, EINK_PIN_DC, dc);
    wires->set_pin(wires->context, EINK_PIN_CS, 0);
    wires->spi_write(wires->context, bytes, count);
    wires->set_pin(wires->context, EINK_PIN_CS, 1);
    return 0;
}

static int command(void* context, uint8_t code) {
    return send(context, 0, &code, 1);
}
static int data(void* context, const uint8_t* bytes, size_t count) {
    return send(context, 1, bytes, count);
}

static int set_reset(void* context, int level) {
    const eink_wires* wires = context;
    wires->set_pin(wires->context, EINK_PIN_RESET, level);
    return 0;
}

static int busy(void* context) {
    const eink_wires* wires = context;
    return wires->read_pin(wires->context, EINK_PIN_BUSY);
}

static void rest(void* context) {
    (void)context;
}

eink_bus eink_spi_bus(const eink_wires* wires) {
    eink_bus bus = {wires, (void*)(uintptr_t)wires, command, data, set_reset, busy, rest};
    return bus;
}
