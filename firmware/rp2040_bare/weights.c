/* Brings a model's weights from flash to the SRAM that both models use in turns.
 * SPDX-License-Identifier: MIT
 *
 * A copy of 190 kB takes 60 ms at 33 MHz on one wire, once a turn; the step that reads them in
 * place would wait for flash at every word. */
#include "weights.h"

#include <stdint.h>

/* The linker script's overlay: where the weights are used, and where each model's lie in flash. */
extern uint32_t __weights[];
extern const uint32_t __load_start_quotes_weights[], __load_stop_quotes_weights[];
extern const uint32_t __load_start_names_weights[], __load_stop_names_weights[];

static void copy(const uint32_t* from, const uint32_t* end) {
    for (volatile uint32_t* to = __weights; from < end;) *to++ = *from++;
}

void quillet_fetch_quotes(void) {
    copy(__load_start_quotes_weights, __load_stop_quotes_weights);
}

void quillet_fetch_names(void) {
    copy(__load_start_names_weights, __load_stop_names_weights);
}
