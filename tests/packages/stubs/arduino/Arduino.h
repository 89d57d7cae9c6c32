// As much of Arduino's core as an example uses, on the host: Serial is standard output.
// SPDX-License-Identifier: MIT
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct HardwareSerial {
    void begin(unsigned long) {}
    void print(const char* text) { fputs(text, stdout); }
    explicit operator bool() const { return true; }
};
extern HardwareSerial Serial;

void setup();
void loop();
