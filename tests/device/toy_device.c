/* A device whose models need no training: words of a list, drawn by the sampler. For tests of everything around models.
 * SPDX-License-Identifier: MIT
 *
 * Compiled with -DPANEL=eink_ssd1683_400x300, -DBRIDGED=0 or 1 and -DBOARD=0, the row of boards.c.
 * With -DCLOCK=1 it shows two minutes of a clock instead.
 * With -DHANG_AT=N or -DFAULT_AT=N the models' Nth step after a start hangs or faults. */
#include "firmware/board.h"
#include "firmware/device.h"

extern const eink_panel PANEL;

enum { VOCABULARY = 128, CERTAIN = 1000, END_LIKELY = 1500, UNLIKELY = -40000 };

/* Different first letters; the last two words end a line. */
static const char* const words[] = {"the ", "river ", "waits ", "for ", "no ",     "one ",
                                    "but ", "you ",   "and ",   "me ",  "late.\n", "still.\n"};
enum { WORDS = sizeof words / sizeof *words };

typedef struct toy {
    const char* rest; /* of the word that is being written */
} toy;

static void reset(void* state) {
    ((toy*)state)->rest = 0;
}

#ifndef TURN_A_BOOTS
#    define TURN_A_BOOTS 0
#endif
#ifndef HANG_AT
#    define HANG_AT 0
#endif
#ifndef FAULT_AT
#    define FAULT_AT 0
#endif

/* A word that no start-up clears, so that only the first start stumbles. */
static uint32_t stumbled __attribute__((section(".noinit")));

static void stumble(void) {
    enum { STUMBLED = 0x57B1E000 };
    static uint32_t steps;
    steps++;
    if ((steps != HANG_AT && steps != FAULT_AT) || stumbled == STUMBLED) return;
    stumbled = STUMBLED;
    while (steps == HANG_AT) {
    }
    __asm volatile("udf #7");
}

/* Inside a word its next letter is certain; after one the first letters of all words are likely. */
static void step(void* state, uint32_t token, int32_t* logits) {
    toy* self = state;
    stumble();
    for (int i = 0; i < VOCABULARY; i++) logits[i] = UNLIKELY;
    if (token == '\n' || token == ' ') {
        self->rest = 0;
        for (int i = 0; i < WORDS; i++)
            logits[(int)words[i][0]] = i < WORDS - 2 ? CERTAIN : END_LIKELY;
        return;
    }
    for (int i = 0; i < WORDS && !self->rest; i++) {
        if (words[i][0] == (char)token) self->rest = words[i] + 1;
    }
    logits[(int)*self->rest++] = CERTAIN;
}

#define PIECE(n)     \
    (const char[]) { \
        (n), 0       \
    }
#define FOUR(n) PIECE(n), PIECE(n + 1), PIECE(n + 2), PIECE(n + 3)
#define SIXTEEN(n) FOUR(n), FOUR(n + 4), FOUR(n + 8), FOUR(n + 12)
static const char* const ascii[VOCABULARY] = {SIXTEEN(0),  SIXTEEN(16), SIXTEEN(32), SIXTEEN(48),
                                              SIXTEEN(64), SIXTEEN(80), SIXTEEN(96), SIXTEEN(112)};

static const quillet_model model = {reset, step, VOCABULARY, '\n'};
static const quillet_sampling sampling = {369, UINT32_MAX, 0, 0};
static toy quote_toy, name_toy;
static const quillet_text_model quotes = {&model, &quote_toy, ascii, &sampling, 300, 0, 0};
static const quillet_text_model names = {&model, &name_toy, ascii, &sampling, 80, 0, 0};

#ifndef CLOCK
#    define CLOCK 0
#endif
static const char minutes[] = "Noon.Later.";
static const quillet_fixed_quote two[] = {{0, 5, 0, 720}, {5, 6, 0, 721}};
static const quillet_collection collection = {minutes, two, 2, true, 720};

static uint8_t pictures[2][EINK_CANVAS_BYTES(800, 480)];

extern const quillet_device_parts quillet_parts;
#ifdef DONE
/* A Pico whose timer, which cuts the power, listens to GPIO DONE. */
static const quillet_board with_timer = {
    .name = "pico",
    .pins = {17, 20, 21, 26, 13, 14, 12, 15, 25, 18, 19, -1, -1, 0, -1, 29, -1, -1, -1, -1, DONE},
    .supply_divisor = 3};
const quillet_board* const quillet_this_board = &with_timer;
#else
const quillet_board* const quillet_this_board = &quillet_boards[BOARD];
#endif
const quillet_device_parts quillet_parts = {
    .hal = &quillet_hal_board,
    .panel = &PANEL,
    .quotes = CLOCK ? 0 : &quotes,
    .names = CLOCK ? 0 : &names,
    .collection = CLOCK ? &collection : 0,
    .candidates = 3,
    .turn_a_boots = TURN_A_BOOTS,
    .bridged = BRIDGED,
    .bridge_address = EINK_BRIDGE_ADDRESS,
    .pictures = {pictures[0], pictures[1]},
};
