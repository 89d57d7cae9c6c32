/* The program of a board: the device, for ever.
 * SPDX-License-Identifier: MIT */
#include "device.h"

/* What this device is made of; `quillet firmware` writes it. */
extern const quillet_device_parts quillet_parts;

int main(void);

int main(void) {
    static quillet_device device;
    quillet_device_run(&device, &quillet_parts);
    return 0;
}
