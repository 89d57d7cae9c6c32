/* A compiled model on both cores of an emulated RP2040: the logits of one core, and the cycles of
 * both.
 * SPDX-License-Identifier: MIT
 *
 * Intervals: a step on one core, the same on two, in turns; see run_two_cores. */
#include <string.h>

#include "firmware/rp2040_bare/cores.h"
#include "firmware/rp2040_bare/start.h"
#include "model.h"
#include "runtime/quillet_cores.h"

enum { STEPS = 4 };

struct work {
    model_state* state;
    uint32_t token;
    int32_t* logits;
};

static model_state one, two;
static int32_t logits_one[MODEL_VOCABULARY], logits_two[MODEL_VOCABULARY];

static void part(void* work, int core) {
    const struct work* w = work;
    model_step_part(w->state, w->token, w->logits, core, quillet_barrier_wait);
}

int main(void) {
    struct work work = {&two, 0, logits_two};
    quillet_cores_set_up();
    for (uint32_t i = 0; i < STEPS; i++) {
        uint32_t token = i == 0 ? model_model.line_token : 7 * i % MODEL_VOCABULARY;
        QUILLET_MEASURE_BEGIN();
        model_step(&one, token, logits_one);
        QUILLET_MEASURE_END();
        work.token = token;
        QUILLET_MEASURE_BEGIN();
        quillet_run_on_both(part, &work);
        QUILLET_MEASURE_END();
        if (memcmp(logits_one, logits_two, sizeof logits_one) != 0) return 1;
        quillet_put_number((uint32_t)logits_two[token]);
        quillet_put(" ");
    }
    return 0;
}
