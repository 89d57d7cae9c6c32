// Runs a sketch once.
// SPDX-License-Identifier: MIT
#include "Arduino.h"

HardwareSerial Serial;

int main() {
    setup();
    loop();
}
