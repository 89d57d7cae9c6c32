/* Times steps of a compiled model, and sgemv of its two products, by turns; prints names and
 * numbers for host.py.
 * SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include MODEL_HEADER
#ifdef BLAS_HEADER
#    include BLAS_HEADER
#endif

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

enum { HIDDEN = 320, ROWS = 960, ROUNDS = 400, STEPS = 50 };

static JOIN(MODEL, _state) state;
static int32_t logits[QUILLET_VOCABULARY_MAX];

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec * 1e-3;
}

static int by_value(const void* a, const void* b) {
    double x = *(const double*)a, y = *(const double*)b;
    return (x > y) - (x < y);
}

/* Microseconds of a step, over STEPS of them that feed their own likeliest token. */
static double time_steps(const quillet_model* model) {
    uint32_t token = model->line_token;
    double start = now();
    for (int i = 0; i < STEPS; i++) {
        model->step(&state, token, logits);
        token = (token + 1 + (uint32_t)(logits[0] & 7)) % model->vocabulary;
    }
    return (now() - start) / STEPS;
}

#ifdef BLAS_HEADER
static double time_sgemv(const float* R, const float* W, float* h, float* y, int vocabulary) {
    double start = now();
    for (int i = 0; i < STEPS; i++) {
        cblas_sgemv(CblasRowMajor, CblasNoTrans, ROWS, HIDDEN, 1.0f, R, HIDDEN, h, 1, 0.0f, y, 1);
        cblas_sgemv(CblasRowMajor, CblasNoTrans, vocabulary, HIDDEN, 1.0f, W, HIDDEN, h, 1, 0.0f,
                    y + ROWS, 1);
        h[i % HIDDEN] += 1e-6f * y[i];
    }
    return (now() - start) / STEPS;
}
#endif

static double median_of(double* times) {
    qsort(times, ROUNDS, sizeof times[0], by_value);
    return times[ROUNDS / 2];
}

int main(int argc, char** argv) {
    static double steps[ROUNDS];
    const quillet_model* model = &JOIN(MODEL, _model);
    model->reset(&state);
    if (argc > 1) { /* so many rounds and no more, for a program that counts instructions */
        for (int i = 0; i < atoi(argv[1]); i++) time_steps(model);
        return 0;
    }
#ifdef BLAS_HEADER
    static double products[ROUNDS];
    static float R[ROWS * HIDDEN], W[QUILLET_VOCABULARY_MAX * HIDDEN], h[HIDDEN],
        y[ROWS + QUILLET_VOCABULARY_MAX];
    for (int i = 0; i < ROWS * HIDDEN; i++) R[i] = (float)(i % 101) * 0.001f - 0.05f;
    for (int i = 0; i < QUILLET_VOCABULARY_MAX * HIDDEN; i++) W[i] = (float)(i % 97) * 0.001f;
#endif
    for (int i = 0; i < ROUNDS; i++) {
        steps[i] = time_steps(model);
#ifdef BLAS_HEADER
        products[i] = time_sgemv(R, W, h, y, (int)model->vocabulary);
#endif
    }
    double median = median_of(steps);
    printf("us_per_char %.3f us_per_char_median %.3f\n", steps[0], median);
#ifdef BLAS_HEADER
    median_of(products);
    printf("sgemv_us %.3f times_sgemv %.3f\n", products[0], steps[0] / products[0]);
#endif
    return 0;
}
