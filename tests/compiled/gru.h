/* The model gru in C99: no malloc, no stdio, every byte the caller's.
 *
 * Flash: 4432 bytes of weights and tables, and at most 4096 of code.
 * RAM:   176 bytes; gru_state has 32 of states and 96 of scratch, the logits take
 *        48.
 * Stack: at most 1536 bytes below quillet_line_next. Code and stack measured
 *        by gcc 12 at -Os for Cortex-M0+, linked with --gc-sections; float routines come on top.
 * Compile with -ffp-contract=off: the text is then the same on every machine.
 *
 * Written by quillet 0: quillet compile gru.onnx
 * From a test. */
#ifndef QUILLET_MODEL_GRU_H
#define QUILLET_MODEL_GRU_H

#include <stdint.h>

#include "runtime/quillet_text.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of the Quillet that wrote this file: 10000 * major + 100 * minor + patch. */
#define GRU_VERSION "0"
#define GRU_VERSION_NUMBER 0

#define GRU_VOCABULARY 12
#define GRU_MAX_LENGTH 200 /* tokens a line that suit this model */

/* What the model remembers from token to token, and room to compute. */
typedef struct gru_state {
    float h[8];
    float scratch_float32[24];
} gru_state;

/* For a quillet_writer, whose state is then a gru_state. */
extern const quillet_model gru_model;

/* temperature 0.7 */
extern const quillet_sampling gru_sampling;

/* Each token's text in UTF-8. */
extern const char* const gru_alphabet[GRU_VOCABULARY];

/* All states zero, as a line begins. */
void gru_reset(gru_state* state);

/* Feeds `token`, below GRU_VOCABULARY, and writes the logits of the next, Q10. */
void gru_step(gru_state* state, uint32_t token, int32_t* logits);

#ifdef __cplusplus
}
#endif

#endif
