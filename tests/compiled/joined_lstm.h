/* The model joined_lstm in C99: no malloc, no stdio, every byte the caller's.
 *
 * Flash: 5360 bytes of weights and tables, and at most 4096 of code.
 * RAM:   336 bytes; joined_lstm_state has 96 of states and 192 of scratch, the logits take
 *        48.
 * Stack: at most 1536 bytes below quillet_line_next. Code and stack measured
 *        by gcc 12 at -Os for Cortex-M0+, linked with --gc-sections; float routines come on top.
 * Compile with -ffp-contract=off: the text is then the same on every machine.
 *
 * Written by quillet 0: quillet compile joined_lstm.onnx
 * From a test. */
#ifndef QUILLET_MODEL_JOINED_LSTM_H
#define QUILLET_MODEL_JOINED_LSTM_H

#include <stdint.h>

#include "runtime/quillet_text.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of the Quillet that wrote this file: 10000 * major + 100 * minor + patch. */
#define JOINED_LSTM_VERSION "0"
#define JOINED_LSTM_VERSION_NUMBER 0

#define JOINED_LSTM_VOCABULARY 12
#define JOINED_LSTM_MAX_LENGTH 200 /* tokens a line that suit this model */

/* What the model remembers from token to token, and room to compute. */
typedef struct joined_lstm_state {
    float h[12];
    float c[12];
    float scratch_float32[48];
} joined_lstm_state;

/* For a quillet_writer, whose state is then a joined_lstm_state. */
extern const quillet_model joined_lstm_model;

/* temperature 0.7 */
extern const quillet_sampling joined_lstm_sampling;

/* Each token's text in UTF-8. */
extern const char* const joined_lstm_alphabet[JOINED_LSTM_VOCABULARY];

/* All states zero, as a line begins. */
void joined_lstm_reset(joined_lstm_state* state);

/* Feeds `token`, below JOINED_LSTM_VOCABULARY, and writes the logits of the next, Q10. */
void joined_lstm_step(joined_lstm_state* state, uint32_t token, int32_t* logits);

#ifdef __cplusplus
}
#endif

#endif
