/* The contract's vectors and lines of a compiled model, on any machine: prints what came out.
 * SPDX-License-Identifier: MIT
 * Built with MODEL (its C name) defined, or VECTORS (a header of words, written by isa.py), or both. */
#include "machine.h"

#ifdef MODEL_HEADER
#    include MODEL_HEADER
#endif

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

#ifdef VECTORS
#    include "runtime/quillet_sampler.h"

static const uint32_t vectors[] = {
#    include VECTORS
};

static int same_state(const quillet_random* random, const uint32_t* words) {
    int i, same = 1;
    for (i = 0; i < 4; i++) same &= random->s[i] == words[i];
    return same;
}

/* Each checks one vector at `at`, whose first word was its kind, adds what is wrong to `wrong` and returns
 * the place after it. */

static const uint32_t* check_generator(const uint32_t* at, uint32_t* wrong) {
    quillet_random random;
    uint32_t count;
    quillet_random_seed(&random, *at++);
    *wrong += !same_state(&random, at);
    at += 4;
    for (count = *at++; count > 0; count--) *wrong += quillet_random_next(&random) != *at++;
    *wrong += !same_state(&random, at);
    return at + 4;
}

static const uint32_t* check_bounded(const uint32_t* at, uint32_t* wrong) {
    quillet_random random;
    uint32_t bound, count;
    quillet_random_seed(&random, *at++);
    bound = *at++;
    for (count = *at++; count > 0; count--) *wrong += quillet_random_below(&random, bound) != *at++;
    *wrong += !same_state(&random, at);
    return at + 4;
}

static const uint32_t* check_sampler(const uint32_t* at, uint32_t* wrong) {
    static int32_t logits[QUILLET_VOCABULARY_MAX];
    const uint32_t* given;
    quillet_random random;
    quillet_sampling sampling;
    uint32_t vocabulary, count, i;
    quillet_random_seed(&random, at[0]);
    sampling.inverse_temperature = at[1];
    sampling.min_p_gap = at[2];
    sampling.top_k = at[3];
    sampling.top_p = at[4];
    vocabulary = at[5];
    given = at + 6;
    at = given + vocabulary;
    for (count = *at++; count > 0; count--) {
        for (i = 0; i < vocabulary; i++) logits[i] = (int32_t)given[i];
        *wrong += quillet_sample(logits, vocabulary, &sampling, &random) != *at++;
    }
    *wrong += !same_state(&random, at);
    return at + 4;
}

static void check_contract(void) {
    const uint32_t* at = vectors;
    uint32_t count = 0, wrong = 0;
    while (*at) {
        const uint32_t kind = *at++;
        at = kind == 1   ? check_generator(at, &wrong)
             : kind == 2 ? check_bounded(at, &wrong)
                         : check_sampler(at, &wrong);
        count++;
    }
    machine_put("vectors ");
    machine_put_number(count);
    machine_put(" wrong ");
    machine_put_number(wrong);
    machine_put("\n");
}
#endif

#ifdef MODEL
static void write_lines(void) {
    static JOIN(MODEL, _state) state;
    static int32_t logits[256];
    static quillet_writer writer;
    int line;
    writer.model = &JOIN(MODEL, _model);
    writer.state = &state;
    writer.logits = logits;
    writer.sampling = JOIN(MODEL, _sampling);
    writer.max_length = LENGTH;
    quillet_random_seed(&writer.random, 1);
    for (line = 0; line < LINES; line++) {
        int32_t token;
        machine_put("| ");
        quillet_line_begin(&writer, 0, 0);
        while ((token = quillet_line_next(&writer)) != QUILLET_END_OF_LINE)
            machine_put(JOIN(MODEL, _alphabet)[token]);
        machine_put("\n");
    }
}
#endif

int main(void) {
    machine_begin();
#ifdef VECTORS
    check_contract();
#endif
#ifdef MODEL
    write_lines();
#endif
    machine_end();
    return 0;
}
