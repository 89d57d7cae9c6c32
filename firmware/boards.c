/* The boards that there are.
 * SPDX-License-Identifier: MIT */
#include "board.h"

/* Pins of a Pico's header, as docs/panels.md has them: those of Pimoroni's Badger where it has them. */
#define PANEL_BY_SPI0                                                       \
    [QUILLET_PIN_CS] = 17, [QUILLET_PIN_DC] = 20, [QUILLET_PIN_RESET] = 21, \
    [QUILLET_PIN_BUSY] = 26, [QUILLET_PIN_SCK] = 18, [QUILLET_PIN_MOSI] = 19

#define ON_THE_HEADER                                                                              \
    [QUILLET_PIN_BUTTON] = 12, [QUILLET_PIN_SIX_HOURS] = 13, [QUILLET_PIN_CLICKS] = 14,            \
    [QUILLET_PIN_PIEZO] = 15, [QUILLET_PIN_SDA] = 4, [QUILLET_PIN_SCL] = 5, [QUILLET_PIN_LOG] = 0, \
    [QUILLET_PIN_SUPPLY] = 29, [QUILLET_PIN_DONE] = NONE

#define NONE QUILLET_NO_PIN
#define INSIDE_A_PICO (1u << 23 | 1u << 24 | 1u << 25 | 1u << 29)
#define NO_REFERENCE [QUILLET_PIN_REFERENCE] = NONE, [QUILLET_PIN_REFERENCE_ON] = NONE
#define NO_RADIO [QUILLET_PIN_SUPPLY_ON] = NONE, [QUILLET_PIN_RADIO] = NONE

const quillet_board quillet_boards[] = {
    {.name = "pico",
     .description = "Raspberry Pi Pico and boards with its pins",
     .chip = QUILLET_RP2040,
     .pins = {PANEL_BY_SPI0, ON_THE_HEADER, NO_REFERENCE,
              NO_RADIO, [QUILLET_PIN_LED] = 25, [QUILLET_PIN_HOLD] = NONE},
     .supply_divisor = 3,
     .inside = INSIDE_A_PICO},
    /* VSYS reaches GP29 only while GP25 is high; GP23 low keeps the wireless chip off. The LED hangs
     * on that chip. */
    {.name = "pico-w",
     .description = "Raspberry Pi Pico W; its radio stays off",
     .chip = QUILLET_RP2040,
     .pins = {PANEL_BY_SPI0, ON_THE_HEADER, NO_REFERENCE, [QUILLET_PIN_SUPPLY_ON] = 25,
              [QUILLET_PIN_RADIO] = 23, [QUILLET_PIN_LED] = NONE, [QUILLET_PIN_HOLD] = NONE},
     .supply_divisor = 3,
     .inside = INSIDE_A_PICO},
    /* GP10 keeps the board's power on; buttons are to 3.3 V. A is the button; there are no jumpers. */
    {.name = "badger2040",
     .description = "Pimoroni Badger 2040: a quote a press on its battery, daily on USB",
     .chip = QUILLET_RP2040,
     .pins = {PANEL_BY_SPI0, NO_RADIO, [QUILLET_PIN_BUTTON] = 12, [QUILLET_PIN_SIX_HOURS] = NONE,
              [QUILLET_PIN_CLICKS] = NONE, [QUILLET_PIN_PIEZO] = NONE, [QUILLET_PIN_SDA] = 4,
              [QUILLET_PIN_SCL] = 5, [QUILLET_PIN_LOG] = 0, [QUILLET_PIN_SUPPLY] = 29,
              [QUILLET_PIN_REFERENCE] = 28, [QUILLET_PIN_REFERENCE_ON] = 27, [QUILLET_PIN_LED] = 25,
              [QUILLET_PIN_HOLD] = 10, [QUILLET_PIN_DONE] = NONE},
     .button_level = 1,
     .reference_mv = 1240,
     .supply_divisor = 3,
     .panel = "uc8151-296x128"},
    /* SPI1. Their keys 0 and 1 are GP15 and GP17. */
    {.name = "waveshare-pico-epaper",
     .description = "A Pico in Waveshare's plug-on displays (Pico-ePaper-2.13, -2.9, -4.2, -7.5)",
     .chip = QUILLET_RP2040,
     .pins = {[QUILLET_PIN_CS] = 9,
              [QUILLET_PIN_DC] = 8,
              [QUILLET_PIN_RESET] = 12,
              [QUILLET_PIN_BUSY] = 13,
              [QUILLET_PIN_SCK] = 10,
              [QUILLET_PIN_MOSI] = 11,
              [QUILLET_PIN_BUTTON] = 15,
              [QUILLET_PIN_SIX_HOURS] = 18,
              [QUILLET_PIN_CLICKS] = 19,
              [QUILLET_PIN_PIEZO] = 20,
              [QUILLET_PIN_SDA] = 4,
              [QUILLET_PIN_SCL] = 5,
              [QUILLET_PIN_LOG] = 0,
              [QUILLET_PIN_SUPPLY] = 29,
              [QUILLET_PIN_LED] = 25,
              [QUILLET_PIN_HOLD] = NONE,
              [QUILLET_PIN_DONE] = NONE,
              NO_REFERENCE,
              NO_RADIO},
     .supply_divisor = 3,
     .inside = INSIDE_A_PICO},
    {.name = "pico2",
     .description = "Raspberry Pi Pico 2 (RP2350, its Arm cores)",
     .chip = QUILLET_RP2350,
     .pins = {PANEL_BY_SPI0, ON_THE_HEADER, NO_REFERENCE,
              NO_RADIO, [QUILLET_PIN_LED] = 25, [QUILLET_PIN_HOLD] = NONE},
     .supply_divisor = 3,
     .inside = INSIDE_A_PICO},
};
const int quillet_board_count = sizeof quillet_boards / sizeof *quillet_boards;

const char* const quillet_pin_names[QUILLET_PIN_COUNT] = {
    [QUILLET_PIN_CS] = "cs",
    [QUILLET_PIN_DC] = "dc",
    [QUILLET_PIN_RESET] = "reset",
    [QUILLET_PIN_BUSY] = "busy",
    [QUILLET_PIN_SIX_HOURS] = "six-hours",
    [QUILLET_PIN_CLICKS] = "clicks",
    [QUILLET_PIN_BUTTON] = "button",
    [QUILLET_PIN_PIEZO] = "piezo",
    [QUILLET_PIN_LED] = "led",
    [QUILLET_PIN_SCK] = "sck",
    [QUILLET_PIN_MOSI] = "mosi",
    [QUILLET_PIN_SDA] = "sda",
    [QUILLET_PIN_SCL] = "scl",
    [QUILLET_PIN_LOG] = "log",
    [QUILLET_PIN_HOLD] = "hold",
    [QUILLET_PIN_SUPPLY] = "supply",
    [QUILLET_PIN_SUPPLY_ON] = "supply-on",
    [QUILLET_PIN_REFERENCE] = "reference",
    [QUILLET_PIN_REFERENCE_ON] = "reference-on",
    [QUILLET_PIN_RADIO] = "radio",
    [QUILLET_PIN_DONE] = "done",
};
