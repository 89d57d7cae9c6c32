/* Writes three greetings that a model of eight kilobytes makes up, on whatever has a C compiler.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "hello.h"

static hello_state state; /* the caller owns every byte */
static int32_t logits[HELLO_VOCABULARY];

int main(void) {
    quillet_writer writer = {.model = &hello_model, .state = &state, .logits = logits};
    writer.sampling = hello_sampling;
    writer.max_length = 40;
    quillet_random_seed(&writer.random, 2024);
    for (int line = 0; line < 3; line++) {
        quillet_line_begin(&writer, NULL, 0);
        for (int32_t token; (token = quillet_line_next(&writer)) != QUILLET_END_OF_LINE;)
            fputs(hello_alphabet[token], stdout);
        puts("");
    }
    return 0;
}
